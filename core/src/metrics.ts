/** What a core measures. */
import { type Metrics, type MetricTable, openMetrics, type Registry } from "@dragoman/service-kit";

export const coreMetricTable = {
  commands: {
    kind: "counter",
    name: "dragoman_core_commands_total",
    help: "Commands decided by the leader: `accepted`, `unchanged`, `granted`, `late` (nobody waited for it any more) or the code of the refusal",
    labels: ["type", "outcome"],
  },
  queries: {
    kind: "counter",
    name: "dragoman_core_queries_total",
    help: "Queries: `answered` or the code of the refusal",
    labels: ["type", "outcome"],
  },
  logins: {
    kind: "counter",
    name: "dragoman_core_logins_total",
    help: "Proofs of identity: `accepted`, or why not",
    labels: ["scheme", "outcome"],
  },
  snapshots: {
    kind: "counter",
    name: "dragoman_core_snapshots_total",
    help: "Runs of the process that makes snapshots and trims the journal: `made` or `failed`",
    labels: ["outcome"],
  },
  leading: {
    kind: "gauge",
    name: "dragoman_core_leading",
    help: "1 while this core leads, else 0",
    labels: [],
  },
  position: {
    kind: "gauge",
    name: "dragoman_core_position",
    help: "Sequence of the last journal record that is applied",
    labels: [],
  },
  journalUsed: {
    kind: "gauge",
    name: "dragoman_core_journal_used_ratio",
    help: "What the journal holds of what it may hold, 0 to 1; 0 without a bound",
    labels: [],
  },
  projectionFaulted: {
    kind: "gauge",
    name: "dragoman_core_projection_faulted",
    help: "1 while the projection cannot be stored, and pages and searches are refused; else 0",
    labels: [],
  },
  clockSkew: {
    kind: "gauge",
    name: "dragoman_core_clock_skew_seconds",
    help: "What this core's clock is ahead of the leader's; 0 on the leader",
    labels: [],
  },
  journalAhead: {
    kind: "gauge",
    name: "dragoman_core_journal_ahead_seconds",
    help: "What the journal's time is ahead of this core's clock",
    labels: [],
  },
  projectionLag: {
    kind: "gauge",
    name: "dragoman_core_projection_lag",
    help: "Records that are applied and not yet stored in the projection",
    labels: [],
  },
} as const satisfies MetricTable;

export type CoreMetrics = Metrics<typeof coreMetricTable>;

/** Registers the metrics of a core, the last four of them read from it at each scrape. */
export function coreMetrics(
  registry: Registry,
  readings: {
    readonly [R in
      | "position"
      | "journalUsed"
      | "projectionFaulted"
      | "clockSkew"
      | "journalAhead"
      | "projectionLag"]: () => number;
  },
): CoreMetrics {
  return openMetrics(registry, coreMetricTable, readings);
}
