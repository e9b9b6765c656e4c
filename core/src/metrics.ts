/** What a core measures. */
import {
  type Metrics,
  type MetricTable,
  openMetrics,
  type Readings,
  type Registry,
} from "@dragoman/service-kit";

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
  rejections: {
    kind: "counter",
    name: "dragoman_core_rejections_total",
    help: "Commands that the leader refused, by what asked (`operator`, and `core` itself, too) and the code",
    labels: ["protocol", "code"],
  },
  limited: {
    kind: "counter",
    name: "dragoman_core_limited_total",
    help: "Those of them that a limit refused: which budget ran out, or what there may be no more of",
    labels: ["protocol", "limit"],
  },
  queryTime: {
    kind: "histogram",
    name: "dragoman_core_query_seconds",
    help: "From a query's arrival to its answer",
    labels: [],
  },
  loginTime: {
    kind: "histogram",
    name: "dragoman_core_login_seconds",
    help: "From the arrival of a proof of identity to the answer, waiting in turn included",
    labels: ["scheme"],
  },
  appendTime: {
    kind: "histogram",
    name: "dragoman_core_append_seconds",
    help: "How long the leader's batches take to be stored",
    labels: [],
  },
  appends: {
    kind: "counter",
    name: "dragoman_core_appends_total",
    help: "Batches by what became of them: `stored`, or why the leader stepped down for it",
    labels: ["outcome"],
  },
  waiting: {
    kind: "gauge",
    name: "dragoman_core_waiting_commands",
    help: "Commands that wait for the leader's decision",
    labels: [],
  },
  waitingLogins: {
    kind: "gauge",
    name: "dragoman_core_waiting_logins",
    help: "Proofs of identity that have no answer yet: in turn for their address, their account, or another provider",
    labels: [],
  },
  waitingChecks: {
    kind: "gauge",
    name: "dragoman_core_waiting_password_checks",
    help: "Those of them, and new passwords, that wait for their turn to be checked (`accounts.verifyQueue`)",
    labels: [],
  },
  waitingQueries: {
    kind: "gauge",
    name: "dragoman_core_waiting_queries",
    help: "Questions that have no answer yet",
    labels: [],
  },
  waitingNotifications: {
    kind: "gauge",
    name: "dragoman_core_waiting_notifications",
    help: "Notifications of people who are away that no push service has taken yet; of the leader",
    labels: [],
  },
  snapshots: {
    kind: "counter",
    name: "dragoman_core_snapshots_total",
    help: "Runs of the process that makes snapshots and trims the journal: `made` or `failed`; `damaged`: one was set aside",
    labels: ["outcome"],
  },
  people: {
    kind: "gauge",
    name: "dragoman_core_people",
    help: "People of the present day (UTC), as of the last minute: `there`, `spoke`, or `alone` (by that protocol and no other)",
    labels: ["protocol", "what"],
  },
  leading: {
    kind: "gauge",
    name: "dragoman_core_leading",
    help: "1 while this core leads, else 0",
    labels: [],
  },
  term: {
    kind: "gauge",
    name: "dragoman_core_term",
    help: "The leader's number, as of the last record that is applied",
    labels: [],
  },
  leaderChanges: {
    kind: "counter",
    name: "dragoman_core_leader_changes_total",
    help: "New leaders that this core has met or become",
    labels: [],
  },
  unled: {
    kind: "gauge",
    name: "dragoman_core_unled_seconds",
    help: "How long it has not been seen that anybody leads; below a second in good times",
    labels: [],
  },
  unledTotal: {
    kind: "counter",
    name: "dragoman_core_unled_seconds_total",
    help: "Seconds in which nobody led, of pauses that are over",
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
  journalBytes: {
    kind: "gauge",
    name: "dragoman_core_journal_bytes",
    help: "What the journal holds",
    labels: [],
  },
  snapshotBytes: {
    kind: "gauge",
    name: "dragoman_core_snapshot_bytes",
    help: "Size of the newest good snapshot, `state` or `history`",
    labels: ["kind"],
  },
  snapshotAge: {
    kind: "gauge",
    name: "dragoman_core_snapshot_age_seconds",
    help: "Age of the newest good snapshot, `state` or `history`; none is made while nothing is stored",
    labels: ["kind"],
  },
  projectionBytes: {
    kind: "gauge",
    name: "dragoman_core_projection_bytes",
    help: "Size of the projection's files",
    labels: [],
  },
  diskFree: {
    kind: "gauge",
    name: "dragoman_core_disk_free_bytes",
    help: "Free on the disk of the data folder (`data`) and of NATS' store (`nats`, where core sees it)",
    labels: ["disk"],
  },
  disk: {
    kind: "gauge",
    name: "dragoman_core_disk_bytes",
    help: "Size of those disks",
    labels: ["disk"],
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

/** What is read of a core at each scrape. */
export type CoreReadings = Readings<typeof coreMetricTable>;

/** Registers the metrics of a core. */
export function coreMetrics(registry: Registry, readings: CoreReadings = {}): CoreMetrics {
  const metrics = openMetrics(registry, coreMetricTable, readings);
  // Those are there from the start: their first step is a rise, which an alert sees.
  for (const outcome of ["made", "failed", "damaged"]) metrics.snapshots.inc({ outcome }, 0);
  for (const outcome of ["stored", "fenced", "full"]) metrics.appends.inc({ outcome }, 0);
  return metrics;
}
