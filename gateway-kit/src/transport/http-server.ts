/** The server below HTTP and WebSocket: how many sockets it holds, and how long one that does nothing is held. */
import { createServer as createHttpServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Socket } from "node:net";
import { type Certificate, type Config, normalAddress } from "@dragoman/service-kit";
import { AddressCount } from "./address-count.ts";
import { keepAliveMs } from "./transport.ts";

/** Sockets of one address beside its WebSockets: pages, files and pictures of everybody behind it. */
const besideOfAddress = 512;
/** The same of all addresses. */
const besideOfAll = 4_096;
/** How patient it is. */
const patience = {
  /** How long a client may take for its TLS handshake, and for the head of a request. */
  headMs: 10_000,
  /** How often it is looked for heads that are late. */
  lookMs: 2_000,
  /** How long nothing may move on a socket that is no WebSocket. */
  idleMs: 60_000,
};

interface HttpServerOptions {
  readonly config: Config;
  readonly certificate: Certificate | undefined;
  readonly handler: RequestListener;
  /** Whether an address is one of the operator's proxies: everybody comes from there. */
  readonly isTrusted: (address: string) => boolean;
  /** A socket was ended for the number of others from its address. */
  readonly onCrowded: () => void;
  /** Absent: as above. */
  readonly times?: typeof patience;
}

/** Made, and not listening yet. */
export function httpServer(options: HttpServerOptions): Server {
  const { config, certificate, handler, isTrusted, onCrowded } = options;
  const { headMs, lookMs, idleMs } = options.times ?? patience;
  const times = { headersTimeout: headMs, connectionsCheckingInterval: lookMs };
  const server =
    certificate === undefined
      ? createHttpServer(times, handler)
      : createTlsServer({ ...certificate, ...times, handshakeTimeout: headMs }, handler);
  const perAddress = new AddressCount();
  boundConnections(server, config);
  server.setTimeout(idleMs);
  server.on("connection", (socket: Socket) => {
    socket.setKeepAlive(true, keepAliveMs);
    const address = normalAddress(socket.remoteAddress ?? "") ?? "";
    if (isTrusted(address)) return;
    if (perAddress.of(address) >= config.limits.connectionsPerAddress + besideOfAddress) {
      onCrowded();
      socket.destroy();
      return;
    }
    perAddress.add(address);
    socket.once("close", () => perAddress.remove(address));
  });
  return server;
}

/** Has a server take as many connections as the configuration says now. */
export function boundConnections(server: Server, { limits }: Config): void {
  server.maxConnections = limits.connections + besideOfAll;
}
