/**
 * The contract that a protocol fulfils to become an edge. The kit owns sockets, sessions, the feed, audiences
 * and queues and knows no protocol; the edge is pure: it turns frames into steps and events into packets and
 * keeps nothing but what hangs on its clients. Neither side reaches around the other.
 */
import {
  type AnswerOf,
  type AuthenticateRequest,
  type Channel,
  type ChannelId,
  type Command,
  type CommandOf,
  type Commit,
  type Event,
  type EventFamily,
  type EventTable,
  type Family,
  type GrantOf,
  type GrantType,
  ignored,
  type KeyTag,
  type OpeningTraits,
  type Protocol,
  type Query,
  type QueryType,
  type Rejection,
  runnerOf,
  type Session,
  type SessionId,
  type ShownSignal,
  type StoredFile,
  type ThreadId,
  type UserId,
} from "@dragoman/bus-schema";
import type { Config } from "@dragoman/service-kit";
import type { Closing } from "./closing.ts";
import type { FileFacts } from "./files/facts.ts";
import type { Gathering } from "./gather.ts";
import type { ExtensionMaker, Roster } from "./roster/roster.ts";
import type { CloseReason, Frame, Packet, Transport } from "./transport/transport.ts";
import type { View } from "./view.ts";

/**
 * One connection as the edge sees it. `session` is set from the moment that `session.opened` came in the feed.
 * `own` is whatever the protocol must remember of this connection alone.
 */
export interface Client<Own> {
  /** Already resolved through the trusted proxies. */
  readonly address: string;
  /** See `FrameSocket`. */
  readonly isPage: boolean;
  readonly session: Session | undefined;
  readonly own: Own;
}

/** The last packets of a connection, and how it ends where its transport tells that. */
export interface Farewell extends CloseReason {
  readonly packets: readonly Packet[];
}

/**
 * What becomes of a frame. Steps of one connection run strictly one after the other, steps that a step yields
 * before the ones after it; the next frame waits for all of them.
 */
export type Step =
  | { readonly do: "send"; readonly packets: readonly Packet[] }
  | {
      /**
       * Sends one packet that may be long: made in slices, so that it blocks nobody, of pieces of UTF-8 that others are
       * sent too. It shows the roster as it is when the last slice ends. The next frame waits until it is written.
       */
      readonly do: "list";
      readonly make: (view: View) => Iterator<void, readonly Buffer[]>;
    }
  | {
      /** Proves who it is and opens a session; when it is admitted the kit runs `Edge.welcome`. */
      readonly do: "authenticate";
      readonly credentials: AuthenticateRequest["credentials"];
      /** Of the key that this connection was given, for requests outside of it. */
      readonly keyTag?: KeyTag;
      /** What the client says that it is, where it says so; for counting. */
      readonly client?: string;
      readonly refuse: (rejection: Rejection, view: View) => readonly Step[];
    }
  | {
      readonly do: "command";
      readonly body: Command;
      /**
       * What the acting connection gets at the commit's place in the feed. `own` is what it would get like
       * everybody else; absent: just that.
       */
      readonly settle?: (own: readonly Packet[], commit: Commit, view: View) => readonly Step[];
      /** Accepted without a change; absent: nothing is sent. */
      readonly unchanged?: (view: View) => readonly Step[];
      readonly refuse: (rejection: Rejection, view: View) => readonly Step[];
    }
  | GrantStep
  | QueryStep
  | {
      /** Keeps bytes in the file store, if `judge` has nothing against what they are. */
      readonly do: "store";
      readonly bytes: Uint8Array;
      /** Steps stand in for all that would follow; undefined: they may be kept. */
      readonly judge: (facts: FileFacts, view: View) => readonly Step[] | undefined;
      readonly done: (file: StoredFile, view: View) => readonly Step[];
      readonly refuse: (rejection: Rejection, view: View) => readonly Step[];
    }
  | { readonly do: "close"; readonly closing: Closing };

/** A command that changes nothing and gives the asking connection something. */
export type GrantStep = {
  [T in GrantType]: {
    readonly do: "grant";
    readonly body: CommandOf<T>;
    readonly granted: (grant: GrantOf<T>, view: View) => readonly Step[];
    readonly refuse: (rejection: Rejection, view: View) => readonly Step[];
  };
}[GrantType];

/**
 * A query. From asking until its answer is queued the connection's events are held; then the answer goes out,
 * then what was held, less the events that the answer covers (docs/journal.md 4.3).
 */
export type QueryStep = {
  [T in QueryType]: {
    readonly do: "query";
    readonly body: Extract<Query, { type: T }>;
    /** Rendered when it is queued: judge entitlement by the view of that moment. */
    readonly answer: (answer: AnswerOf<T>, view: View) => readonly Step[];
    readonly refuse: (rejection: Rejection, view: View) => readonly Step[];
    /** Whether the answer tells what this event (not later than the answer) tells; absent: none. */
    readonly covers?: (event: Event) => boolean;
  };
}[QueryType];

export type Audience =
  /** Those connections for which `Edge.hears` holds; of a thread where one is named. */
  | { readonly to: "channel"; readonly channelId: ChannelId; readonly threadId?: ThreadId }
  | { readonly to: "everyone" }
  | { readonly to: "people"; readonly userIds: readonly UserId[] }
  | { readonly to: "session"; readonly sessionId: SessionId };

/**
 * Packets for an audience. `packets` is called once per dialect present, whatever the number of connections;
 * `personal` once per connection, for the few rows that differ by person. With `closing` the outbound queue is
 * dropped, the farewell written and the socket ended.
 */
export interface Delivery<Own, Dialect extends string> {
  readonly audience: Audience;
  readonly packets?: (dialect: Dialect) => readonly Packet[];
  readonly personal?: (client: Client<Own>) => readonly Packet[];
  /** One packet for each connection that may be long, in pieces of UTF-8 that others are sent too; undefined: none. */
  readonly list?: (client: Client<Own>) => readonly Buffer[] | undefined;
  /**
   * Steps that each connection runs at this place in the feed; what is delivered later follows them. For the few
   * rows after which a client needs what only a query tells.
   */
  readonly steps?: (client: Client<Own>) => readonly Step[];
  readonly closing?: Closing;
  /** Connections of these people, or these sessions, are passed over. */
  readonly exceptUserId?: UserId;
  readonly exceptSessionId?: SessionId;
}

/** What one protocol is to the kit. */
export interface Edge<Own = unknown, Dialect extends string = string> {
  readonly protocol: Protocol;
  /** What its sessions are like to core. */
  readonly traits: (config: Config) => OpeningTraits;
  /** What it keeps beside each roster (`Roster.extension`); absent: nothing. */
  readonly extensions?: (config: Config) => readonly ExtensionMaker[];
  /** Where its clients come in; the service's port is that of the first. */
  readonly transports: readonly [Transport, ...Transport[]];
  /** How many bytes a frame of somebody who has signed in may have. */
  readonly frameBytes: (config: Config) => number;
  /** State of a fresh connection. */
  readonly newClient: (random: (bytes: number) => string, view: View) => Own;
  /** Sent at once when a connection is accepted. */
  readonly greet: (client: Client<Own>, view: View) => readonly Packet[];
  /**
   * Counts an arriving frame, before it waits its turn. Steps given back stand in for the frame; undefined
   * lets it pass.
   */
  readonly meter: (frame: Frame, client: Client<Own>, view: View) => readonly Step[] | undefined;
  /**
   * What is answered to a frame that asks for nothing but a sign of life; undefined: it asks for more. So are answered,
   * while this gateway is not fresh (docs/journal.md 4.4), the frames that ask whether it is there; all others wait.
   */
  readonly pong: (frame: Frame, client: Client<Own>, view: View) => readonly Packet[] | undefined;
  /** What becomes of a frame. Never throws on any input. */
  readonly receive: (frame: Frame, client: Client<Own>, view: View) => readonly Step[];
  /** How often `tick` runs for each connection, counted from its accept. */
  readonly tickMs: (config: Config) => number;
  readonly tick: (client: Client<Own>, view: View) => readonly Step[];
  /**
   * What a client is sent that was kept out by a phase, so that it signs in anew on the same connection. None, or absent: the
   * connection ends, and the client comes back.
   */
  readonly askAgain?: (client: Client<Own>, view: View) => readonly Packet[];
  /**
   * The session was admitted; `own` is what the commit's events gave it like everybody else. Events that come
   * later are delivered after the steps have run.
   */
  readonly welcome: (
    client: Client<Own>,
    session: Session,
    own: readonly Packet[],
    commit: Commit,
    view: View,
  ) => readonly Step[];
  /** The key of a connection's rendering: small and closed, never anything personal. */
  readonly dialect: (client: Client<Own>) => Dialect;
  /**
   * Whether a signed-in connection hears the events of a channel, or of a thread in it. Cached by the kit until
   * the roster changes.
   */
  readonly hears: (
    session: Session,
    channel: Channel,
    roster: Roster,
    threadId?: ThreadId,
  ) => boolean;
  /** An event's packets. The roster already holds the event. A complete table; see `RenderTable`. */
  readonly render: (event: Event, commit: Commit, view: View) => readonly Delivery<Own, Dialect>[];
  /**
   * Events that are told of together: which ones, under which key, and what they become when none of the key
   * has come for a while. Absent: none.
   */
  readonly gather?: {
    readonly by: (event: Event, view: View) => Gathering | undefined;
    readonly render: (events: readonly Event[], view: View) => readonly Delivery<Own, Dialect>[];
  };
  readonly renderSignal: (signal: ShownSignal, view: View) => readonly Delivery<Own, Dialect>[];
  readonly farewell: (closing: Closing, client: Client<Own>, view: View) => Farewell;
}

// ---- the event table ----------------------------------------------------------------------------------

/** A row that sends nothing, and why that loses nobody anything: what tables elsewhere call `ignored`. */
export const silent = ignored;

/** All rows of a protocol: what the family files spread together must be. */
export type RenderTable<Own, Dialect extends string> = EventTable<
  [commit: Commit, view: View],
  readonly Delivery<Own, Dialect>[]
>;

/**
 * The rows that the file of a family must hold: all events of that family, no others. A new event does not compile
 * until both gateways say what it becomes.
 */
export type FamilyRows<F extends Family, Own, Dialect extends string> = EventFamily<
  F,
  [commit: Commit, view: View],
  readonly Delivery<Own, Dialect>[]
>;

/** Makes a table the edge's `render`. */
export function renderBy<Own, Dialect extends string>(
  table: RenderTable<Own, Dialect>,
): Edge<Own, Dialect>["render"] {
  const render = runnerOf(table);
  return (event, commit, view) => render(event, commit, view) ?? [];
}
