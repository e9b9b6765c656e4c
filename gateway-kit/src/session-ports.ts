/** What a session needs around it: its connection, and whoever does what its steps ask for. */
import type {
  Commit,
  Protocol,
  QueryType,
  Rejection,
  Result,
  Session,
  SessionId,
  StoredFile,
} from "@dragoman/bus-schema";
import type { Closing } from "./closing.ts";
import type { CommandPort } from "./commands.ts";
import type { Client, QueryStep, Step } from "./edge.ts";
import type { FileFacts } from "./files/facts.ts";
import type { Answer } from "./queries.ts";
import type { Slices } from "./slices.ts";
import type { Packet } from "./transport/transport.ts";
import type { View } from "./view.ts";

/** What runs when a step needs somebody else. */
export interface SessionPorts {
  readonly commands: Pick<CommandPort, "lane">;
  readonly newSessionId: () => SessionId;
  authenticate(
    address: string,
    credentials: Extract<Step, { do: "authenticate" }>["credentials"],
  ): Promise<Result<string>>;
  /** Asks at the applied sequence; resolves when the feed has applied what the answer covers. */
  ask(
    body: QueryStep["body"],
    sessionId: SessionId | undefined,
  ): Promise<Result<Answer<QueryType>>>;
  factsOf(bytes: Uint8Array): Promise<FileFacts>;
  keep(bytes: Uint8Array, facts: FileFacts): Promise<Result<StoredFile>>;
  view(): View;
  /** For what takes long (`Slices`). */
  readonly slices: Pick<Slices, "run">;
  /** Nobody will tell the leader any more that the session has ended. */
  abandon(sessionId: SessionId): void;
}

/** The connection around the session. */
export interface SessionHost<Own> {
  readonly protocol: Protocol;
  readonly client: Client<Own>;
  /** Queues packets for this connection. */
  send(packets: readonly Packet[]): void;
  /** Queues one packet that may be long, in the pieces that it is made of. */
  sendPieces(pieces: readonly Buffer[]): void;
  /** Queues bytes that were encoded before. */
  sendFrames(frames: Buffer): void;
  /** The session was admitted: from here on the connection is among the audiences. */
  attach(session: Session): void;
  /** Something changed that bears on whether deliveries go straight to the outbox, or on the dialect. */
  refresh(): void;
  welcome(session: Session, own: readonly Packet[], commit: Commit): readonly Step[];
  /** The steps of the next frame that waits, or undefined. */
  next(): readonly Step[] | undefined;
  close(closing: Closing): void;
  /** Somebody is not let in who tried as who they are, and is told why. */
  turnedAway(rejection: Rejection): void;
  /** A sign-in, or a command, was refused; for the log. */
  refused(what: "sign-in" | "command", rejection: Rejection): void;
  fail(error: unknown): void;
}
