/** Packets of Sock Chat as rules speak of them: fields, commands, and packets as our server writes them. */
import type { Action } from "../recording.ts";

export type Packet = readonly string[];

/** Whether a packet begins with these fields. */
export const is = (packet: Packet, ...fields: readonly string[]): boolean =>
  fields.every((field, index) => packet[index] === field);

/** A packet with another field at an index. */
export const withField = (packet: Packet, at: number, field: string): Packet =>
  packet.map((old, index) => (index === at ? field : old));

/** A line of a backlog: packet 7.1. */
export const isContext = (packet: Packet): boolean => is(packet, "7", "1");

/** 1.#: somebody signs in. */
export const isArrival = (packet: Packet): boolean =>
  packet[0] === "1" && /^[0-9]+$/.test(packet[1] ?? "");

/** Where a packet holds the text of a line; -1: it is no line. */
export const bodyAt = (packet: Packet): number =>
  packet[0] === "2" ? 3 : isContext(packet) ? 7 : -1;

/** The author of a line: a number, `-1` for the server; undefined: it is no line. */
export const authorOf = (packet: Packet): string | undefined =>
  packet[0] === "2" ? packet[2] : isContext(packet) ? packet[3] : undefined;

/** The key of the notice that a packet is, live or in a backlog. */
export function noticeKey(packet: Packet): string | undefined {
  return authorOf(packet) === "-1" ? packet[bodyAt(packet)]?.split("\f")[1] : undefined;
}

/** A notice with its body changed; anything else stays. */
export function reworded(packet: Packet, change: (body: string) => string): Packet {
  if (noticeKey(packet) === undefined) return packet;
  const at = bodyAt(packet);
  return withField(packet, at, change(packet[at] ?? ""));
}

/** The text that a client sent, however it was framed; undefined: it sent none. */
export function textOf(action: Action): string | undefined {
  switch (action.do) {
    case "send":
      return action.text;
    case "fragments":
      return action.pieces.join("");
    case "binary":
      return Buffer.from(action.base64, "base64").toString();
    default:
      return undefined;
  }
}

/** A slash command as part 4.2 of the reference splits it. */
export interface Command {
  /** Without dots, in lower case. */
  readonly name: string;
  /** As it was typed, without the slash. */
  readonly typed: string;
  readonly words: readonly string[];
  /** All that follows the name. */
  readonly rest: string;
}

/** The command in a text; undefined: it is none. */
export function commandIn(text: string): Command | undefined {
  const trimmed = text.trim();
  if (!trimmed.startsWith("/")) return undefined;
  const [typed = "", ...words] = trimmed.slice(1).split(" ");
  const name = typed.replaceAll(".", "").toLowerCase();
  return { name, typed, words, rest: words.join(" ") };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
export const controls = /[\u0000-\u0008\u000b-\u001f]/g;

/** Message text as part 1.1 of the reference has it sent. */
export const escapeText = (text: string): string =>
  text.replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\n", " <br/> ");

/** A name as part 1.2 of the reference has it sent. */
export const escapeName = (name: string): string =>
  name
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#039;");

/** Stands in a packet that a rule makes for a time that no recording has. */
const none = "0";

/** Somebody as packets show them: number, name, colour, rights. */
export type Shown = readonly [id: string, name: string, color: string, perms: string];

/** What stands for the number of a line that is no message. */
export const lineNumber = "<line>";

/** 2 by the server. */
export const notice = (body: string): Packet => ["2", none, "-1", body, lineNumber, "10010"];

/** 2 by a person. The number is any that is no other line's. */
export const said = (id: string, text: string, flags: string, number: string): Packet => [
  "2",
  none,
  id,
  text,
  number,
  flags,
];

/** 3. */
export const gone = ([id, name]: Shown, reason: string): Packet => [
  "3",
  id,
  name,
  reason,
  none,
  lineNumber,
];

/** 5.0. */
export const came = (person: Shown): Packet => ["5", "0", ...person, lineNumber];

/** 5.1. */
export const went = (id: string): Packet => ["5", "1", id, lineNumber];

/** 5.2. */
export const switched = (channel: string): Packet => ["5", "2", channel];

/** 7.0. */
export const listed = (persons: readonly Shown[]): Packet => [
  "7",
  "0",
  String(persons.length),
  ...persons.flatMap((person) => [...person, "1"]),
];

/** 10. */
export const updated = (person: Shown): Packet => ["10", ...person];

/** The entries of 7.0 or 7.2, of so many fields each. */
export function entriesOf(packet: Packet, width: number): readonly Packet[] {
  const entries: Packet[] = [];
  for (let at = 3; at + width <= packet.length; at += width) {
    entries.push(packet.slice(at, at + width));
  }
  return entries;
}

/** 7.0 or 7.2 with these entries. */
export const withEntries = (packet: Packet, entries: readonly Packet[]): Packet => [
  ...packet.slice(0, 2),
  String(entries.length),
  ...entries.flat(),
];
