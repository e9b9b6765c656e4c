/**
 * WebSocket (RFC 6455) as a transport: fastify for HTTP, `@fastify/websocket` for the WebSocket at `/`, both over TLS
 * when a certificate is configured. Who may not come in is refused here, before anything is spent on them.
 */
import type { Server as TlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import {
  type Certificate,
  type Config,
  listenError,
  onHangup,
  readCertificate,
  renewOnHangup,
} from "@dragoman/service-kit";
import websocket from "@fastify/websocket";
import fastify, { type FastifyInstance } from "fastify";
import type { WebSocket } from "ws";
import type { Routes } from "./http-port.ts";
import { boundConnections, httpServer } from "./http-server.ts";
import { closeMs, type Listener, type Transport, type TransportHost } from "./transport.ts";
import { UpgradeGate } from "./upgrade-gate.ts";
import { dialWebSocket, isOwn, ownUrl } from "./websocket-client.ts";
import { type Caller, WebSocketSocket } from "./websocket-socket.ts";

export interface WebSocketOptions {
  /** The port of the configuration that it listens on. */
  readonly port: (config: Config) => number;
  /** HTTP routes beside the WebSocket at `/`. Absent: none. */
  readonly routes?: Routes;
}

/** WebSocket at `/` of a port, with the edge's HTTP routes beside it. */
export function webSocket(options: WebSocketOptions): Transport {
  return { listen: (host) => listen(options, host) };
}

async function listen({ port, routes }: WebSocketOptions, host: TransportHost): Promise<Listener> {
  const { config, logger, protocol, isServing, regained } = host;
  const gate = new UpgradeGate(config, isServing);
  const certificate = readCertificate(config);
  const app = newApp(gate, certificate, host);
  // The plain answer at `/` is the protocol's own; the WebSocket stands on the same route.
  const socketOf = (socket: WebSocket, caller: Caller): WebSocketSocket =>
    new WebSocketSocket(socket, caller, config.limits.signInFrameBytes, logger);
  app.addHook("onRoute", (route) => {
    if (route.url !== "/" || route.method !== "GET") return;
    route.wsHandler = (socket, request) => {
      const address = gate.addressOf(request);
      // Browsers say of each WebSocket which site's page asks for it, and no page can keep them from it.
      const caller = { address, isPage: request.headers.origin !== undefined };
      if (isOwn(request, host.ownKey)) {
        host.acceptOwn(socketOf(socket, caller));
        return;
      }
      gate.enter(address);
      socket.once("close", () => gate.leave(address));
      host.accept(socketOf(socket, caller));
    };
  });
  await app.register(websocket, {
    options: {
      clientTracking: false,
      // Each socket has its own: what the setting is when it comes, and more once it has signed in (`WebSocketSocket`).
      maxPayload: config.limits.signInFrameBytes,
      // Pings are answered by `WebSocketSocket`, which breaks nothing off however many there are at once.
      autoPong: false,
      perMessageDeflate: false,
      ...{ closeTimeout: closeMs },
    },
    // Every connection listens for its own errors; the gateway ends them when it stops.
    errorHandler: (error, socket) => {
      logger.debug({ err: error }, "socket error");
      socket.terminate();
    },
    preClose: (done) => done(),
  });
  app.addHook("onRequest", async (request, reply) => {
    if (request.ws && isOwn(request, host.ownKey)) return;
    if (request.ws) {
      const judged = gate.judge(request);
      if (judged === 101 && host.hasRoom()) return;
      const status = judged === 101 ? 503 : judged;
      host.onRefused(String(status));
      await reply.code(status).send(status === 404 ? { error: "Not found" } : undefined);
    } else if (!isServing() || !(await regained())) {
      await reply.code(503).send();
    }
  });
  routes?.(app, { ...host.requests, address: (request) => gate.addressOf(request) });
  if (!app.hasRoute({ method: "GET", url: "/" })) {
    app.get("/", async (_request, reply) => reply.code(426).send("a WebSocket is served here\n"));
  }
  const endBounds = onHangup("trustedProxies", logger, () => {
    boundConnections(app.server, config);
    gate.renew();
  });
  const endCertificate =
    certificate === undefined
      ? () => undefined
      : renewOnHangup(config, logger, (renewed) =>
          (app.server as TlsServer).setSecureContext(renewed),
        );
  const endRenewal = (): void => {
    endBounds();
    endCertificate();
  };
  try {
    await app.listen({ host: config.host, port: port(config) });
  } catch (error) {
    endRenewal();
    const portKey = `${protocol}.port`;
    throw listenError(error, { host: config.host, port: port(config), hostKey: "host", portKey });
  }
  const bound = app.server.address();
  return {
    port: typeof bound === "object" && bound !== null ? bound.port : port(config),
    dial: (key, listener) =>
      dialWebSocket(ownUrl(config, app.server.address() as AddressInfo), key, listener),
    stopAccepting: () => {
      app.server.close();
    },
    close: async () => {
      endRenewal();
      app.server.closeAllConnections();
      await app.close();
    },
  };
}

function newApp(
  gate: UpgradeGate,
  certificate: Certificate | undefined,
  { config, onRefused }: TransportHost,
): FastifyInstance {
  return fastify({
    logger: false,
    trustProxy: gate.isTrusted,
    serverFactory: (handler) =>
      httpServer({
        config,
        certificate,
        handler,
        isTrusted: gate.isTrusted,
        onCrowded: () => onRefused("address"),
      }),
  });
}
