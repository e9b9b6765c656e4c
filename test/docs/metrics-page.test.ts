/** `docs/metrics.md` against the tables, and the tables against what a process really shows. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { coreMetricTable } from "@dragoman/core";
import { gatewayMetricTable } from "@dragoman/gateway-kit";
import {
  createRegistry,
  type MetricRow,
  openMetrics,
  processMetricTable,
} from "@dragoman/service-kit";
import { metricsPage, metricsPagePath } from "./metrics-page.ts";

const tables = [coreMetricTable, gatewayMetricTable, processMetricTable];
const rows: readonly MetricRow[] = tables.flatMap((table) => Object.values<MetricRow>(table));

test("the page is what the tables say", () => {
  assert.equal(readFileSync(metricsPagePath, "utf8"), metricsPage(), "run `npm run docs`");
});

test("no two metrics share a name, and a counter's ends with _total", () => {
  const names = rows.map(({ name }) => name);
  assert.deepEqual([...new Set(names)], names);
  for (const { name, kind } of rows) {
    assert.match(name, /^dragoman_[a-z_]+$/);
    assert.equal(name.endsWith("_total"), kind === "counter", name);
    if (kind === "histogram") assert.match(name, /_seconds$/);
  }
});

test("the figures of the process that the page names are measured", async () => {
  const registry = createRegistry();
  const shown = new Set((await registry.getMetricsAsJSON()).map(({ name }) => name));
  for (const table of tables) openMetrics(registry, table);
  const own = new Set(rows.map(({ name }) => name));
  const named = [...metricsPage().matchAll(/`((?:dragoman|process|nodejs)_[a-z_]*[a-z])`/g)].map(
    ([, name]) => name,
  );
  for (const name of named) assert.ok(shown.has(name ?? "") || own.has(name ?? ""), name);
  for (const { name } of rows) assert.ok(registry.getSingleMetric(name), name);
});
