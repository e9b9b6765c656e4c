/** `deploy/monitoring/dashboard.json`, for Grafana, written from a table of panels. */
import { join } from "node:path";

/** Where the dashboard lies. */
export const dashboardPath = join(
  import.meta.dirname,
  "..",
  "..",
  "..",
  "deploy",
  "monitoring",
  "dashboard.json",
);

/** One chart: lines over time. */
export interface Panel {
  readonly title: string;
  /** In Grafana's words. */
  readonly unit: "s" | "short" | "bytes" | "percentunit" | "reqps";
  /** PromQL, and what its lines are called. */
  readonly lines: readonly (readonly [expr: string, legend: string])[];
}

const quantile = (share: number, metric: string, by: string): string =>
  `histogram_quantile(${share}, sum by (le${by === "" ? "" : `, ${by}`}) (rate(${metric}_bucket[$__rate_interval])))`;
const perSecond = (by: string, metric: string): string =>
  `sum by (${by}) (rate(${metric}[$__rate_interval]))`;
const across = "{{from}} \u2192 {{protocol}}";

/** The sections, each with its panels, in the order in which somebody looks when it is night. */
export const sections: readonly (readonly [title: string, panels: readonly Panel[]])[] = [
  [
    "Do messages cross?",
    [
      {
        title: "Canary, slowest of ten",
        unit: "s",
        lines: [[quantile(0.9, "dragoman_canary_seconds", "protocol, from"), across]],
      },
      {
        title: "Canaries lost in a minute",
        unit: "short",
        lines: [["sum by (protocol, from) (increase(dragoman_canary_lost_total[1m]))", across]],
      },
      {
        title: "Messages, slowest of ten",
        unit: "s",
        lines: [[quantile(0.9, "dragoman_delivery_seconds", "protocol, from"), across]],
      },
      {
        title: "Commands, half and slowest of a hundred",
        unit: "s",
        lines: [
          [quantile(0.5, "dragoman_command_seconds", "protocol"), "half, {{protocol}}"],
          [quantile(0.99, "dragoman_command_seconds", "protocol"), "of a hundred, {{protocol}}"],
        ],
      },
    ],
  ],
  [
    "People",
    [
      {
        title: "Signed in",
        unit: "short",
        lines: [["sum by (protocol) (dragoman_sessions)", "{{protocol}}"]],
      },
      {
        title: "People today",
        unit: "short",
        lines: [["max by (protocol, what) (dragoman_core_people)", "{{protocol}} {{what}}"]],
      },
      {
        title: "Log-ins",
        unit: "reqps",
        lines: [
          [perSecond("scheme, outcome", "dragoman_core_logins_total"), "{{scheme}} {{outcome}}"],
        ],
      },
      {
        title: "Connections ended, by reason",
        unit: "reqps",
        lines: [[perSecond("protocol, why", "dragoman_closings_total"), "{{protocol}} {{why}}"]],
      },
    ],
  ],
  [
    "The leader",
    [
      {
        title: "Who leads",
        unit: "short",
        lines: [["dragoman_core_leading", "{{instance}}"]],
      },
      {
        title: "Seconds without a leader",
        unit: "s",
        lines: [["max(dragoman_core_unled_seconds)", "now"]],
      },
      {
        title: "Appends, half and slowest of a hundred",
        unit: "s",
        lines: [
          [quantile(0.5, "dragoman_core_append_seconds", ""), "half"],
          [quantile(0.99, "dragoman_core_append_seconds", ""), "of a hundred"],
        ],
      },
      {
        title: "Commands decided, and waiting",
        unit: "short",
        lines: [
          [perSecond("outcome", "dragoman_core_commands_total"), "{{outcome}} a second"],
          ["max(dragoman_core_waiting_commands)", "waiting"],
          ["max(dragoman_core_waiting_password_checks)", "password checks waiting"],
        ],
      },
    ],
  ],
  [
    "What is refused",
    [
      {
        title: "Commands refused, by code",
        unit: "reqps",
        lines: [
          [perSecond("protocol, code", "dragoman_core_rejections_total"), "{{protocol}} {{code}}"],
        ],
      },
      {
        title: "By limit",
        unit: "reqps",
        lines: [
          [perSecond("protocol, limit", "dragoman_core_limited_total"), "{{protocol}} {{limit}}"],
        ],
      },
      {
        title: "WebSockets refused",
        unit: "reqps",
        lines: [
          [
            perSecond("protocol, status", "dragoman_refused_upgrades_total"),
            "{{protocol}} {{status}}",
          ],
        ],
      },
      {
        title: "What waits for slow readers",
        unit: "bytes",
        lines: [["sum by (protocol) (dragoman_outbound_bytes)", "{{protocol}}"]],
      },
    ],
  ],
  [
    "What is kept",
    [
      {
        title: "Journal and projection",
        unit: "bytes",
        lines: [
          ["max(dragoman_core_journal_bytes)", "journal"],
          ["max(dragoman_core_projection_bytes)", "projection"],
        ],
      },
      {
        title: "Journal used, disks used",
        unit: "percentunit",
        lines: [
          ["max(dragoman_core_journal_used_ratio)", "journal"],
          ["1 - dragoman_core_disk_free_bytes / dragoman_core_disk_bytes", "{{disk}} {{instance}}"],
        ],
      },
      {
        title: "Age of the newest snapshots",
        unit: "s",
        lines: [["max by (kind) (dragoman_core_snapshot_age_seconds)", "{{kind}}"]],
      },
      {
        title: "Behind the journal, in records",
        unit: "short",
        lines: [
          ["dragoman_feed_lag", "{{protocol}} {{instance}}"],
          ["dragoman_core_projection_lag", "projection {{instance}}"],
        ],
      },
    ],
  ],
  [
    "Processes",
    [
      {
        title: "Links to NATS",
        unit: "short",
        lines: [["min by (service) (dragoman_bus_connected)", "{{service}}"]],
      },
      {
        title: "Round trips of NATS, slowest of ten",
        unit: "s",
        lines: [[quantile(0.9, "dragoman_bus_round_trip_seconds", "service"), "{{service}}"]],
      },
      {
        title: "Event loop, how late",
        unit: "s",
        lines: [["nodejs_eventloop_lag_p99_seconds", "{{instance}}"]],
      },
      {
        title: "Memory",
        unit: "bytes",
        lines: [["process_resident_memory_bytes", "{{instance}}"]],
      },
    ],
  ],
];

const datasource = { type: "prometheus", uid: "$datasource" };
const perRow = 4;
const width = 24 / perRow;
const height = 7;

/** The whole file. */
export function dashboard(): string {
  let id = 0;
  let y = 0;
  const panels: unknown[] = [];
  for (const [title, charts] of sections) {
    id += 1;
    panels.push({ id, type: "row", title, collapsed: false, gridPos: { x: 0, y, w: 24, h: 1 } });
    y += 1;
    for (const [index, { title: name, unit, lines }] of charts.entries()) {
      id += 1;
      panels.push({
        id,
        type: "timeseries",
        title: name,
        datasource,
        gridPos: { x: (index % perRow) * width, y, w: width, h: height },
        fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
        options: { legend: { displayMode: "list", placement: "bottom" } },
        targets: lines.map(([expr, legendFormat], n) => ({
          refId: String.fromCharCode(65 + n),
          datasource,
          expr,
          legendFormat,
        })),
      });
    }
    y += height;
  }
  const whole = {
    uid: "dragoman",
    title: "Dragoman",
    tags: ["dragoman"],
    schemaVersion: 39,
    editable: true,
    refresh: "15s",
    time: { from: "now-1h", to: "now" },
    templating: {
      list: [{ name: "datasource", type: "datasource", query: "prometheus", label: "Prometheus" }],
    },
    panels,
  };
  return `${JSON.stringify(whole, null, 2)}\n`;
}
