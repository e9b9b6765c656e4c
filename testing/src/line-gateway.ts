/** A gateway of the line edge with a scripted leader of its own, over whichever transport. */
import type { TestContext } from "node:test";
import { startGateway, tcpLines, webSocket } from "@dragoman/gateway-kit";
import {
  type Config,
  createLogger,
  createRegistry,
  loadConfig,
  type Registry,
  type Service,
} from "@dragoman/service-kit";
import { type LineOverrides, lineEdge, lineRoutes, lineSection } from "./line-edge.ts";
import type { OpenNats } from "./nats.ts";
import { ScriptedLeader } from "./scripted-leader.ts";

/** What differs from one transport to the other for who looks at a gateway from outside. */
export interface Carrier {
  readonly name: string;
  readonly transport: (port: number) => LineOverrides["transports"] & object;
  readonly url: (port: number) => string;
  /** What a client sees of a close code. */
  readonly code: (code: number) => number | undefined;
}

export const overWebSocket: Carrier = {
  name: "WebSocket",
  transport: (port) => [webSocket({ port: () => port, routes: lineRoutes })],
  url: (port) => `ws://127.0.0.1:${port}`,
  code: (code) => code,
};

export const overTcp: Carrier = {
  name: "TCP",
  transport: (port) => [tcpLines({ port: () => port })],
  url: (port) => `tcp://127.0.0.1:${port}`,
  code: () => undefined,
};

export interface LineGateway {
  readonly leader: ScriptedLeader;
  readonly gateway: Service;
  /** For `LineClient`. */
  readonly url: string;
}

const logger = createLogger(process.env["DRAGOMAN_TEST_LOG"] ?? "silent", "test");
let communities = 0;

/** The configuration of a gateway on the server. */
export function lineConfig(nats: OpenNats, options: Readonly<Record<string, unknown>>): Config {
  return loadConfig({}, { "nats.url": nats.url, drainMs: 500, drainAheadMs: 0, ...options }, [
    lineSection,
  ]).config;
}

/** Starts both; they are ended with the test. */
export async function startLineGateway(
  t: TestContext,
  nats: OpenNats,
  carrier: Carrier,
  options: Readonly<Record<string, unknown>> = {},
  overrides: LineOverrides = {},
  registry: Registry = createRegistry(),
): Promise<LineGateway> {
  communities += 1;
  const community = `community${communities}`;
  const leader = await ScriptedLeader.start({ url: nats.url, community, logger });
  const edge = lineEdge({ transports: carrier.transport(0), ...overrides });
  const gateway = await startGateway(edge, {
    config: lineConfig(nats, { community, ...options }),
    edges: [],
    logger,
    registry,
  });
  t.after(async () => {
    await gateway.stop();
    await leader.stop();
  });
  return { leader, gateway, url: carrier.url(gateway.port ?? 0) };
}
