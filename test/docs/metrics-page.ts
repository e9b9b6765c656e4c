/** `docs/metrics.md`, written from the tables of the processes. */
import { join } from "node:path";
import { coreMetricTable } from "@dragoman/core";
import { gatewayMetricTable } from "@dragoman/gateway-kit";
import { type MetricTable, processMetricTable } from "@dragoman/service-kit";

/** Where the page lies. */
export const metricsPagePath = join(import.meta.dirname, "..", "..", "..", "docs", "metrics.md");

function tableOf(metrics: MetricTable): string {
  const rows = Object.values(metrics).map(({ kind, name, help, labels }) => {
    const labelled = labels.map((label) => `\`${label}\``).join(", ");
    return `| \`${name}\` | ${kind} | ${labelled || "–"} | ${help} |`;
  });
  return ["| name | kind | labels | what |", "| --- | --- | --- | --- |", ...rows].join("\n");
}

/** The whole page. */
export function metricsPage(): string {
  const parts = [
    "# Metrics",
    "Written by `npm run docs` from the tables `core/src/metrics.ts`, `gateway-kit/src/metrics.ts` and `service-kit/src/process-metrics.ts`; a test holds the page equal to them. Every process serves its own at `/metrics` of its health port, in the Prometheus text format. `npm start` runs everything in one process, so that all of them are on one page there.",
    "## A core",
    tableOf(coreMetricTable),
    "## A gateway",
    "`protocol` is that of the gateway.",
    tableOf(gatewayMetricTable),
    "A histogram `h` is served as `h_bucket` (how many were at most `le`), `h_sum` and `h_count`.",
    "## Every process",
    "`service` is `core` or the gateway's name.",
    tableOf(processMetricTable),
    "What `prom-client` measures of a Node.js process, under the names that dashboards for Node.js ask for: CPU (`process_cpu_seconds_total`), memory (`process_resident_memory_bytes`, `nodejs_heap_size_used_bytes`), how late the event loop is (`nodejs_eventloop_lag_seconds`) and more.",
  ];
  return `${parts.join("\n\n")}\n`;
}
