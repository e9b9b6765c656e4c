/**
 * Where we differ from the original on purpose, each with the quirk's number in the recordings' README or the
 * section of the reference or of the bridge table that says so. Here is what holds for all recordings.
 */
import {
  bodyOf,
  type Choice,
  is,
  isContext,
  line,
  noticeKey,
  people,
  reworded,
  sentIn,
} from "./sockchat-choice.ts";
import { accountChoices } from "./sockchat-choices-accounts.ts";
import { channelChoices } from "./sockchat-choices-channels.ts";
import { messageChoices } from "./sockchat-choices-messages.ts";

const presenceKeys = new Set(["join", "leave", "jchan", "lchan", "kick", "flood", "nick"]);

const { bob } = people;

const byBob = (...texts: readonly string[]): readonly string[] =>
  texts.map((text) => line(bob, text));

const spokenIn90 = byBob(
  "hello",
  "two <br/> lines    and a tab",
  "&lt;b&gt;not bold&lt;/b&gt; [b]bold[/b] 😀",
);

/** What the original's backlog no longer held, by line and who is given it. */
const older: ReadonlyMap<string, readonly string[]> = new Map([
  ["167 bob1", byBob("said as bob", "said as robert")],
  ["119 bob1", byBob("m20", "m21")],
  ["190 cyd", byBob("m21", "m22", "m23", "m24")],
  ["118 ada", spokenIn90],
  ["118 cyd", [...spokenIn90, line(bob, "<i>waves</i>", "11000")]],
]);

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

/** Keys of notices whose argument may be empty. */
const keepsEmpty = /\f(?:nocmd|banlist|notban|say)\f$/;

const general: readonly Choice[] = [
  {
    section: "bridge table, roles and rank",
    what: "bob is above those of rank 0",
    files: /^(11|19)/,
    theirs: (packets) =>
      packets.map((p) => p.map((field) => (field === "1\f0\f0\f1\f1" ? "2\f0\f0\f1\f1" : field))),
  },
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
    section: "bridge table, address",
    what: "loopback addresses are never barred: the cast comes from others",
    files: /^(15|19)/,
    theirs: (packets) =>
      packets.map((p) => p.map((field) => field.replaceAll("127.0.0.", "192.0.2."))),
    sends: (frame) => frame.replaceAll("127.0.0.", "192.0.2."),
  },
  {
    section: "bridge table, history on entry; quirk 29",
    what: "the backlog holds messages, no presence lines and no nick lines",
    theirs: (packets) =>
      packets.filter((packet) => !(isContext(packet) && presenceKeys.has(noticeKey(packet) ?? ""))),
  },
  {
    section: "bridge table, history on entry; quirk 29",
    what: "ten messages, where ten lines were some of presence, go further back",
    files: /^(17|22|90)/,
    theirs(packets, { step, who }) {
      const head = packets.findIndex((packet) => is(packet, "7", "0")) + 1;
      if (head === 0) return packets;
      const lines = older.get(`${step.line} ${who}`) ?? [];
      return [
        ...packets.slice(0, head),
        ...lines.map((each) => each.split("\t")),
        ...packets.slice(head),
      ];
    },
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
    what: "usernf without a name says User; notices without arguments end at their key",
    theirs: (packets) =>
      packets.map((packet) =>
        reworded(packet, (body) => {
          if (body === "1\fusernf\f") return "1\fusernf\fUser";
          return keepsEmpty.test(body) ? body : body.replace(/\f$/, "");
        }),
      ),
  },
  {
    section: "reference 4.1, cmdna",
    what: "cmdna names the command as it was typed",
    theirs: (packets, at) =>
      packets.map((packet) =>
        reworded(packet, (body) => {
          const typed = sentIn(at).split(" ")[0] ?? "";
          return /^1\fcmdna\f\/(?:pwd|priv)$/.test(body) ? `1\fcmdna\f${typed}` : body;
        }),
      ),
  },
  {
    section: "bridge table, first message of a channel",
    what: "a channel begins with a line of the system",
    ours: (packet) =>
      isContext(packet) && /^0\fsay\f#[\w-]+ was created(?: by \w+)?\.$/.test(bodyOf(packet))
        ? null
        : undefined,
  },
];

export const choices: readonly Choice[] = [
  ...general,
  ...messageChoices,
  ...accountChoices,
  ...channelChoices,
];
