/** What a gateway counts. Services that share a process share the metrics; `protocol` tells them apart. */
import type { Protocol } from "@dragoman/bus-schema";
import { counter, gauge, type Registry } from "@dragoman/service-kit";

export interface Count {
  inc(by?: number): void;
}
export interface Level {
  set(value: number): void;
}

export interface GatewayMetrics {
  readonly connections: Level;
  readonly sessions: Level;
  readonly framesIn: Count;
  readonly framesOut: Count;
  readonly encodings: Count;
  readonly feedLag: Level;
  readonly unknownEvents: Count;
  readonly renderFailures: Count;
  readonly refusedUpgrades: { inc(labels: { readonly status: string }): void };
  readonly closings: { inc(labels: { readonly why: string }): void };
}

/** Registers what is not registered yet. */
export function gatewayMetrics(registry: Registry, protocol: Protocol): GatewayMetrics {
  const count = (name: string, help: string): Count =>
    counter(registry, `dragoman_${name}`, help, ["protocol"]).labels(protocol);
  const level = (name: string, help: string): Level => {
    const inner = gauge(registry, `dragoman_${name}`, help, ["protocol"]).labels(protocol);
    let last: number | undefined;
    // Most are set at every record and seldom change.
    return {
      set: (value) => {
        if (value !== last) inner.set(value);
        last = value;
      },
    };
  };
  const labelled = (name: string, help: string, label: string) => {
    const all = counter(registry, `dragoman_${name}`, help, ["protocol", label]);
    return {
      inc: (labels: Readonly<Record<string, string>>): void => all.inc({ protocol, ...labels }),
    };
  };
  return {
    connections: level("connections", "Open WebSockets"),
    sessions: level("sessions", "Signed-in connections"),
    framesIn: count("frames_in_total", "Frames received"),
    framesOut: count("frames_out_total", "Frames queued to sockets"),
    encodings: count("encodings_total", "Packets encoded into frames"),
    feedLag: level("feed_lag", "Journal records known and not yet applied"),
    unknownEvents: count("unknown_events_total", "Events of types that this version does not know"),
    renderFailures: count("render_failures_total", "Events whose rendering failed"),
    refusedUpgrades: labelled("refused_upgrades_total", "WebSockets refused, by status", "status"),
    closings: labelled("closings_total", "Connections that this gateway ended, by reason", "why"),
  };
}
