/** What a Sock Chat server's data hold, one thing at a time, in whatever form they lie. */

/** Why something of a source does not come along, or not as it is. The first four are so by nature, all others are faults. */
type Why =
  /** What the bot said: who came and went. */
  | "notice"
  /** Between two people, known by the names that they had then: docs/decisions/import-sockchat.md. */
  | "private"
  | "deleted"
  /** A ban that is over. */
  | "over"
  /** The source ends within a record. */
  | "cut"
  | "unreadable"
  /** Another number of values than the table has columns. */
  | "columns"
  | "no_table"
  | "id"
  | "id_twice"
  /** Comes along with the time of the message before it. */
  | "time"
  | "no_text"
  /** Comes along cut. */
  | "too_long"
  /** Comes along with U+FFFD for what is no text. */
  | "alphabet"
  | "no_author"
  | "no_channel"
  | "channel_twice"
  /** More channels or bans than are read. */
  | "too_many"
  /** Comes along under another name, since no channel may be called so. */
  | "name"
  /** A ban of nobody who is known. */
  | "ban_of_nobody"
  /** Bars addresses alone, and there is nobody whom they belong to. */
  | "ban_of_address"
  | "until"
  | "silence_over"
  /** A silence of nobody who is known. */
  | "silence_of_nobody"
  | "silence_until"
  /** The channel had a password: closed until the owner opens it. */
  | "password"
  /** The channel was deleted there, or nothing says who might enter it: closed until the owner opens it. */
  | "closed";

/** Where in a source something stands. */
export interface Where {
  /** A table or a file. */
  readonly part: string;
  /** From 1. */
  readonly line?: number;
  readonly row?: number;
  readonly id?: string;
}

export interface Remark {
  readonly why: Why;
  readonly where: Where;
  /** What it is about: a name, a number. */
  readonly what?: string;
}

/** Ids of different tables are different ones; those of the events and of the messages made of them are the same. */
export const families = { php: 0, log: 1, event: 2, file: 3 } as const;
export type Family = keyof typeof families;

/** Somebody as a line names its author. `number` null: by name alone. */
export interface Face {
  readonly number: number | null;
  readonly name: string;
  readonly isNick: boolean;
  /** The nickname beside the name, of servers that keep both. */
  readonly nick?: string;
  readonly color: string | null;
  /** Null: the source does not say. */
  readonly rank: number | null;
  readonly perms: number | null;
}

/** A line that is kept. `author` null: the bot. */
export interface Said {
  readonly kind: "said";
  readonly family: Family;
  readonly id: bigint;
  /** Of two lines with one id the one with the higher number counts. */
  readonly weight: number;
  readonly author: Face | null;
  readonly channel: string;
  /** The rank of the channel as the line says it. */
  readonly channelRank: number | null;
  readonly text: string;
  readonly isAction: boolean;
  /** Null: not to be known. */
  readonly atMs: number | null;
  readonly editedAtMs: number | null;
  readonly isDeleted: boolean;
  /** What a line without an id of its own is known by. */
  readonly ident?: string;
}

export interface FoundChannel {
  readonly kind: "channel";
  readonly name: string;
  readonly rank: number;
  readonly hasPassword: boolean;
}

export interface FoundBan {
  readonly kind: "ban";
  readonly number: number | null;
  readonly name: string | null;
  readonly address: string | null;
  /** Null: for ever. */
  readonly untilMs: number | null;
}

/** Somebody who may not speak. */
export interface FoundSilence {
  readonly kind: "silence";
  readonly number: number | null;
  readonly name: string | null;
  /** Null: for ever. */
  readonly untilMs: number | null;
}

/** A record that is read and does not come along. */
interface Passed {
  readonly kind: "passed";
  readonly why: Why;
  readonly what?: string;
}

export type Item = Said | FoundChannel | FoundBan | FoundSilence | Passed;

/** The default channel's key: its lines do not say what it is called. */
export const defaultChannel = "@default";
