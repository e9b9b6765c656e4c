/**
 * Prometheus metrics. Each process declares its own in one table, from which they are registered and
 * `docs/metrics.md` is written; every service in a process registers with the same registry.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

export type { Gauge };
export { Registry };

/**
 * What is measured: a counter only rises until its process ends, a gauge is a level of the moment, a histogram counts
 * how many were how large. No value of a label comes from what a member can choose: each is one of a closed list.
 */
export interface MetricRow {
  readonly kind: "counter" | "gauge" | "histogram";
  /** As it stands in a scrape: `dragoman_<what>`, a counter's with `_total`, times in `_seconds`. */
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  /** Of a histogram: the upper bounds of what is counted together. */
  readonly buckets?: readonly number[];
}
export type MetricTable = Readonly<Record<string, MetricRow>>;

/** From a millisecond to half a minute, in seconds: what anybody waits for. */
const waitBuckets: readonly number[] = [
  0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30,
];

/** The metrics of a table, under the table's own keys. */
export type Metrics<T extends MetricTable> = {
  readonly [K in keyof T]: T[K]["kind"] extends "counter"
    ? Counter<T[K]["labels"][number]>
    : T[K]["kind"] extends "histogram"
      ? Histogram<T[K]["labels"][number]>
      : Gauge<T[K]["labels"][number]>;
};

/** Values that are read at each scrape instead of being set. */
export type Readings<T extends MetricTable> = {
  readonly [K in keyof T as T[K]["kind"] extends "gauge" ? K : never]?: () => number;
};

/** A registry with the process's own figures (CPU, memory, event loop), under the names that dashboards for Node.js ask for. */
export function createRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}

/** Registers the metrics of a table. What is registered already is shared: its first reading stays. */
export function openMetrics<T extends MetricTable>(
  registry: Registry,
  table: T,
  readings: Readings<T> = {},
): Metrics<T> {
  const reads: Readonly<Record<string, (() => number) | undefined>> = readings;
  const entries = Object.entries(table).map(([key, row]) => [
    key,
    row.kind === "gauge" ? gauge(registry, row, reads[key]) : made[row.kind](registry, row),
  ]);
  return Object.fromEntries(entries) as Metrics<T>;
}

const made = { counter, histogram } as const;

function counter(registry: Registry, { name, help, labels }: MetricRow): Counter {
  const found = registry.getSingleMetric(name);
  if (found instanceof Counter) return found;
  return new Counter({ name, help, labelNames: [...labels], registers: [registry] });
}

function histogram(registry: Registry, row: MetricRow): Histogram {
  const { name, help, labels, buckets = waitBuckets } = row;
  const found = registry.getSingleMetric(name);
  if (found instanceof Histogram) return found;
  return new Histogram({
    name,
    help,
    labelNames: [...labels],
    buckets: [...buckets],
    registers: [registry],
  });
}

function gauge(registry: Registry, { name, help, labels }: MetricRow, read?: () => number): Gauge {
  const found = registry.getSingleMetric(name);
  if (found instanceof Gauge) return found;
  const made: Gauge = new Gauge({
    name,
    help,
    labelNames: [...labels],
    registers: [registry],
    ...(read === undefined ? {} : { collect: () => made.set(read()) }),
  });
  return made;
}
