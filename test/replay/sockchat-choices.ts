/**
 * Where we differ from the original on purpose, each with the quirk's number in the recordings' README or the
 * section of the reference or of the bridge table that says so.
 */
import type { Step } from "./recording.ts";

export type Packet = readonly string[];

export interface At {
  readonly step: Step;
  readonly who: string;
}

export interface Choice {
  /** Where it is written. */
  readonly section: string;
  /** What differs. */
  readonly what: string;
  /** The recordings that it is about; absent: all. */
  readonly files?: RegExp;
  /** What the original sent to one client at a step, in the form in which we would have sent it. */
  readonly theirs?: (packets: readonly Packet[], at: At) => readonly Packet[];
  /** One packet of ours: changed for the comparison, or (null) passed over. */
  readonly ours?: (packet: Packet, at: At) => Packet | null | undefined;
  /** What is sent in the place of a recorded frame. */
  readonly sends?: (frame: string, at: At) => string;
  /** Steps that are not played, since ours would go another way from there on. */
  readonly skips?: (frame: string, at: At) => boolean;
  /** All steps, where more than one packet of one client is concerned. */
  readonly steps?: (steps: readonly Step[]) => readonly Step[];
}

const is = (packet: Packet, ...fields: readonly string[]): boolean =>
  fields.every((field, index) => packet[index] === field);

/** The key of the notice that a packet is, live or in a backlog. */
function noticeKey(packet: Packet): string | undefined {
  const author = packet[0] === "2" ? packet[2] : packet[3];
  const body = packet[0] === "2" ? packet[3] : packet[7];
  return author === "-1" ? body?.split("\f")[1] : undefined;
}

const presenceKeys = new Set(["join", "leave", "jchan", "lchan", "kick", "flood"]);
const isContext = (packet: Packet): boolean => is(packet, "7", "1");

/** The ranks of the house for those of the site. */
const ranks = new Map([
  ["9", "10"],
  ["5", "8"],
  ["2", "5"],
  ["0", "1"],
]);

const perms = (field: string): string => {
  const match = /^([0-9]+)\f(.\f.\f.\f.)(?:\fextra)?$/.exec(field);
  return match === null ? field : `${ranks.get(match[1] ?? "") ?? match[1]}\f${match[2]}`;
};

const lowerColor = (field: string): string =>
  /^#[0-9A-F]{6}$/i.test(field) ? field.toLowerCase() : field;

export const choices: readonly Choice[] = [
  {
    section: "bridge table, roles and rank",
    what: "ranks are the community's own; five parts of rights",
    theirs: (packets) => packets.map((packet) => packet.map(perms)),
  },
  {
    section: "reference 1, colour",
    what: "colours in lower case",
    theirs: (packets) => packets.map((packet) => packet.map(lowerColor)),
  },
  {
    section: "bridge table, history on entry",
    what: "the backlog holds messages, no presence lines",
    theirs: (packets) =>
      packets.filter((packet) => !(isContext(packet) && presenceKeys.has(noticeKey(packet) ?? ""))),
  },
  {
    section: "reference 3.5",
    what: "7.2 comes right after 1.y, and 5.2 closes the context",
    theirs(packets) {
      if (!packets.some((packet) => is(packet, "1", "y"))) return packets;
      const list = packets.filter((packet) => is(packet, "7", "2"));
      const rest = packets.filter((packet) => !is(packet, "7", "2"));
      const head = rest.findIndex((packet) => is(packet, "1", "y")) + 1;
      return [...rest.slice(0, head), ...list, ...rest.slice(head), ["5", "2", "Lobby"]];
    },
  },
  {
    section: "reference 4.1",
    what: "a notice without arguments has no trailing separator",
    theirs: (packets) =>
      packets.map((packet) =>
        packet[0] === "2" && packet[2] === "-1"
          ? packet.map((field, index) => (index === 3 ? field.replace(/\f$/, "") : field))
          : packet,
      ),
  },
  {
    section: "quirk 6; reference 2.2, packet 9",
    what: "packet 9 has 0 and 1 for the words, and -1 for ever",
    theirs: (packets) =>
      packets.map((packet) => {
        if (packet[0] !== "9") return packet;
        return packet[1] === "kick" ? ["9", "0"] : ["9", "1", ...packet.slice(2)];
      }),
  },
  {
    section: "bridge table, first message of a channel",
    what: "a channel begins with a line of the system",
    ours: (packet) =>
      isContext(packet) && /\fsay\f#.* was created/.test(packet[7] ?? "") ? null : undefined,
  },
];

/** The recording as our choices would have made it. */
export function rewritten(steps: readonly Step[], file: string): readonly Step[] {
  const here = choices.filter(({ files }) => files === undefined || files.test(file));
  let played: readonly Step[] = steps;
  for (const choice of here) {
    if (choice.steps !== undefined) played = choice.steps(played);
  }
  return played.flatMap((step) => {
    const at = { step, who: step.who };
    const { action } = step;
    if (action.do === "send" && here.some(({ skips }) => skips?.(action.text, at))) return [];
    const received = new Map<string, string[]>();
    for (const [who, frames] of step.received) {
      let packets: readonly Packet[] = frames.map((frame) => frame.split("\t"));
      for (const { theirs } of here) packets = theirs?.(packets, { step, who }) ?? packets;
      received.set(
        who,
        packets.map((packet) => packet.join("\t")),
      );
    }
    let { action: sent } = step;
    for (const { sends } of here) {
      if (sent.do === "send" && sends !== undefined) sent = { do: "send", text: sends(sent.text, at) };
    }
    return [{ ...step, received, action: sent }];
  });
}
