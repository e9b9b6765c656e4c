/** What a choice of the Sock Chat replays is, and the words in which choices speak of packets. */
import type { Step } from "./recording.ts";

export type Packet = readonly string[];

export interface At {
  readonly step: Step;
  readonly who: string;
}

/** Frames by client, as they come; times and ids of messages in them are masked. */
export type Heard = Readonly<Record<string, readonly string[]>>;

/**
 * What comes here in place of what was recorded behind a line: the body of a notice to whoever acted and nothing
 * to others; null: nothing to anybody; else frames by client, the others' as recorded. Whoever has an answer
 * is closed if it ends in packet 9, and not otherwise.
 */
export type Answer = string | null | Heard;

/** Something that is done behind a line, so that both are in the same state again. */
export interface Behind {
  readonly who: string;
  /** A frame, or that the connection is closed or opened. */
  readonly does: { readonly send: string } | "close" | "open";
  /** What comes of it; "recorded": what was recorded behind the line; absent: nothing. */
  readonly heard?: Heard | "recorded";
}

/** By the number of the recording and the line of the action. */
export type ByLine<Value> = Readonly<Record<string, Readonly<Record<number, Value>>>>;

/** One way in which we differ on purpose. */
export interface Choice {
  /** Where it is written: a quirk of the recordings' README, the reference or the bridge table. */
  readonly section: string;
  /** What differs. */
  readonly what: string;
  /** The recordings that `theirs`, `ours` and `sends` are about; absent: all. */
  readonly files?: RegExp;
  /** What the original sent to one client at a step, in the form in which we would have sent it. */
  readonly theirs?: (packets: readonly Packet[], at: At) => readonly Packet[];
  /** One packet of ours: changed for the comparison, or (null) passed over. */
  readonly ours?: (packet: Packet, at: At) => Packet | null | undefined;
  /** What is sent in the place of a recorded frame. */
  readonly sends?: (frame: string, at: At) => string;
  readonly answers?: ByLine<Answer>;
  readonly behind?: ByLine<readonly Behind[]>;
}

/** How long a silence lasts here that the recording waits for, seconds. */
export const silencedSeconds = 2;

/** The number of a recording, by which choices name it. */
export const numberOf = (file: string): string => file.slice(0, 2);

export const is = (packet: Packet, ...fields: readonly string[]): boolean =>
  fields.every((field, index) => packet[index] === field);

/** A line of a backlog: packet 7.1. */
export const isContext = (packet: Packet): boolean => is(packet, "7", "1");

/** The body of a line of a backlog. */
export const bodyOf = (packet: Packet): string => packet[7] ?? "";

/** The key of the notice that a packet is, live or in a backlog. */
export function noticeKey(packet: Packet): string | undefined {
  const author = packet[0] === "2" ? packet[2] : packet[3];
  const body = packet[0] === "2" ? packet[3] : packet[7];
  return author === "-1" ? body?.split("\f")[1] : undefined;
}

/** A live notice with another body. */
export function reworded(packet: Packet, change: (body: string) => string): Packet {
  if (packet[0] !== "2" || packet[2] !== "-1") return packet;
  return packet.map((field, index) => (index === 3 ? change(field) : field));
}

/** The text that the client of a step sent. */
export function sentIn({ step }: At): string {
  return step.action.do === "send" ? (step.action.text.split("\t")[2] ?? "") : "";
}

/** People as lists show them, by the name that the recordings' README gives them. */
export const people = {
  ada: "1\tada\t#c0ffee\t8\f1\f1\f1\f2",
  bob: "2\tbob\tinherit\t1\f0\f0\f1\f1",
  robert: "2\t~robert\tinherit\t1\f0\f0\f1\f1",
  cyd: "3\tcyd\tinherit\t1\f0\f0\f0\f0",
  dot: "4\tdot\t#00aa00\t8\f1\f0\f1\f2",
  eve: "5\tEve_&quot;x&quot;_&lt;b&gt;&amp;&#039;co\t#ff69b4\t5\f0\f0\f1\f1",
  fay: "6\tФея_🧚\tinherit\t1\f0\f0\f1\f1",
  hal: "8\thal\tinherit\t5\f0\f0\f0\f2",
  bot: "-1\tChatBot\tinherit\t",
} as const;

/** 2 by the bot. */
export const notice = (body: string): string => `2\t0\t-1\t${body}\t0\t10010`;

/** 2 by the person of that number. */
export const said = (id: number, text: string, flags = "10010"): string =>
  `2\t0\t${id}\t${text}\t0\t${flags}`;

/** 3. */
export const gone = (person: string, reason: string): string =>
  `3\t${person.split("\t").slice(0, 2).join("\t")}\t${reason}\t0\t0`;

/** 5.0. */
export const came = (person: string): string => `5\t0\t${person}\t0`;

/** 5.1. */
export const went = (id: number): string => `5\t1\t${id}\t0`;

/** 7.0. */
export const listed = (...persons: readonly string[]): string =>
  ["7\t0", String(persons.length), ...persons.map((person) => `${person}\t1`)].join("\t");

/** 7.1. */
export const line = (person: string, body: string, flags = "10010", notify = "0"): string =>
  `7\t1\t0\t${person}\t${body}\t0\t${notify}\t${flags}`;

/** All that somebody is sent who moves into a channel. */
export const moves = (
  id: number,
  channel: string,
  persons: readonly string[],
  lines: readonly string[] = [],
): readonly string[] => [went(id), "8\t3", listed(...persons), ...lines, `5\t2\t${channel}`];

/** All that somebody is sent who signs in. */
export const welcome = (
  person: string,
  persons: readonly string[],
  lines: readonly string[] = [],
  channels: readonly string[] = ["Lobby\t0\t0"],
): readonly string[] => [
  `1\ty\t${person}\tLobby`,
  ["7\t2", String(channels.length), ...channels].join("\t"),
  listed(...persons),
  ...lines,
  "5\t2\tLobby",
];

/** The answer to `/join` where one stands already. */
export const stands = (channel: string): readonly string[] => [
  notice(`1\fsamechan\f${channel}`),
  `5\t2\t${channel}`,
];

/** The same frames to several clients. */
export const toAll = (who: readonly string[], ...frames: readonly string[]): Heard =>
  Object.fromEntries(who.map((each) => [each, frames]));
