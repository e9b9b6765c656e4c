/**
 * What carries frames between the clients and this gateway. WebSocket (`websocket.ts`) and lines over TCP (`tcp.ts`)
 * are such; connections, outboxes and fan-out know this contract alone. docs/edges.md tells how a third is written.
 */
import type { Protocol } from "@dragoman/bus-schema";
import type { Config, Logger } from "@dragoman/service-kit";
import type { RequestPort } from "../request-port.ts";

/** The text of one frame that goes out. */
export type Packet = string;

/** An inbound frame. Binary frames are given as such: protocols differ in what they make of them. */
export type Frame =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "binary"; readonly bytes: Uint8Array };

/**
 * Packets as whole frames, one behind the other in one chunk of bytes. The bytes are final: they go to every socket
 * with the same encoder, so each transport has one function for all its sockets.
 * @throws Error when the transport cannot carry a packet, which is a bug of the edge
 */
export type FrameEncoder = (packets: readonly Packet[]) => Buffer;

/** A long packet as it is written, a part at a time. Between two parts of it no other packet is written. */
export interface LongFrame {
  /** What is written in one go: the transport's own bytes, and last a piece of the packet, which others share. */
  readonly parts: readonly (readonly Buffer[])[];
  /** Ends it ahead of its time, where some parts were written and the others will not be. */
  readonly cut: Buffer;
}

/** A packet that is given in pieces of UTF-8 as a frame of many parts. */
type LongEncoder = (pieces: readonly Buffer[]) => LongFrame;

/** What chunks are written to; `net.Socket` and `tls.TLSSocket` are such. */
export interface Sink {
  readonly writable: boolean;
  /** It holds as much as it wants to; `drain` follows. */
  readonly writableNeedDrain: boolean;
  write(bytes: Uint8Array): boolean;
  once(event: "drain", listener: () => void): unknown;
}

/** How a connection ends, for a transport that tells so. Others leave it out. */
export interface CloseReason {
  /** The transport's own code. Absent: its code for an ordinary end. */
  readonly code?: number;
  /** For people. */
  readonly text?: string;
}

/** What is told of a socket. */
export interface SocketListener {
  onFrame(frame: Frame): void;
  /** So many bytes are kept now of a frame that is not whole yet, what keeps them together counted in. */
  onUnfinished(bytes: number): void;
  /** The other side has said that it closes: what is written from now on reaches nobody. `onGone` follows. */
  onConcluded(): void;
  /** The socket has ended, for whatever reason. Nothing follows. */
  onGone(): void;
}

/** One accepted socket. */
export interface FrameSocket {
  readonly encode: FrameEncoder;
  readonly encodeLong: LongEncoder;
  /** The client's address, resolved through the trusted proxies where the transport knows any. */
  readonly address: string;
  /** Whether a page in a browser holds the other end, and so most likely a person looks at it. */
  readonly isPage: boolean;
  /** Where encoded frames are written. The transport may write between two chunks, never within one. */
  readonly sink: Sink;
  /** Whether last words may still reach the client. */
  readonly isOpen: boolean;
  readonly isPaused: boolean;
  /** Reads no more; what was read already may still come as frames. */
  pause(): void;
  resume(): void;
  /** Frames may have so many bytes from now on; until then `limits.signInFrameBytes`. */
  admit(frameBytes: number): void;
  /** Begins to read. Called once. */
  listen(listener: SocketListener): void;
  /**
   * Ends it behind what was written, in the transport's own way; `onGone` follows, at the latest `closeMs` later. What
   * still arrives is read and told as before. Never throws.
   * @param reason absent: a bug of ours is the reason
   */
  close(reason?: CloseReason): void;
  /** Ends it at once. */
  terminate(): void;
}

/** What a transport needs of the gateway. */
export interface TransportHost {
  readonly protocol: Protocol;
  readonly config: Config;
  readonly logger: Logger;
  /** Whether connections and requests are served now. */
  readonly isServing: () => boolean;
  /** Resolves with whether what the gateway knows is fresh (docs/journal.md 4.4), in a time that a request can wait. */
  readonly regained: () => Promise<boolean>;
  /** Whether there is a place for one more connection; maybe a stranger's has been ended for it. */
  readonly hasRoom: () => boolean;
  readonly accept: (socket: FrameSocket) => void;
  /** What the gateway's own client shows, and who takes its socket. Such a one is let in past every bound. */
  readonly ownKey: string;
  readonly acceptOwn: (socket: FrameSocket) => void;
  /** A client was not let in. `status`: why, in the transport's words; from a closed list. */
  readonly onRefused: (status: string) => void;
  /** For requests beside the connections, where the transport has such. */
  readonly requests: RequestPort;
}

/** A client of the gateway's own at its own listener. */
export interface OwnClient {
  /** Sends a text frame, at once or when it is connected. */
  send(text: string): boolean;
  end(): void;
}

/** What is told of it. */
export interface OwnClientListener {
  onText(text: string): void;
  /** It has ended, or could not connect. */
  onGone(): void;
}

/** A transport that listens. */
export interface Listener {
  readonly port: number;
  /** Connects to itself as a client does. Absent: it has no client. */
  dial?(key: string, listener: OwnClientListener): OwnClient;
  /** Takes no new connection; those that are there go on. */
  stopAccepting(): void;
  /** Ends what is left. */
  close(): Promise<void>;
}

export interface Transport {
  /** @throws OperatorError when the port is taken or the configuration cannot be followed */
  listen(host: TransportHost): Promise<Listener>;
}

/** What a piece of an unfinished frame costs beside its bytes: a `Buffer` and the memory below it. */
export const pieceBytes = 256;
/** How long a client may take to end its side before the socket is destroyed. */
export const closeMs = 1_000;
/** TCP asks a silent client whether it is still there. */
export const keepAliveMs = 30_000;
