/** `deploy/monitoring` against the tables of metrics: whatever it asks for is measured, under the labels that it names. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { coreMetricTable } from "@dragoman/core";
import { gatewayMetricTable } from "@dragoman/gateway-kit";
import { createRegistry, type MetricRow, processMetricTable } from "@dragoman/service-kit";
import { parse } from "yaml";
import { dashboard, dashboardPath, sections } from "./dashboard.ts";

const rows = [coreMetricTable, gatewayMetricTable, processMetricTable].flatMap((table) =>
  Object.values<MetricRow>(table),
);
/** By the name of each series: the labels that it has. */
const series = new Map<string, readonly string[]>(
  rows.flatMap(({ name, kind, labels }) =>
    kind === "histogram"
      ? [
          [`${name}_bucket`, [...labels, "le"]],
          [`${name}_sum`, labels],
          [`${name}_count`, labels],
        ]
      : [[name, labels]],
  ) as [string, readonly string[]][],
);
for (const { name } of await createRegistry().getMetricsAsJSON()) series.set(name, []);
/** What a process measures of this bridge, and of itself. */
const measured = /\b(?:dragoman|process|nodejs)_[a-z0-9_]+/;
/** What Prometheus adds to each. */
const added = ["instance", "job", "service"];

/** What an expression asks for that there is not. */
function unknownIn(expr: string): readonly string[] {
  const names = [...expr.matchAll(new RegExp(measured, "g"))].map(([name]) => name);
  const missing = names.filter((name) => !series.has(name));
  const labels = names.flatMap((name) => series.get(name) ?? []);
  const asked = [
    ...[...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = ""]) => list.split(",")),
    ...[...expr.matchAll(/[{,]\s*([a-z_]+)\s*(?:=~|!~|!=|=)/g)].map(([, label = ""]) => label),
  ].map((label) => label.trim());
  const known = new Set([...labels, ...added]);
  return [...missing, ...asked.filter((label) => label !== "" && !known.has(label))];
}

const alerts = (
  parse(readFileSync(join(dashboardPath, "..", "alerts.yml"), "utf8")) as {
    readonly groups: readonly { readonly rules: readonly { readonly expr: string }[] }[];
  }
).groups.flatMap(({ rules }) => rules.map(({ expr }) => expr));
const charts = sections.flatMap(([, panels]) => panels);

test("the dashboard is what the table says", () => {
  assert.equal(readFileSync(dashboardPath, "utf8"), dashboard(), "run `npm run docs`");
});

test("every metric and label of the alerts and of the dashboard exists", () => {
  assert.ok(alerts.length > 10 && charts.length > 10);
  const asked = [...alerts, ...charts.flatMap(({ lines }) => lines.map(([expr]) => expr))];
  for (const expr of asked) assert.deepEqual(unknownIn(expr), [], expr);
});

test("the names of lines are of labels that there are", () => {
  for (const { lines } of charts) {
    for (const [expr, legend] of lines) {
      const [name = ""] = measured.exec(expr) ?? [];
      const known = new Set([...(series.get(name) ?? []), ...added]);
      for (const [, label = ""] of legend.matchAll(/\{\{([a-z_]+)\}\}/g))
        assert.ok(known.has(label), `${label} of ${expr}`);
    }
  }
});

test("one that is not there is found", () => {
  assert.deepEqual(unknownIn("sum by (why) (rate(dragoman_nothing_total[5m]))"), [
    "dragoman_nothing_total",
    "why",
  ]);
  assert.deepEqual(unknownIn('dragoman_fresh{colour="red"}'), ["colour"]);
  assert.deepEqual(unknownIn("nodejs_dreams_total"), ["nodejs_dreams_total"]);
});
