/** What every process measures of itself and of its link to NATS, besides what `prom-client` does. */
import { featureLevel } from "@dragoman/bus-schema";
import type { Bus } from "./bus.ts";
import { type MetricTable, openMetrics, type Registry } from "./metrics.ts";
import { sharedFollower } from "./shared/present.ts";
import { pause } from "./time.ts";
import { softwareVersion } from "./version.ts";

export const processMetricTable = {
  build: {
    kind: "gauge",
    name: "dragoman_build_info",
    help: "1; the labels say which version this is, which feature level it knows and what it runs on",
    labels: ["version", "level", "node"],
  },
  busConnected: {
    kind: "gauge",
    name: "dragoman_bus_connected",
    help: "1 while the service is connected to NATS, else 0",
    labels: ["service"],
  },
  busLosses: {
    kind: "counter",
    name: "dragoman_bus_losses_total",
    help: "How often the connection to NATS was lost",
    labels: ["service"],
  },
  busStalls: {
    kind: "counter",
    name: "dragoman_bus_stalls_total",
    help: "Questions of every five seconds that NATS did not answer within one, while the connection was there",
    labels: ["service"],
  },
  busRoundTrip: {
    kind: "histogram",
    name: "dragoman_bus_round_trip_seconds",
    help: "How long NATS takes to answer such a question",
    labels: ["service"],
  },
  sharedRevision: {
    kind: "gauge",
    name: "dragoman_shared_settings_revision",
    help: "The revision of the shared settings that holds in this process; 0: none",
    labels: [],
  },
  sharedRefused: {
    kind: "gauge",
    name: "dragoman_shared_settings_refused",
    help: "1 while this process refuses a later revision, as `/readyz` says, else 0",
    labels: [],
  },
} as const satisfies MetricTable;

const everyMs = 5_000;
const stallMs = 1_000;

/** Says which software this process is, and how it stands to the settings that all share. Nothing else is measured before. */
export function measureBuild(registry: Registry): void {
  const standing = () => sharedFollower()?.standing;
  const { build } = openMetrics(registry, processMetricTable, {
    sharedRevision: () => standing()?.revision ?? 0,
    sharedRefused: () => (standing()?.refused === undefined ? 0 : 1),
  });
  build.set({ version: softwareVersion, level: String(featureLevel), node: process.version }, 1);
}

/**
 * Measures a service's link to NATS until stopped.
 * @param service its name, of the closed list of services
 */
export function measureBus(bus: Bus, registry: Registry, service: string): { stop(): void } {
  const metrics = openMetrics(registry, processMetricTable);
  metrics.busConnected.set({ service }, 1);
  metrics.busLosses.inc({ service }, 0);
  metrics.busStalls.inc({ service }, 0);
  const unlisten = bus.onConnection((connected) => {
    metrics.busConnected.set({ service }, connected ? 1 : 0);
    if (!connected) metrics.busLosses.inc({ service });
  });
  let isAsking = false;
  const ask = async (): Promise<void> => {
    const sentMs = performance.now();
    const answered = bus.flush().then(
      () => performance.now() - sentMs,
      // The connection was lost meanwhile, which is counted above.
      () => undefined,
    );
    const first = await Promise.race([answered, pause(stallMs).then(() => "late" as const)]);
    if (first === "late" && bus.connected) metrics.busStalls.inc({ service });
    const tookMs = await answered;
    if (tookMs !== undefined) metrics.busRoundTrip.observe({ service }, tookMs / 1_000);
  };
  const timer = setInterval(() => {
    if (isAsking || !bus.connected) return;
    isAsking = true;
    void ask().finally(() => {
      isAsking = false;
    });
  }, everyMs).unref();
  return {
    stop: () => {
      unlisten();
      clearInterval(timer);
    },
  };
}
