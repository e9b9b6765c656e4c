/** The replay's client: a WebSocket that keeps what it hears. The barrier is the protocol's own. */

import { within } from "@dragoman/testing/deadline";
import { WebSocket } from "ws";

/** A scripted client of the replay: it keeps what it received, and sends what it is told. */
export interface ReplayClient {
  readonly frames: readonly string[];
  send(text: string): void;
  sendBinary(bytes: Uint8Array): void;
  /** A text frame of these bytes, whatever they are. */
  sendBytes(bytes: Uint8Array): void;
  sendFragments(pieces: readonly string[]): void;
  ping(text: string): void;
  /** Resolves once the server has worked off all that this client sent. */
  barrier(): Promise<void>;
  /** Resolves at a new frame or at the end of the connection. */
  changed(): Promise<void>;
  close(): Promise<void>;
  /** Drops the connection without a word. */
  cut(): Promise<void>;
  readonly closedWith: number | undefined;
}

export interface SocketOptions {
  /** Sends something that is answered after all that was sent before; undefined: there is no such thing now. */
  readonly askBarrier: (send: (text: string) => void, n: number) => boolean;
  /** Whether a frame is the answer to the nth barrier; such frames are kept out of the log. */
  readonly isBarrier: (frame: string, n: number) => boolean;
  /** Frames that nobody compares, such as a heartbeat. */
  readonly ignored: (frame: string) => boolean;
  /** A frame as it is kept; absent: as it came. */
  readonly kept?: (frame: string) => string;
  readonly headers?: Readonly<Record<string, string>>;
}

const barrierMs = 10_000;
/** Before sign-in nothing can be asked for: what comes, comes within this time. */
const quietMs = 150;

/** A handshake that is refused leaves a client that is closed and has heard `HTTP <status>`. */
export async function connectReplay(url: string, options: SocketOptions): Promise<ReplayClient> {
  const socket = new WebSocket(url, {
    perMessageDeflate: false,
    ...(options.headers ? { headers: options.headers } : {}),
  });
  const frames: string[] = [];
  let asked = 0;
  let passed = 0;
  let closedWith: number | undefined;
  const wake: (() => void)[] = [];
  const news = (): void => {
    for (const waiter of wake.splice(0)) waiter();
  };
  const changed = (): Promise<void> => new Promise((resolve) => wake.push(resolve));
  socket.on("message", (data) => {
    const frame = data.toString();
    if (passed < asked && options.isBarrier(frame, passed + 1)) passed += 1;
    else if (!options.ignored(frame)) frames.push(options.kept?.(frame) ?? frame);
    news();
  });
  socket.on("close", (code) => {
    closedWith = code;
    news();
  });
  await within(
    5_000,
    `a WebSocket at ${url}`,
    new Promise<void>((resolve, reject) => {
      socket.once("open", resolve);
      socket.once("error", reject);
      socket.once("unexpected-response", (request, { statusCode }) => {
        frames.push(`HTTP ${statusCode}`);
        closedWith = 1006;
        request.destroy();
        resolve();
      });
    }),
  );
  socket.on("error", () => socket.terminate());
  const send = (text: string): void => {
    if (socket.readyState === WebSocket.OPEN) socket.send(text);
  };
  async function barrier(): Promise<void> {
    if (!options.askBarrier(send, asked + 1)) {
      await Promise.race([changed(), new Promise((quiet) => setTimeout(quiet, quietMs))]);
      return;
    }
    asked += 1;
    const mine = asked;
    while (passed < mine && closedWith === undefined) await within(barrierMs, "barrier", changed());
  }
  return {
    frames,
    send,
    sendBinary: (bytes) => socket.send(bytes, { binary: true }),
    sendBytes: (bytes) => socket.send(bytes, { binary: false }),
    sendFragments(pieces) {
      for (const [n, piece] of pieces.entries()) {
        socket.send(piece, { fin: n === pieces.length - 1 });
      }
    },
    ping: (text) => socket.ping(text),
    barrier,
    changed,
    get closedWith() {
      return closedWith;
    },
    async cut() {
      socket.terminate();
      while (closedWith === undefined) await within(5_000, "close", changed());
    },
    async close() {
      if (closedWith !== undefined) return;
      socket.close();
      while (closedWith === undefined) await within(5_000, "close", changed());
    },
  };
}
