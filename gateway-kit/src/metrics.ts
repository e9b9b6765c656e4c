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
    clockSkew: level(all.clockSkew),
    clockUncertainty: level(all.clockUncertainty),
    unknownEvents: all.unknownEvents.labels(protocol),
    renderFailures: all.renderFailures.labels(protocol),
    refusedUpgrades: { inc: ({ status }) => all.refusedUpgrades.inc({ protocol, status }) },
    closings: { inc: ({ why }) => all.closings.inc({ protocol, why }) },
  };
}
