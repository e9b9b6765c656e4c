/**
 * The public port of a gateway: fastify for HTTP, `@fastify/websocket` for the WebSocket at `/`, both over TLS when a
 * certificate is configured. Who may not come in is refused here, before anything is spent on them.
 */
import { readFileSync } from "node:fs";
import { createServer as createHttpServer, type Server } from "node:http";
import { createServer as createTlsServer, type Server as TlsServer } from "node:https";
import type { Protocol } from "@dragoman/bus-schema";
import { type Config, environmentName, type Logger, OperatorError } from "@dragoman/service-kit";
import websocket from "@fastify/websocket";
import fastify, { type FastifyInstance, type FastifyRequest } from "fastify";
import type { WebSocket } from "ws";
import { clientAddress, trustedProxies } from "./address.ts";
import type { GatewayMetrics } from "./metrics.ts";

export interface ServerOptions {
  readonly protocol: Protocol;
  readonly port: number;
  readonly config: Config;
  readonly logger: Logger;
  readonly metrics: GatewayMetrics;
  readonly routes: (app: FastifyInstance, address: (request: FastifyRequest) => string) => void;
  /** Whether connections and requests are served now. */
  readonly isServing: () => boolean;
  readonly accept: (socket: WebSocket, address: string) => void;
}

export interface GatewayServer {
  readonly port: number;
  /** A connection from the address is gone. */
  release(address: string): void;
  /** Takes no new connection; those that are there go on. */
  stopAccepting(): void;
  /** Ends what is left. */
  close(): Promise<void>;
}

/** How long a peer may take to answer a close frame before the socket is destroyed. */
const closeMs = 1_000;
/** TCP asks a silent peer whether it is still there. */
const keepAliveMs = 30_000;

/**
 * Listens.
 * @throws OperatorError when the port is taken, TLS files cannot be read or a proxy is no address
 */
export async function startServer(options: ServerOptions): Promise<GatewayServer> {
  const { config, logger, protocol } = options;
  const trusted = readProxies(config);
  const tls = secureContext(config);
  const app = fastify({
    logger: false,
    trustProxy: trusted,
    serverFactory: (handler): Server => {
      const server = tls === undefined ? createHttpServer(handler) : createTlsServer(tls, handler);
      server.on("connection", (socket) => socket.setKeepAlive(true, keepAliveMs));
      return server;
    },
  });
  const gate = new UpgradeGate(options, trusted);
  // The plain answer at `/` is the protocol's own; the WebSocket stands on the same route.
  app.addHook("onRoute", (route) => {
    if (route.url === "/" && route.method === "GET") {
      route.wsHandler = (socket, request) => gate.admit(socket, request);
    }
  });
  await app.register(websocket, {
    options: {
      clientTracking: false,
      maxPayload: config.limits.frameBytes,
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
    if (request.ws) {
      const status = gate.judge(request);
      if (status === 101) return;
      options.metrics.refusedUpgrades.inc({ status: String(status) });
      await reply.code(status).send(status === 404 ? { error: "Not found" } : undefined);
    } else if (!options.isServing()) {
      await reply.code(503).send();
    }
  });
  options.routes(app, (request) => gate.addressOf(request));
  if (!app.hasRoute({ method: "GET", url: "/" })) {
    app.get("/", async (_request, reply) => reply.code(426).send("a WebSocket is served here\n"));
  }
  const reload = (): void => {
    try {
      const context = secureContext(config);
      if (context !== undefined) (app.server as TlsServer).setSecureContext(context);
      logger.info("certificate read again");
    } catch (error) {
      logger.error({ err: error }, "certificate not read, the one before stays");
    }
  };
  if (tls !== undefined) process.on("SIGHUP", reload);
  try {
    await app.listen({ host: config.host, port: options.port });
  } catch (error) {
    process.off("SIGHUP", reload);
    throw listenError(error, protocol, config.host, options.port);
  }
  const bound = app.server.address();
  return {
    port: typeof bound === "object" && bound !== null ? bound.port : options.port,
    release: (address) => gate.release(address),
    stopAccepting: () => {
      app.server.close();
    },
    close: async () => {
      process.off("SIGHUP", reload);
      app.server.closeAllConnections();
      await app.close();
    },
  };
}

function readProxies(config: Config): (address: string) => boolean {
  try {
    return trustedProxies(config.trustedProxies);
  } catch (error) {
    const why = error instanceof Error ? error.message : "not readable";
    throw new OperatorError(`${environmentName("trustedProxies")}: ${why}`, 2, { cause: error });
  }
}

function secureContext(
  config: Config,
): { readonly cert: Buffer; readonly key: Buffer } | undefined {
  const { cert, key } = config.tls;
  if (cert === "" && key === "") return undefined;
  return { cert: readPem("tls.cert", cert), key: readPem("tls.key", key) };
}

function readPem(setting: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new OperatorError(`${environmentName(setting)}: cannot read ${path || "(empty)"}`, 2, {
      cause: error,
    });
  }
}

const listenReasons = new Map([
  ["EADDRINUSE", "is already taken"],
  ["EACCES", "may not be opened by this user"],
  ["EADDRNOTAVAIL", "is no address of this machine"],
]);

function listenError(
  error: unknown,
  protocol: Protocol,
  host: string,
  port: number,
): OperatorError {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  const setting = code === "EADDRNOTAVAIL" ? "host" : `${protocol}.port`;
  const reason = listenReasons.get(code) ?? `cannot be opened (${code})`;
  return new OperatorError(`${environmentName(setting)}: ${host}:${port} ${reason}`, 1, {
    cause: error,
  });
}

/** Lets WebSockets in, or says why not with an HTTP status. */
class UpgradeGate {
  readonly #options: ServerOptions;
  readonly #trusted: (address: string) => boolean;
  readonly #open = new Map<string, number>();

  constructor(options: ServerOptions, trusted: (address: string) => boolean) {
    this.#options = options;
    this.#trusted = trusted;
  }

  /** 101 lets it in. */
  judge(request: FastifyRequest): number {
    const { config } = this.#options;
    if (request.url.split("?", 1)[0] !== "/") return 404;
    if (!this.#options.isServing()) return 503;
    const { origin } = request.headers;
    const { allowedOrigins } = config;
    if (origin !== undefined && !allowedOrigins.includes("*") && !allowedOrigins.includes(origin)) {
      return 403;
    }
    const open = this.#open.get(this.addressOf(request)) ?? 0;
    return open >= config.limits.connectionsPerAddress ? 503 : 101;
  }

  admit(socket: WebSocket, request: FastifyRequest): void {
    const address = this.addressOf(request);
    this.#open.set(address, (this.#open.get(address) ?? 0) + 1);
    this.#options.accept(socket, address);
  }

  release(address: string): void {
    const open = (this.#open.get(address) ?? 1) - 1;
    if (open > 0) this.#open.set(address, open);
    else this.#open.delete(address);
  }

  addressOf(request: FastifyRequest): string {
    const peer = request.raw.socket.remoteAddress ?? "";
    return clientAddress(peer, request.headers, this.#trusted);
  }
}
