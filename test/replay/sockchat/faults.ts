/**
 * Faults that the replay must find: for each the difference that a server with it makes on the wire. They are
 * planted in what our server sent, one at a time, and the run is judged again.
 */
import type { Fault } from "../again.ts";
import { mapReceived, type Outcome } from "../outcome.ts";
import type { Step } from "../recording.ts";
import {
  authorOf,
  bodyAt,
  entriesOf,
  is,
  isArrival,
  isContext,
  noticeKey,
  type Packet,
  reworded,
  withEntries,
  withField,
} from "./packet.ts";
import { numberAt } from "./protocol.ts";

type Change = (packets: readonly Packet[], who: string, step: Step) => readonly Packet[];

/** A fault in what one client is sent. */
const inFrames = (what: string, change: Change): Fault<string> => ({
  what,
  plant: (ours, step) =>
    mapReceived(ours, (frames, who) =>
      change(
        frames.map((frame) => frame.split("\t")),
        who,
        step,
      ).map((packet) => packet.join("\t")),
    ),
});

/** A fault in single packets; null: it is not sent. */
const inPackets = (
  what: string,
  change: (packet: Packet, who: string, step: Step) => Packet | null,
): Fault<string> =>
  inFrames(what, (packets, who, step) =>
    packets.map((packet) => change(packet, who, step)).filter((packet) => packet !== null),
  );

/** A fault in one field of packets that begin with these fields. */
const inField = (
  what: string,
  head: readonly string[],
  at: number,
  change: (field: string) => string,
): Fault<string> =>
  inPackets(what, (packet) =>
    is(packet, ...head) ? withField(packet, at, change(packet[at] ?? "")) : packet,
  );

const plusOne = (field: string): string => String(Number(field) + 1);

const isPersons = (packet: Packet): boolean => (authorOf(packet) ?? "-1") !== "-1";

const onText = (packet: Packet, change: (text: string) => string): Packet =>
  isPersons(packet)
    ? withField(packet, bodyAt(packet), change(packet[bodyAt(packet)] ?? ""))
    : packet;

const swapped = (packet: Packet, one: number, other: number): Packet =>
  packet.map(
    (field, at) => (at === one ? packet[other] : at === other ? packet[one] : field) ?? "",
  );

/** Packets with those that are meant in reverse order, in their places. */
function reversed(packets: readonly Packet[], isMeant: (packet: Packet) => boolean): Packet[] {
  const meant = packets.filter(isMeant);
  return packets.map((packet) => (isMeant(packet) ? (meant.pop() ?? packet) : packet));
}

const onWords = (packet: Packet, change: (words: readonly string[]) => readonly string[]): Packet =>
  reworded(packet, (body) => change(body.split("\f")).join("\f"));

const messages: readonly Fault<string>[] = [
  inPackets("an action flagged as text", (packet) =>
    packet.map((field) => (field === "11000" ? "10010" : field)),
  ),
  inPackets("& escaped in text", (packet) =>
    onText(packet, (text) => text.replaceAll("&", "&amp;")),
  ),
  inPackets("< not escaped in text", (packet) =>
    onText(packet, (text) => text.replaceAll("&lt;", "<")),
  ),
  inPackets("text not trimmed", (packet) => onText(packet, (text) => `${text} `)),
  inPackets("line breaks as they are", (packet) =>
    onText(packet, (text) => text.replaceAll(" <br/> ", "\n")),
  ),
  inField("the number of a line in packet 2 plus one", ["2"], 4, plusOne),
  inField("packet 6 names another message", ["6"], 1, plusOne),
  inPackets("the number of a message in a backlog plus one", (packet) =>
    isContext(packet) ? withField(packet, 8, plusOne(packet[8] ?? "")) : packet,
  ),
  inPackets("times in milliseconds", (packet) =>
    packet[0] === "2" ? withField(packet, 1, `${packet[1]}000`) : packet,
  ),
  inPackets("the author does not hear the own line", (packet, who, step) =>
    who === step.who && packet[0] === "2" && isPersons(packet) ? null : packet,
  ),
  inFrames("lines are sent twice", (packets) =>
    packets.flatMap((packet) =>
      packet[0] === "2" && isPersons(packet) ? [packet, packet] : [packet],
    ),
  ),
  inPackets("whispers without the private mark", (packet) =>
    packet.map((field) => (field === "10011" ? "10010" : field)),
  ),
  inPackets("the own copy of a whisper without the name", (packet, who, step) =>
    who === step.who && packet[5] === "10011" && packet[0] === "2"
      ? onText(packet, (text) => text.replace(/^\S+ /, ""))
      : packet,
  ),
  inPackets("a whisper of somebody unlisted as packet 2", (packet) =>
    isContext(packet) && packet[10] === "10011"
      ? ["2", packet[2] ?? "", packet[3] ?? "", packet[7] ?? "", packet[8] ?? "", "10011"]
      : packet,
  ),
];

const contexts: readonly Fault<string>[] = [
  inPackets("the colour in the place of the author's name in 7.1", (packet) =>
    isContext(packet) ? withField(packet, 4, packet[5] ?? "") : packet,
  ),
  inPackets("a backlog with a sound", (packet) =>
    isContext(packet) ? withField(packet, 9, "1") : packet,
  ),
  inFrames("the newest line first", (packets) => reversed(packets, isContext)),
  inFrames("the oldest line of a backlog is missing", (packets) => {
    const at = packets.findIndex(isContext);
    return packets.filter((_, index) => index !== at);
  }),
  inFrames("5.2 before the backlog", (packets) => {
    const lines = packets.filter(isContext);
    const rest = packets.filter((packet) => !isContext(packet));
    const at = rest.findIndex((packet) => is(packet, "5", "2")) + 1;
    return at === 0 ? packets : [...rest.slice(0, at), ...lines, ...rest.slice(at)];
  }),
  inFrames("7.0 before 7.2", (packets) =>
    reversed(packets, (packet) => is(packet, "7", "0") || is(packet, "7", "2")),
  ),
  inFrames("lists before 1.y", (packets) => {
    const entry = packets.filter((packet) => is(packet, "1", "y"));
    return [...packets.filter((packet) => !is(packet, "1", "y")), ...entry];
  }),
  inField("the count of 7.0 plus one", ["7", "0"], 2, plusOne),
  inField("the count of 7.2 plus one", ["7", "2"], 2, plusOne),
  inPackets("the list of people in another order", (packet) =>
    is(packet, "7", "0") ? withEntries(packet, [...entriesOf(packet, 5)].reverse()) : packet,
  ),
  inPackets("the list of channels in another order", (packet) =>
    is(packet, "7", "2") ? withEntries(packet, [...entriesOf(packet, 3)].reverse()) : packet,
  ),
  inPackets("one too few in the list of people", (packet) =>
    is(packet, "7", "0") ? withEntries(packet, entriesOf(packet, 5).slice(1)) : packet,
  ),
  inPackets("people in the list are not visible", (packet) =>
    is(packet, "7", "0")
      ? withEntries(
          packet,
          entriesOf(packet, 5).map((entry) => withField(entry, 4, "0")),
        )
      : packet,
  ),
  inField("1.y without the limit", ["1", "y"], 7, () => ""),
  inField("1.y with another limit behind the session", ["1", "y"], 9, plusOne),
  inField("a short session id", ["1", "y"], 8, (field) => field.slice(1)),
  inField("another default channel", ["1", "y"], 6, (field) => field.toLowerCase()),
];

const presences: readonly Fault<string>[] = [
  inPackets("rights before the colour in 1.#", (packet) =>
    isArrival(packet) ? swapped(packet, 4, 5) : packet,
  ),
  inPackets("rights of four parts", (packet) =>
    packet.map((field) => field.replace(/^([0-9]+(?:\f.){3})\f.$/, "$1")),
  ),
  inPackets("a rank too high by one", (packet) =>
    packet.map((field) =>
      field.replace(
        /^([0-9]+)((?:\f.){4})$/,
        (_all, rank: string, rest: string) => plusOne(rank) + rest,
      ),
    ),
  ),
  inField("everybody leaves by `leave`", ["3"], 3, () => "leave"),
  inField("everybody leaves by `kick`", ["3"], 3, () => "kick"),
  inField("3 names another person", ["3"], 1, plusOne),
  inPackets("who enters is told as leaving", (packet) =>
    is(packet, "5", "0") ? ["5", "1", packet[2] ?? "", packet[6] ?? ""] : packet,
  ),
  inFrames("5.1 behind what follows", (packets) => {
    const left = packets.filter((packet) => is(packet, "5", "1"));
    return [...packets.filter((packet) => !is(packet, "5", "1")), ...left];
  }),
  inPackets("5.0 without rights", (packet) =>
    is(packet, "5", "0") ? packet.filter((_, at) => at !== 5) : packet,
  ),
  inPackets("the mover does not hear 5.1", (packet, who, step) =>
    who === step.who && is(packet, "5", "1") ? null : packet,
  ),
  inField("8 clears the lines alone", ["8"], 1, () => "0"),
  inField("10 with the account's name", ["10"], 2, (name) => name.replace(/^.*[_~]/, "")),
  inFrames("10 before the notice", (packets) => {
    const updates = packets.filter((packet) => is(packet, "10"));
    return [...updates, ...packets.filter((packet) => !is(packet, "10"))];
  }),
  inField("5.2 in lower case", ["5", "2"], 2, (field) => field.toLowerCase()),
  inPackets("no 5.2 where `/join` is refused", (packet, who, { received }) =>
    is(packet, "5", "2") && (received.get(who)?.length ?? 0) === 2 ? null : packet,
  ),
  inField("pongs without a word", ["0"], 1, () => ""),
  inField("all capabilities are granted", ["11"], 1, (field) => `${field} MCHAN`.trim()),
];

const channels: readonly Fault<string>[] = [
  inPackets("password and temporary the wrong way round in 4.0", (packet) =>
    is(packet, "4", "0") ? swapped(packet, 3, 4) : packet,
  ),
  inPackets("4.1 without the new name", (packet) =>
    is(packet, "4", "1") ? packet.filter((_, at) => at !== 3) : packet,
  ),
  inPackets("1 and 2 of packet 4 the wrong way round", (packet) =>
    is(packet, "4", "1") ? withField(packet, 1, "2") : packet,
  ),
  inField("4.2 names another channel", ["4", "2"], 2, (name) => `${name}x`),
  inPackets("channels are told to whoever acts alone", (packet, who, step) =>
    packet[0] === "4" && who !== step.who ? null : packet,
  ),
];

const moderation: readonly Fault<string>[] = [
  inPackets("words in packet 9", (packet) =>
    is(packet, "9", "0")
      ? ["9", "kick"]
      : is(packet, "9", "1")
        ? ["9", "ban", packet[2] ?? ""]
        : packet,
  ),
  inPackets("a ban without its end", (packet) => (is(packet, "9", "1") ? ["9", "0"] : packet)),
  inPackets("minutes for seconds", (packet) =>
    packet.map((field) =>
      field.replace(
        /^\+([0-9]+)@/,
        (_all, seconds: string) => `+${Math.round(Number(seconds) / 60)}@`,
      ),
    ),
  ),
  inPackets("for ever is a time that is over", (packet) =>
    is(packet, "9", "1", "-1") ? ["9", "1", "+0@1"] : packet,
  ),
  inPackets("a refusal of the banned without the time", (packet) =>
    is(packet, "1", "n", "joinfail") ? ["1", "n", "joinfail"] : packet,
  ),
  inField(
    "whoever is banned is told that the token is wrong",
    ["1", "n", "joinfail"],
    2,
    () => "authfail",
  ),
  {
    what: "ends with another code",
    plant: ({ received, closed }) => ({
      received,
      closed: new Map([...closed].map(([who]) => [who, 1008])),
    }),
  },
  {
    what: "connections stay open behind packet 9",
    plant: ({ received }) => ({ received, closed: new Map() }),
  },
];

const notices: readonly Fault<string>[] = [
  inPackets("errors as information", (packet) =>
    reworded(packet, (body) => body.replace(/^1/, "0")),
  ),
  inPackets("arguments of notices the wrong way round", (packet) =>
    onWords(packet, ([kind = "", key = "", ...words]) => [kind, key, ...words.reverse()]),
  ),
  inPackets("notices without their arguments", (packet) =>
    onWords(packet, (words) => words.slice(0, 2)),
  ),
  inPackets("notices without arguments end in a form feed", (packet) =>
    onWords(packet, (words) => (words.length === 2 ? [...words, ""] : words)),
  ),
  inPackets("notices have numbers of messages", (packet) => {
    const isNotice = packet[0] === "2" && noticeKey(packet) !== undefined;
    return isNotice ? withField(packet, numberAt(packet), "7") : packet;
  }),
  inPackets("cmdna without its slash", (packet) =>
    reworded(packet, (body) => body.replace("cmdna\f/", "cmdna\f")),
  ),
  inFrames("a warning before each packet of a flood", (packets) =>
    packets.flatMap((packet) => (noticeKey(packet) === "flwarn" ? [packet, packet] : [packet])),
  ),
];

/** What somebody hears is told to everybody else, too. */
const leak = (what: string, isTold: (packet: Packet) => boolean): Fault<string> => ({
  what,
  plant(ours: Outcome<string>, step) {
    const told = (ours.received.get(step.who) ?? []).filter((frame) => isTold(frame.split("\t")));
    const others = [...everybody(step)].filter((who) => who !== step.who);
    const received = new Map(ours.received);
    for (const who of others) {
      const frames = received.get(who) ?? [];
      received.set(who, [...frames, ...told.filter((frame) => !frames.includes(frame))]);
    }
    return { received, closed: ours.closed };
  },
});

/** Somebody besides whoever acts. */
const everybody = ({ received, who }: Step): ReadonlySet<string> =>
  new Set([...received.keys(), who === "ada" ? "bob" : "ada"]);

const leaks: readonly Fault<string>[] = [
  leak("lines are told in all channels", (packet) => packet[0] === "2" && isPersons(packet)),
  leak("notices are told to others", (packet) => noticeKey(packet) !== undefined),
  leak("the newcomer's lists are told to others", (packet) => packet[0] === "7"),
  leak("who moves is told to everybody", (packet) => is(packet, "5", "1")),
];

export const faults: readonly Fault<string>[] = [
  ...messages,
  ...contexts,
  ...presences,
  ...channels,
  ...moderation,
  ...notices,
  ...leaks,
];
