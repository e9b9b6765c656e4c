/** What Sock Chat is to the replay: its packets, and what of them differs from run to run. */
import { hole, type Mark, type Marked } from "../mark.ts";
import type { Protocol } from "../protocol.ts";
import { is, isArrival, isContext, lineNumber, type Packet } from "./packet.ts";

/** The first number of a line that a gateway makes, and no message is (reference 1, message id). */
const firstLine = 2 ** 52;

/** Where a packet holds a moment; -1: nowhere. */
function timeAt(packet: Packet): number {
  if (packet[0] === "2" || isArrival(packet)) return 1;
  if (packet[0] === "3") return 4;
  return isContext(packet) ? 2 : -1;
}

/** Where a packet holds the number of a message or of another line; -1: nowhere. */
export function numberAt(packet: Packet): number {
  if (packet[0] === "2") return 4;
  if (isArrival(packet)) return 6;
  if (is(packet, "3")) return 5;
  if (is(packet, "5", "0")) return 6;
  if (is(packet, "5", "1")) return 3;
  if (is(packet, "6")) return 1;
  return isContext(packet) ? 8 : -1;
}

/** A time to come: how far it is, to ten seconds, and which one. Nothing else: as it is. */
function untilOf(field: string): readonly [form: string, marks: readonly Mark[]] {
  const [, seconds, name] = /^\+(-?[0-9.]+)@(.+)$/s.exec(field) ?? [];
  if (seconds === undefined || name === undefined) return [field, []];
  const far = Number(seconds);
  const form = far < 10 ? "a few" : String(Math.round(far / 10) * 10);
  return [`<in ${form} s: ${hole}>`, [{ kind: "id", value: `until ${name}` }]];
}

const silenceEnd = /^(0\fsay\fThe silence ends in )[0-9]+ seconds?$/;

/** A field in the form in which it is compared. */
function marked(packet: Packet, at: number): readonly [form: string, marks: readonly Mark[]] {
  const field = packet[at] ?? "";
  if (at === timeAt(packet) && /^[0-9]+(\.[0-9]+)?$/.test(field)) {
    const value = Number(field);
    const unit = value > 100_000_000_000 ? "ms" : "s";
    return [hole, [{ kind: "time", unit, value: value === 0 ? null : value }]];
  }
  if (at === numberAt(packet) && field !== lineNumber) {
    if (Number(field) >= firstLine) return [lineNumber, []];
    return [hole, [{ kind: "id", value: field }]];
  }
  if (is(packet, "1", "y") && at === 8 && /^[A-Za-z0-9_-]{32}$/.test(field))
    return ["<session>", []];
  if (is(packet, "9", "1") || is(packet, "1", "n")) return untilOf(field);
  if (is(packet, "2") && at === 3) return [field.replace(silenceEnd, "$1<a while>"), []];
  return [field, []];
}

/** A packet with its marks taken out. */
function mark(packet: Packet): Marked {
  const fields = packet.map((_field, at) => marked(packet, at));
  return {
    shape: fields.map(([form]) => form).join("\t"),
    marks: fields.flatMap(([, marks]) => marks),
  };
}

/** A number that no message has. */
const nobodys = (number: string): string => String(9_000_000_000 + Number(number));

export const sockchat: Protocol<Packet, null> = {
  parse: (text) => text.split("\t"),
  mark,
  translate: (text, oursOf) =>
    text.replace(
      /^(2\t[0-9]+\t\/(?:delete|delmsg) +)([0-9]+)$/,
      (_all, head: string, number: string) => head + (oursOf(number) ?? nobodys(number)),
    ),
  begin: () => null,
};

/** A frame of ours as it is kept: a time to come with how far it is, which only the moment tells. */
export function keptFrame(frame: string, nowMs: number): string {
  const packet = frame.split("\t");
  const at = is(packet, "9", "1") ? 2 : is(packet, "1", "n", "joinfail") ? 3 : -1;
  const until = packet[at] ?? "-1";
  if (!/^[0-9]+$/.test(until)) return frame;
  return packet
    .map((field, n) =>
      n === at ? `+${Number(until) - Math.floor(nowMs / 1_000)}@${until}` : field,
    )
    .join("\t");
}
