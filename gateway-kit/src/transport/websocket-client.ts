/** The gateway's own WebSocket client at its own port: it is known by a key that nobody else was given. */
import { timingSafeEqual } from "node:crypto";
import type { AddressInfo } from "node:net";
import { type Config, publicHost } from "@dragoman/service-kit";
import type { FastifyRequest } from "fastify";
import { WebSocket } from "ws";
import type { OwnClient, OwnClientListener } from "./transport.ts";

const keyHeader = "dragoman-own-key";
const openMs = 5_000;
/** Frames that wait until it is connected. */
const waitingMax = 4;

/** Whether a request shows the key. */
export function isOwn({ headers }: Pick<FastifyRequest, "headers">, key: string): boolean {
  const shown = headers[keyHeader];
  if (typeof shown !== "string") return false;
  const [theirs, ours] = [Buffer.from(shown), Buffer.from(key)];
  return theirs.length === ours.length && timingSafeEqual(theirs, ours);
}

/** Where a port of ours is reached from this process. */
export function ownUrl({ tls, host }: Pick<Config, "tls" | "host">, bound: AddressInfo): string {
  const scheme = tls.cert === "" ? "ws" : "wss";
  return `${scheme}://${publicHost(host, false)}:${bound.port}/`;
}

/** Connects, and tells what comes. */
export function dialWebSocket(url: string, key: string, listener: OwnClientListener): OwnClient {
  const socket = new WebSocket(url, {
    headers: { [keyHeader]: key },
    handshakeTimeout: openMs,
    perMessageDeflate: false,
    // The certificate is for the name that people use; that the port is ours is known.
    rejectUnauthorized: false,
  });
  let waiting: string[] = [];
  socket.on("open", () => {
    for (const text of waiting) socket.send(text);
    waiting = [];
  });
  socket.on("message", (data) => listener.onText(data.toString()));
  // `close` follows: what could not be said is missed by all who wait for it.
  socket.on("error", () => socket.terminate());
  socket.on("close", () => listener.onGone());
  return {
    send(text) {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
      else if (socket.readyState === WebSocket.CONNECTING && waiting.length < waitingMax)
        waiting.push(text);
      else return false;
      return true;
    },
    end: () => socket.terminate(),
  };
}
