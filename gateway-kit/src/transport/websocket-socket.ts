/** A WebSocket as a socket of frames: the one file that reaches past `ws` to the socket below. */
import type { Logger } from "@dragoman/service-kit";
import type { RawData, WebSocket } from "ws";
import {
  type CloseReason,
  type Frame,
  type FrameSocket,
  pieceBytes,
  type Sink,
  type SocketListener,
} from "./transport.ts";
import { encodeFragments, encodeFrames } from "./websocket-frame.ts";

/** RFC 6455 5.5: a control frame's payload is at most 125 bytes, two of them the code. */
const closeTextBytesMax = 123;
const normalClosure = 1000;
const ourBug = { code: 1011, text: "internal error" };

/** Who has asked for a WebSocket. */
export type Caller = Pick<FrameSocket, "address" | "isPage">;

export class WebSocketSocket implements FrameSocket {
  readonly encode = encodeFrames;
  readonly encodeLong = encodeFragments;
  readonly address: string;
  readonly isPage: boolean;
  readonly sink: RawSocket;
  readonly #socket: WebSocket;
  readonly #receiver: Receiver;
  readonly #logger: Logger;
  /** The last ping that came while the client did not read: RFC 6455 5.5.3 lets the ones before it go unanswered. */
  #ping: Buffer | undefined;

  /** @param frameBytes the bound of a frame, until `admit` */
  constructor(socket: WebSocket, { address, isPage }: Caller, frameBytes: number, logger: Logger) {
    this.address = address;
    this.isPage = isPage;
    this.sink = rawSocket(socket);
    this.#receiver = receiverOf(socket);
    this.admit(frameBytes);
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

  admit(frameBytes: number): void {
    this.#receiver._maxPayload = frameBytes;
  }

  listen(listener: SocketListener): void {
    const socket = this.#socket;
    const receiver = this.#receiver;
    socket.on("message", (data, isBinary) => listener.onFrame(frameOf(data, isBinary)));
    // `ws` has answered with the right close code already (1002, 1007, 1009); `close` follows.
    socket.on("error", (error) => this.#logger.debug({ err: error }, "socket error"));
    socket.on("close", () => listener.onGone());
    receiver.once("conclude", () => listener.onConcluded());
    socket.on("ping", (data) => this.#pong(data));
    // Behind the listener of `ws`, so that what is left is of no whole frame.
    this.sink.on("data", () => listener.onUnfinished(unfinished(receiver)));
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

  /** To whoever does not read one pong is owed at most. */
  #pong(data: Buffer): void {
    if (!this.sink.writableNeedDrain) {
      if (this.isOpen) this.#socket.pong(data);
      return;
    }
    if (this.#ping === undefined) {
      this.sink.once("drain", () => {
        const last = this.#ping;
        this.#ping = undefined;
        if (last !== undefined) this.#pong(last);
      });
    }
    this.#ping = Buffer.from(data);
  }
}

/** `ws` gives one buffer for each message, unless told otherwise. */
function frameOf(data: RawData, isBinary: boolean): Frame {
  const bytes = data as Buffer;
  return isBinary ? { kind: "binary", bytes } : { kind: "text", text: bytes.toString("utf8") };
}

/** A socket as it is read and written below `ws`. */
interface RawSocket extends Sink {
  on(event: "data", listener: () => void): unknown;
}

/**
 * The TCP or TLS socket under a WebSocket. Whole frames written here and those that `ws` writes itself (pong, close) do
 * not mix, since each is one `write` and compression is off.
 */
function rawSocket(socket: WebSocket): RawSocket {
  return (socket as unknown as { readonly _socket: RawSocket })._socket;
}

/** Of the reader of `ws` (8.x) what it has no public face for. */
interface Receiver {
  /** The bound of a frame, which `ws` has for a whole server only; it is read anew for each frame. */
  _maxPayload: number;
  /** Read and not yet of a whole frame: bytes, and the pieces that they came in. */
  readonly _bufferedBytes: number;
  readonly _buffers: readonly unknown[];
  /** Of an unfinished message: the bytes of its whole frames, and those. */
  readonly _messageLength: number;
  readonly _fragments: readonly unknown[];
  /** The other side has said that it closes; its own event comes only when the socket has ended. */
  once(event: "conclude", listener: () => void): unknown;
}

/** @throws Error when `ws` has changed there, which the first connection tells */
function receiverOf(socket: WebSocket): Receiver {
  const { _receiver: receiver } = socket as unknown as { readonly _receiver: Receiver };
  const numbers = [receiver._maxPayload, receiver._bufferedBytes, receiver._messageLength];
  const lists = [receiver._buffers, receiver._fragments];
  if (!numbers.every(Number.isInteger) || !lists.every(Array.isArray)) {
    throw new Error("the reader of ws has no longer the fields that bound it");
  }
  return receiver;
}

function unfinished(receiver: Receiver): number {
  const pieces = receiver._buffers.length + receiver._fragments.length;
  return receiver._bufferedBytes + receiver._messageLength + pieces * pieceBytes;
}
