/** A WebSocket as a socket of frames: the one file that reaches past `ws` to the socket below. */
import type { Logger } from "@dragoman/service-kit";
import type { RawData, WebSocket } from "ws";
import type { CloseReason, Frame, FrameSocket, Sink, SocketListener } from "./transport.ts";
import { encodeFrames } from "./websocket-frame.ts";

/** RFC 6455 5.5: a control frame's payload is at most 125 bytes, two of them the code. */
const closeTextBytesMax = 123;
const normalClosure = 1000;
const ourBug = { code: 1011, text: "internal error" };

export class WebSocketSocket implements FrameSocket {
  readonly encode = encodeFrames;
  readonly address: string;
  readonly sink: Sink;
  readonly #socket: WebSocket;
  readonly #logger: Logger;

  constructor(socket: WebSocket, address: string, logger: Logger) {
    this.address = address;
    this.sink = rawSocket(socket);
    this.#socket = socket;
    this.#logger = logger;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  get isPaused(): boolean {
    return this.#socket.isPaused;
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  listen(listener: SocketListener): void {
    const socket = this.#socket;
    socket.on("message", (data, isBinary) => listener.onFrame(frameOf(data, isBinary)));
    // `ws` has answered with the right close code already (1002, 1007, 1009); `close` follows.
    socket.on("error", (error) => this.#logger.debug({ err: error }, "socket error"));
    socket.on("close", () => listener.onGone());
    onceConcluded(socket, () => listener.onConcluded());
  }

  close({ code = normalClosure, text = "" }: CloseReason = ourBug): void {
    this.#socket.resume();
    try {
      this.#socket.close(code, Buffer.from(text, "utf8").subarray(0, closeTextBytesMax));
    } catch (error) {
      this.#logger.error({ err: error, code }, "close frame failed");
      this.#socket.terminate();
    }
  }

  terminate(): void {
    this.#socket.terminate();
  }
}

/** `ws` gives one buffer for each message, unless told otherwise. */
function frameOf(data: RawData, isBinary: boolean): Frame {
  const bytes = data as Buffer;
  return isBinary ? { kind: "binary", bytes } : { kind: "text", text: bytes.toString("utf8") };
}

/**
 * The TCP or TLS socket under a WebSocket. Whole frames written here and those that `ws` writes itself (pong, close) do
 * not mix, since each is one `write` and compression is off.
 */
function rawSocket(socket: WebSocket): Sink {
  return (socket as unknown as { readonly _socket: Sink })._socket;
}

/**
 * Tells at once when the other side has said that it closes: `ws` answers by itself, and what is written behind
 * that answer reaches nobody. Its own event comes only when the socket has ended.
 */
function onceConcluded(socket: WebSocket, listener: () => void): void {
  const { _receiver: receiver } = socket as unknown as {
    readonly _receiver: { once(event: "conclude", listener: () => void): unknown };
  };
  receiver.once("conclude", listener);
}
