/** What a gateway measures. Services that share a process share the metrics; `protocol` tells them apart. */
import type { Protocol } from "@dragoman/bus-schema";
import { type Gauge, type MetricTable, openMetrics, type Registry } from "@dragoman/service-kit";

export const gatewayMetricTable = {
  connections: {
    kind: "gauge",
    name: "dragoman_connections",
    help: "Open WebSockets",
    labels: ["protocol"],
  },
  sessions: {
    kind: "gauge",
    name: "dragoman_sessions",
    help: "Signed-in connections",
    labels: ["protocol"],
  },
  inboundBytes: {
    kind: "gauge",
    name: "dragoman_inbound_bytes",
    help: "Bytes of frames that are unfinished or wait, of all connections",
    labels: ["protocol"],
  },
  outboundBytes: {
    kind: "gauge",
    name: "dragoman_outbound_bytes",
    help: "Bytes that wait for readers who are behind, of all connections; lists that they share count once",
    labels: ["protocol"],
  },
  framesIn: {
    kind: "counter",
    name: "dragoman_frames_in_total",
    help: "Frames received",
    labels: ["protocol"],
  },
  framesOut: {
    kind: "counter",
    name: "dragoman_frames_out_total",
    help: "Frames queued to sockets",
    labels: ["protocol"],
  },
  encodings: {
    kind: "counter",
    name: "dragoman_encodings_total",
    help: "Packets encoded into frames",
    labels: ["protocol"],
  },
  fresh: {
    kind: "gauge",
    name: "dragoman_fresh",
    help: "Whether events are delivered and commands sent: 0 while the leader was not heard of late, or is far ahead",
    labels: ["protocol"],
  },
  feedLag: {
    kind: "gauge",
    name: "dragoman_feed_lag",
    help: "Journal records known and not yet applied",
    labels: ["protocol"],
  },
  delivery: {
    kind: "histogram",
    name: "dragoman_delivery_seconds",
    help: "From the leader's decision on somebody's message to the queues of this gateway's readers, by the journal's time; one message a record. `from`: the protocol that it was written in",
    labels: ["protocol", "from"],
  },
  commandTime: {
    kind: "histogram",
    name: "dragoman_command_seconds",
    help: "From a command of this gateway's to its outcome, tries included",
    labels: ["protocol"],
  },
  waitingLists: {
    kind: "gauge",
    name: "dragoman_waiting_lists",
    help: "Long lists that are being made for readers, in slices, one after the other",
    labels: ["protocol"],
  },
  waitingCommands: {
    kind: "gauge",
    name: "dragoman_waiting_commands",
    help: "Commands of this gateway's that have no outcome yet",
    labels: ["protocol"],
  },
  canarySent: {
    kind: "counter",
    name: "dragoman_canary_sent_total",
    help: "Canaries that this gateway has said at its own socket",
    labels: ["protocol"],
  },
  canaryTime: {
    kind: "histogram",
    name: "dragoman_canary_seconds",
    help: "From a canary's being said at a gateway of `from` to its being read at the socket of this gateway's canary",
    labels: ["protocol", "from"],
  },
  canaryLost: {
    kind: "counter",
    name: "dragoman_canary_lost_total",
    help: "Canaries of gateways of `from` that this gateway's has missed; of a gateway that ended in order, or ten minutes ago, none is missed",
    labels: ["protocol", "from"],
  },
  canaryAge: {
    kind: "gauge",
    name: "dragoman_canary_age_seconds",
    help: "How long ago the last canary came, of that gateway of `from` that has been silent longest, as of the last interval",
    labels: ["protocol", "from"],
  },
  clockSkew: {
    kind: "gauge",
    name: "dragoman_clock_skew_seconds",
    help: "What the gateway's clock is ahead of the leader's, measured by heartbeats",
    labels: ["protocol"],
  },
  clockUncertainty: {
    kind: "gauge",
    name: "dragoman_clock_skew_uncertainty_seconds",
    help: "How far the measured skew may be wrong: half of the best heartbeat's time",
    labels: ["protocol"],
  },
  unknownEvents: {
    kind: "counter",
    name: "dragoman_unknown_events_total",
    help: "Events of types that this version does not know",
    labels: ["protocol"],
  },
  renderFailures: {
    kind: "counter",
    name: "dragoman_render_failures_total",
    help: "Events whose rendering failed",
    labels: ["protocol"],
  },
  refusedUpgrades: {
    kind: "counter",
    name: "dragoman_refused_upgrades_total",
    help: "WebSockets refused, by HTTP status",
    labels: ["protocol", "status"],
  },
  closings: {
    kind: "counter",
    name: "dragoman_closings_total",
    help: "Connections that this gateway ended, by reason",
    labels: ["protocol", "why"],
  },
} as const satisfies MetricTable;

interface Count {
  inc(by?: number): void;
}
interface Level {
  set(value: number): void;
}
interface Times {
  /** In seconds. */
  observe(seconds: number): void;
}

/** The metrics of one gateway; `protocol` is filled in. */
export interface GatewayMetrics {
  readonly connections: Level;
  readonly sessions: Level;
  readonly inboundBytes: Level;
  readonly outboundBytes: Level;
  readonly framesIn: Count;
  readonly framesOut: Count;
  readonly encodings: Count;
  readonly fresh: Level;
  readonly feedLag: Level;
  readonly delivery: { observe(labels: { readonly from: Protocol }, seconds: number): void };
  readonly commandTime: Times;
  readonly waitingCommands: Level;
  readonly waitingLists: Level;
  readonly canarySent: Count;
  readonly canaryTime: { observe(labels: { readonly from: Protocol }, seconds: number): void };
  readonly canaryLost: { inc(labels: { readonly from: Protocol }, by: number): void };
  readonly canaryAge: { set(labels: { readonly from: Protocol }, seconds: number): void };
  readonly clockSkew: Level;
  readonly clockUncertainty: Level;
  readonly unknownEvents: Count;
  readonly renderFailures: Count;
  readonly refusedUpgrades: { inc(labels: { readonly status: string }): void };
  readonly closings: { inc(labels: { readonly why: string }): void };
}

/** Registers what is not registered yet. */
export function gatewayMetrics(registry: Registry, protocol: Protocol): GatewayMetrics {
  const all = openMetrics(registry, gatewayMetricTable);
  // A counter that is there from the start: its first step is a rise, which an alert sees.
  for (const counter of [all.unknownEvents, all.renderFailures]) counter.inc({ protocol }, 0);
  all.closings.inc({ protocol, why: "slow" }, 0);
  // Most levels are set at every record and seldom change.
  const level = (gauge: Gauge<"protocol">): Level => {
    const inner = gauge.labels(protocol);
    let last: number | undefined;
    return {
      set: (value) => {
        if (value !== last) inner.set(value);
        last = value;
      },
    };
  };
  return {
    connections: level(all.connections),
    sessions: level(all.sessions),
    inboundBytes: level(all.inboundBytes),
    outboundBytes: level(all.outboundBytes),
    framesIn: all.framesIn.labels(protocol),
    framesOut: all.framesOut.labels(protocol),
    encodings: all.encodings.labels(protocol),
    fresh: level(all.fresh),
    feedLag: level(all.feedLag),
    delivery: { observe: ({ from }, seconds) => all.delivery.observe({ protocol, from }, seconds) },
    commandTime: all.commandTime.labels(protocol),
    waitingCommands: level(all.waitingCommands),
    waitingLists: level(all.waitingLists),
    canarySent: all.canarySent.labels(protocol),
    canaryTime: {
      observe: ({ from }, seconds) => all.canaryTime.observe({ protocol, from }, seconds),
    },
    canaryLost: { inc: ({ from }, by) => all.canaryLost.inc({ protocol, from }, by) },
    canaryAge: { set: ({ from }, seconds) => all.canaryAge.set({ protocol, from }, seconds) },
    clockSkew: level(all.clockSkew),
    clockUncertainty: level(all.clockUncertainty),
    unknownEvents: all.unknownEvents.labels(protocol),
    renderFailures: all.renderFailures.labels(protocol),
    refusedUpgrades: { inc: ({ status }) => all.refusedUpgrades.inc({ protocol, status }) },
    closings: { inc: ({ why }) => all.closings.inc({ protocol, why }) },
  };
}
