/**
 * Lines over TCP as a transport: a frame is a line of UTF-8 that ends with LF, or CR LF. Over TLS when a certificate is
 * configured. There are no proxies in between, so a client's address is its socket's.
 */
import { isUtf8 } from "node:buffer";
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type Server as TlsServer } from "node:tls";
import {
  type Config,
  type Logger,
  listenError,
  normalAddress,
  readCertificate,
  renewOnHangup,
} from "@dragoman/service-kit";
import { AddressCount } from "./address-count.ts";
import {
  closeMs,
  type Frame,
  type FrameSocket,
  keepAliveMs,
  type Listener,
  type LongFrame,
  type Packet,
  pieceBytes,
  type SocketListener,
  type Transport,
  type TransportHost,
} from "./transport.ts";

export interface TcpLinesOptions {
  /** The port of the configuration that it listens on. */
  readonly port: (config: Config) => number;
}

/** Lines on a port of their own; the bound of a frame bounds a line, and what there is of an unfinished one. */
export function tcpLines({ port }: TcpLinesOptions): Transport {
  return { listen: (host) => listen(port(host.config), host) };
}

async function listen(port: number, host: TransportHost): Promise<Listener> {
  const { config, logger, protocol } = host;
  const certificate = readCertificate(config);
  const open = new Set<Socket>();
  const perAddress = new AddressCount();
  const accept = (socket: Socket): void => {
    const address = normalAddress(socket.remoteAddress ?? "") ?? "";
    const isCrowded = perAddress.of(address) >= config.limits.connectionsPerAddress;
    const why = isCrowded ? "address" : host.isServing() ? "full" : "away";
    if (why !== "full" || !host.hasRoom()) {
      host.onRefused(why);
      socket.destroy();
      return;
    }
    open.add(socket);
    perAddress.add(address);
    socket.once("close", () => {
      open.delete(socket);
      perAddress.remove(address);
    });
    socket.setKeepAlive(true, keepAliveMs);
    host.accept(new LineSocket(socket, address, config.limits.signInFrameBytes, logger));
  };
  const server: Server =
    certificate === undefined
      ? createServer({ noDelay: true }, accept)
      : createTlsServer({ ...certificate, noDelay: true }, accept);
  server.listen(port, config.host);
  try {
    await once(server, "listening");
  } catch (error) {
    throw listenError(error, {
      host: config.host,
      port,
      hostKey: "host",
      portKey: `${protocol}.port`,
    });
  }
  server.on("error", (error) => logger.error({ err: error }, "accepting failed"));
  const endRenewal =
    certificate === undefined
      ? () => undefined
      : renewOnHangup(config, logger, (renewed) => (server as TlsServer).setSecureContext(renewed));
  const bound = server.address();
  return {
    port: typeof bound === "object" && bound !== null ? bound.port : port,
    stopAccepting: () => {
      server.close();
    },
    close: async () => {
      endRenewal();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const nothing = Buffer.alloc(0);
/** Above it the pieces of an unfinished line are joined: each costs more than the bytes that it holds. */
const piecesMax = 64;

/** @throws Error when a packet holds a line break: it would be two frames */
export function encodeLines(packets: readonly Packet[]): Buffer {
  for (const packet of packets) {
    if (/[\r\n]/.test(packet)) throw new Error("a packet of a line protocol holds a line break");
  }
  return Buffer.from(`${packets.join("\n")}\n`, "utf8");
}

const lineEnd = Buffer.from("\n");

/** @throws Error when a piece holds a line break */
function encodeLongLine(pieces: readonly Buffer[]): LongFrame {
  if (pieces.some((piece) => piece.includes(lineFeed) || piece.includes(carriageReturn))) {
    throw new Error("a packet of a line protocol holds a line break");
  }
  return { parts: [...pieces, lineEnd].map((piece) => [piece]), cut: lineEnd };
}

export class LineSocket implements FrameSocket {
  /** No browser opens such a socket. */
  readonly isPage = false;
  readonly encode = encodeLines;
  readonly encodeLong = encodeLongLine;
  readonly address: string;
  readonly sink: Socket;
  #lineBytesMax: number;
  readonly #logger: Logger;
  #listener: SocketListener | undefined;
  /** Read and not looked at: what came in one read while frames wait. */
  #unread: Buffer = nothing;
  /** An unfinished line, in the pieces that it came in. */
  #pieces: Buffer[] = [];
  #pieceBytes = 0;
  #isPaused = false;
  #isConcluded = false;
  #isBroken = false;

  constructor(socket: Socket, address: string, lineBytesMax: number, logger: Logger) {
    this.sink = socket;
    this.address = address;
    this.#lineBytesMax = lineBytesMax;
    this.#logger = logger;
  }

  get isOpen(): boolean {
    return this.sink.writable && !this.#isConcluded;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  pause(): void {
    this.#isPaused = true;
    this.sink.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#readLines();
    if (!this.#isPaused) this.sink.resume();
  }

  admit(frameBytes: number): void {
    this.#lineBytesMax = frameBytes;
  }

  listen(listener: SocketListener): void {
    const { sink } = this;
    this.#listener = listener;
    sink.on("data", (chunk: Buffer) => {
      if (this.#isBroken) return;
      this.#unread = this.#unread.length === 0 ? chunk : Buffer.concat([this.#unread, chunk]);
      this.#readLines();
      listener.onUnfinished(this.#pieceBytes + this.#pieces.length * pieceBytes);
    });
    sink.on("end", () => {
      this.#isConcluded = true;
      listener.onConcluded();
    });
    sink.on("error", (error) => this.#logger.debug({ err: error }, "socket error"));
    sink.on("close", () => listener.onGone());
  }

  close(): void {
    this.resume();
    this.sink.end();
    const timer = setTimeout(() => this.sink.destroy(), closeMs);
    this.sink.once("close", () => clearTimeout(timer));
  }

  terminate(): void {
    this.sink.destroy();
  }

  /** A listener may pause, resume or end this while a frame is told: what was read and not told stays where it is. */
  #readLines(): void {
    while (!this.#isPaused && !this.#isBroken && this.#unread.length > 0) {
      const at = this.#unread.indexOf(lineFeed);
      const end = at < 0 ? this.#unread.length : at;
      this.#keep(this.#unread.subarray(0, end));
      this.#unread = at < 0 ? nothing : this.#unread.subarray(at + 1);
      if (this.#pieceBytes > this.#lineBytesMax) {
        this.#breakOff();
        return;
      }
      if (at >= 0) this.#listener?.onFrame(frameOf(this.#takeLine()));
    }
  }

  #keep(piece: Buffer): void {
    if (piece.length === 0) return;
    this.#pieces.push(piece);
    this.#pieceBytes += piece.length;
    if (this.#pieces.length > piecesMax) this.#pieces = [Buffer.concat(this.#pieces)];
  }

  #takeLine(): Buffer {
    const [only = nothing] = this.#pieces;
    const line = this.#pieces.length > 1 ? Buffer.concat(this.#pieces) : only;
    this.#pieces = [];
    this.#pieceBytes = 0;
    return line.at(-1) === carriageReturn ? line.subarray(0, -1) : line;
  }

  /** The line is longer than any may be: nothing of what follows can be read. */
  #breakOff(): void {
    this.#isBroken = true;
    this.#pieces = [];
    this.#unread = nothing;
    this.close();
  }
}

function frameOf(line: Buffer): Frame {
  return isUtf8(line)
    ? { kind: "text", text: line.toString("utf8") }
    : { kind: "binary", bytes: line };
}
