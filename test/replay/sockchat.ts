/** How frames of Sock Chat are compared: fields by packet, times and message ids masked, lists as sets. */
import type { Comparison } from "./comparison.ts";
import type { Step } from "./recording.ts";
import type { Choice, Packet } from "./sockchat-choice.ts";

const time = "<time>";
const id = "<id>";

type Form = (fields: Packet) => Packet;

/** A list's entries in an order of their own: lists have none that clients keep to. */
function asSet(head: Packet, fields: Packet, width: number): Packet {
  const entries: string[] = [];
  for (let at = 0; at + width <= fields.length; at += width) {
    entries.push(fields.slice(at, at + width).join(","));
  }
  return [...head, String(entries.length), ...entries.sort()];
}

/** The lists of people in notices have no order that clients keep to. */
function sorted(body: string): string {
  if (!/^0\f(?:who|whochan|banlist)\f/.test(body)) return body;
  const at = body.lastIndexOf("\f") + 1;
  return body.slice(0, at) + body.slice(at).split(", ").sort().join(", ");
}

const until = (field: string | undefined): string => (field === "-1" ? "-1" : time);

/** By packet id, with the sub-id where there is one: which fields differ from run to run. */
const forms: ReadonlyMap<string, Form> = new Map<string, Form>([
  ["1y", (fields) => fields.slice(0, 7)],
  [
    "1n",
    (fields) => (fields[3] === undefined ? fields : [...fields.slice(0, 3), until(fields[3])]),
  ],
  ["1", (fields) => ["1", time, ...fields.slice(2, 6), id]],
  ["2", (fields) => ["2", time, fields[2] ?? "", sorted(fields[3] ?? ""), id, ...fields.slice(5)]],
  ["3", (fields) => [...fields.slice(0, 4), time, id]],
  ["50", (fields) => [...fields.slice(0, 6), id]],
  ["51", (fields) => [...fields.slice(0, 3), id]],
  ["6", () => ["6", id]],
  ["70", (fields) => asSet(["7", "0"], fields.slice(3), 5)],
  // The author's name is the present one here and was that of the time there (quirk 29).
  [
    "71",
    (fields) => [
      "7",
      "1",
      time,
      ...fields.slice(3, 4),
      ...fields.slice(5, 8),
      id,
      ...fields.slice(9),
    ],
  ],
  ["72", (fields) => asSet(["7", "2"], fields.slice(3), 3)],
  ["9", (fields) => (fields[2] === undefined ? fields : [...fields.slice(0, 2), until(fields[2])])],
]);

/** Where a packet holds the id of a message. */
const idAt: ReadonlyMap<string, number> = new Map([
  ["2", 4],
  ["71", 8],
  ["6", 1],
]);

function keyOf([packet = "", sub = ""]: Packet): string {
  if (packet === "5" || packet === "7") return packet + sub;
  return packet === "1" && !/^[0-9]+$/.test(sub) ? packet + sub : packet;
}

/** A packet as it is compared. */
export const masked = (packet: Packet): string =>
  (forms.get(keyOf(packet))?.(packet) ?? packet).join("\t");

export class SockchatComparison implements Comparison {
  readonly #choices: readonly Choice[];
  readonly #ids = new Map<string, string>();

  /** @param file the recording's name, for the choices that belong to one */
  constructor(file: string, choices: readonly Choice[]) {
    this.#choices = choices.filter(({ files }) => files === undefined || files.test(file));
  }

  /** The recording's steps are rewritten before they are played: nothing is left to do but to mask. */
  expected(frame: string): string | null {
    return masked(frame.split("\t"));
  }

  actual(frame: string, step: Step, who: string): string | null {
    let packet: Packet = frame.split("\t");
    for (const { ours } of this.#choices) {
      const changed = ours?.(packet, { step, who });
      if (changed === null) return null;
      if (changed !== undefined) packet = changed;
    }
    return masked(packet);
  }

  learn(expected: string, actual: string): void {
    const [theirs, ours] = [expected.split("\t"), actual.split("\t")];
    const at = idAt.get(keyOf(theirs));
    if (at !== undefined) this.#ids.set(theirs[at] ?? "", ours[at] ?? "");
  }

  translate(frame: string): string {
    return frame.replace(
      /^(2\t[0-9]+\t\/(?:delete|delmsg) +)([0-9]+)$/,
      (_all, head: string, number: string) => head + (this.#ids.get(number) ?? number),
    );
  }
}
