/**
 * A client of the line protocol over a real WebSocket or real TCP, as its address says: what it got, and waiting for
 * what it is to get.
 */
import { connect, type Socket } from "node:net";
import { WebSocket } from "ws";
import { patientMs } from "./deadline.ts";

const deadlineMs = patientMs(8_000);

/** Resolves with the first truthy value that `look` gives; asked again whenever `listen` says so. */
function wait<T>(
  what: string,
  look: () => T | undefined,
  listen: (again: () => void) => () => unknown,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let unlisten: () => unknown = () => undefined;
    const timer = setTimeout(() => {
      unlisten();
      reject(new Error(`waited in vain for ${what}`));
    }, deadlineMs);
    const again = (): void => {
      const value = look();
      if (value === undefined) return;
      clearTimeout(timer);
      unlisten();
      resolve(value);
    };
    unlisten = listen(again);
    again();
  });
}

/** Waits until a condition holds that nothing announces, such as a counter; it is looked at every few ms. */
export function until(what: string, holds: () => boolean): Promise<true> {
  return wait(
    what,
    () => (holds() ? true : undefined),
    (again) => {
      const timer = setInterval(again, 5);
      return () => clearInterval(timer);
    },
  );
}

/** The socket of a client: frames go in, `onFrame` and `onClose` tell what came. */
interface Wire {
  send(frame: string | Uint8Array): void;
  /** Sends a piece of a frame. */
  sendSome(piece: string, isLast: boolean): void;
  pause(): void;
  resume(): void;
  terminate(): void;
}

interface WireListener {
  onFrame(text: string): void;
  /** @param code undefined where the transport has none */
  onClose(code: number | undefined): void;
}

function openWebSocket(
  url: string,
  headers: Readonly<Record<string, string>>,
  listener: WireListener,
): Wire {
  const socket = new WebSocket(url, { headers, rejectUnauthorized: false });
  socket.on("message", (data) => listener.onFrame(String(data)));
  socket.on("close", (code) => listener.onClose(code));
  return {
    send: (frame) => socket.send(frame, { binary: false }),
    sendSome: (piece, isLast) => socket.send(piece, { binary: false, fin: isLast }),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    terminate: () => socket.terminate(),
  };
}

function openTcp(url: string, listener: WireListener): Wire {
  const { hostname, port } = new URL(url);
  const socket: Socket = connect(Number(port), hostname);
  let rest = "";
  socket.setEncoding("utf8");
  socket.on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) listener.onFrame(line);
  });
  // `close` follows, and is what a test waits for.
  socket.on("error", () => undefined);
  socket.on("close", () => listener.onClose(undefined));
  return {
    send: (frame) => {
      socket.write(frame);
      socket.write("\n");
    },
    sendSome: (piece, isLast) => void socket.write(isLast ? `${piece}\n` : piece),
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    terminate: () => void socket.resetAndDestroy(),
  };
}

export class LineClient implements WireListener {
  readonly lines: string[] = [];
  /** Whether the connection has ended, and with which code where the transport has any. */
  end: { readonly code: number | undefined } | undefined;
  readonly #wire: Wire;
  readonly #waiting = new Set<() => void>();

  private constructor(url: string, headers: Readonly<Record<string, string>>) {
    this.#wire = url.startsWith("tcp:") ? openTcp(url, this) : openWebSocket(url, headers, this);
  }

  /** Connects to `ws://…` or `tcp://…` and waits for the greeting. */
  static async open(
    url: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<LineClient> {
    const client = new LineClient(url, headers);
    await client.line("hello");
    return client;
  }

  /** The HTTP status with which an upgrade is refused. */
  static refused(url: string, headers: Readonly<Record<string, string>> = {}): Promise<number> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(url, { headers });
      socket.on("unexpected-response", (_request, response) => {
        resolve(response.statusCode ?? 0);
        socket.terminate();
      });
      socket.on("open", () => reject(new Error("let in")));
      socket.on("error", () => {});
    });
  }

  /** Resolves when a TCP connection was ended without a word. */
  static async turnedAway(url: string): Promise<void> {
    const client = new LineClient(url, {});
    await client.closed();
    if (client.lines.length > 0) throw new Error("let in");
  }

  static async login(url: string, name: string): Promise<LineClient> {
    const client = await LineClient.open(url);
    client.say(`login ${name}`);
    await client.line("welcome");
    return client;
  }

  onFrame(text: string): void {
    this.lines.push(text);
    for (const again of this.#waiting) again();
  }

  onClose(code: number | undefined): void {
    this.end = { code };
    for (const again of this.#waiting) again();
  }

  say(...frames: (string | Uint8Array)[]): void {
    for (const frame of frames) this.#wire.send(frame);
  }

  /** Begins a frame, or goes on with it. */
  saySome(piece: string): void {
    this.#wire.sendSome(piece, false);
  }

  /** Ends the frame that `saySome` began. */
  sayRest(piece: string): void {
    this.#wire.sendSome(piece, true);
  }

  /** Reads no more until `resume`. */
  pause(): void {
    this.#wire.pause();
  }

  resume(): void {
    this.#wire.resume();
  }

  /** Breaks the socket off. */
  terminate(): void {
    this.#wire.terminate();
  }

  /** Waits for a line, or for one of a kind. */
  line(sought: string | ((line: string) => boolean)): Promise<true> {
    const fits = typeof sought === "string" ? (line: string) => line === sought : sought;
    return this.#wait(String(sought), () => (this.lines.some(fits) ? true : undefined));
  }

  /** Waits for the end; gives the close code, undefined where the transport has none. */
  async closed(): Promise<number | undefined> {
    return (await this.#wait("the end", () => this.end)).code;
  }

  #wait<T>(what: string, look: () => T | undefined): Promise<T> {
    return wait(what, look, (again) => {
      this.#waiting.add(again);
      return () => this.#waiting.delete(again);
    });
  }
}
