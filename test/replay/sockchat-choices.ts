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
  /** Actions that are not played, by line: from there on ours would go another way. */
  readonly skipped?: Lines;
  /** Actions whose outcome is not compared, by line: it is another one on purpose, and has a test of its own. */
  readonly passed?: Lines;
  /** What is done behind a line, uncompared, so that both are in the same state again. */
  readonly behind?: Readonly<
    Record<string, readonly (readonly [line: number, who: string, frame: string | null])[]>
  >;
}

/** Lines by the number of the recording. */
export type Lines = Readonly<Record<string, readonly number[]>>;

const is = (packet: Packet, ...fields: readonly string[]): boolean =>
  fields.every((field, index) => packet[index] === field);

/** The key of the notice that a packet is, live or in a backlog. */
function noticeKey(packet: Packet): string | undefined {
  const author = packet[0] === "2" ? packet[2] : packet[3];
  const body = packet[0] === "2" ? packet[3] : packet[7];
  return author === "-1" ? body?.split("\f")[1] : undefined;
}

const presenceKeys = new Set(["join", "leave", "jchan", "lchan", "kick", "flood", "nick"]);
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

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it takes out
const controls = /[\u0000-\u0008\u000b-\u001f]/g;

/** A line of chat's body, trimmed and without control characters; notices stay. */
function cleaned(packet: Packet): Packet {
  const at = packet[0] === "2" ? 3 : isContext(packet) ? 7 : -1;
  if (at < 0 || noticeKey(packet) !== undefined) return packet;
  return packet.map((field, index) => {
    if (index !== at) return field;
    const action = /^<i>(.*)<\/i>$/s.exec(field)?.[1];
    const trimmed = (action ?? field).replace(controls, "").trim();
    return action === undefined ? trimmed : `<i>${trimmed}</i>`;
  });
}

const isBlank = (packet: Packet): boolean => packet[0] === "2" && packet[3] === "";

/** A notice's body with other arguments. */
function reworded(packet: Packet, change: (body: string) => string): Packet {
  if (packet[0] !== "2" || packet[2] !== "-1") return packet;
  return packet.map((field, index) => (index === 3 ? change(field) : field));
}

/** What the client of a step sent. */
function sentIn({ step }: At): string {
  return step.action.do === "send" ? (step.action.text.split("\t")[2] ?? "") : "";
}

const bodyOf = (packet: Packet): string => packet[7] ?? "";

/** Keys of notices whose argument may be empty. */
const keepsEmpty = /\f(?:nocmd|banlist|notban|say)\f$/;

/** Minutes of recorded commands that a wait follows, in seconds that it does not take long to wait for. */
const seconds = new Map([
  ["/kick bob 0.05", "/kick bob 1.5"],
  ["/kick bob 0.02 being rude", "/kick bob 0.3 being rude"],
  ["/silence cyd 0.05", "/silence cyd 0.8"],
]);

/** Packet 3 for one of two who go at the same time. */
const oneOf: Packet = ["3", "", "", "leave", "", ""];

export const choices: readonly Choice[] = [
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
    theirs: (packets) =>
      packets.map((p) => p.map((field) => field.replaceAll("127.0.0.", "192.0.2."))),
    sends: (frame) => frame.replaceAll("127.0.0.", "192.0.2."),
  },
  {
    section: "bridge table, history on entry; quirk 29",
    what: "the backlog holds messages, no presence lines and no nick lines",
    theirs: (packets) =>
      packets.filter((packet) => !(isContext(packet) && presenceKeys.has(noticeKey(packet) ?? ""))),
    ours(packet, { step, who }) {
      if (!isContext(packet) || packet[9] !== "0") return undefined;
      const theirs = step.received.get(who) ?? [];
      const isThere = theirs.some((frame) => bodyOf(frame.split("\t")) === bodyOf(packet));
      return isThere ? undefined : null;
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
    section: "quirk 9; reference 1.1",
    what: "control characters go, all Unicode white space is trimmed, what is left blank is nothing",
    passed: { "13": [44] },
    theirs: (packets) => packets.map(cleaned).filter((packet) => !isBlank(packet)),
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
    section: "reference 4.1, G",
    what: "nopwchan where no password was given, samechan where one stands already",
    theirs(packets, at) {
      const [, target = "", password] = /^\/join (\S+)( .+)?$/.exec(sentIn(at)) ?? [];
      const [first] = packets;
      if (target === "" || at.who !== at.step.who || first === undefined) return packets;
      if (is(first, "5", "2", target) && packets.length === 1) {
        return [["2", "0", "-1", `1\fsamechan\f${target}`, "0", "10010"], first];
      }
      return password !== undefined
        ? packets
        : packets.map((packet) => reworded(packet, (body) => body.replace("ipwchan", "nopwchan")));
    },
  },
  {
    section: "quirk 6; reference 2.2, packet 9, and 5.4",
    what: "packet 9 has 0 and 1 for the words, and -1 for ever",
    theirs: (packets, at) =>
      packets.map((packet) => {
        if (packet[0] !== "9") return packet;
        if (packet[1] === "kick") return ["9", "0"];
        return ["9", "1", /^\/ban \S+$/.test(sentIn(at)) ? "-1" : (packet[2] ?? "")];
      }),
  },
  {
    section: "reference 4.2, /who",
    what: "double quotes around the style",
    theirs: (packets) =>
      packets.map((packet) =>
        reworded(packet, (body) => body.replace(/style='(.*?)'/g, 'style="$1"')),
      ),
  },
  {
    section: "bridge table, first message of a channel",
    what: "a channel begins with a line of the system",
    ours: (packet) =>
      isContext(packet) && /\fsay\f#.* was created/.test(bodyOf(packet)) ? null : undefined,
  },
  {
    section: "quirk 7; reference 4.2, G",
    what: "times are seconds; no number and 0 are cmderr, -1 is for ever",
    sends: (frame) => {
      const [id = "", who = "", text = ""] = frame.split("\t");
      const other = seconds.get(text);
      return other === undefined ? frame : [id, who, other].join("\t");
    },
    skipped: { "14": [133, 140, 143, 145] },
    passed: { "14": [79, 85, 163], "15": [192] },
    behind: {
      "14": [[79, "cyd1", null]],
      "15": [[192, "ada", "2\t1\t/ban cyd"]],
    },
  },
  {
    section: "quirk 4",
    what: "a yes without a person is a refusal",
    passed: { "02": [54, 64, 79] },
  },
  {
    section: "quirk 5; reference 5.5, G",
    what: "a person may have several connections",
    skipped: { "02": [67], "03": [86], "08": [19, 23, 24, 49], "15": [204], "27": [33] },
  },
  {
    section: "reference 3.4, malformed packet 1",
    what: "passed over without a word",
    passed: { "02": [19, 22, 25, 28] },
  },
  {
    section: "reference 1, Framing",
    what: "origins are the configuration's to allow",
    skipped: { "02": [72, 75] },
  },
  {
    section: "quirk 8",
    what: "a ban that has run out is in no list",
    passed: { "03": [53] },
  },
  {
    section: "reference 1.1, G",
    what: "longer text is refused with a notice; link targets that run and open bidi marks are made harmless",
    passed: { "04": [49, 53, 57], "05": [49, 61, 119], "24": [87] },
  },
  {
    section: "reference 4.2",
    what: "a line break ends a command's name; names are lower-cased in all alphabets; arguments are escaped",
    passed: { "06": [38], "23": [28, 37, 47], "81": [40] },
  },
  {
    section: "quirk 12",
    what: "whoever's name is cleaned is known again",
    passed: { "08": [73, 90, 91, 95, 100, 101, 108, 109] },
  },
  {
    section: "reference 4.2, /create, G; quirk 14",
    what: "the maker of a permanent channel is moved in; ranks are whole and not lowered; names have an alphabet",
    skipped: { "09": [76, 105], "28": [49] },
    passed: { "09": [71, 96, 99, 102, 110, 127, 132, 137], "27": [18], "28": [43] },
    behind: {
      "09": [[96, "ada", "2\t1\t/join Lobby"]],
      "27": [[18, "ada", "2\t1\t/join Lobby"]],
    },
    files: /^(09|27|28)/,
    theirs: (packets) =>
      packets.map((packet) => {
        if (!is(packet, "7", "2")) return packet;
        const entries: string[] = [];
        for (let n = 3; n + 3 <= packet.length; n += 3) {
          const name = packet[n] ?? "";
          if (["top", "half", "low", "42"].includes(name) || !/^[\w-]{1,30}$/.test(name)) continue;
          entries.push(...packet.slice(n, n + 3));
        }
        return ["7", "2", String(entries.length / 3), ...entries];
      }),
  },
  {
    section: "reference 1, channel name, and 1.2, G",
    what: "names are compared whatever the case, people by account name, nickname or both",
    skipped: { "14": [51, 55], "13": [42], "80": [146], "15": [180] },
    passed: {
      "09": [65],
      "13": [47, 72, 74, 83],
      "19": [53, 107],
    },
  },
  {
    section: "reference 4.2, /msg, G",
    what: "a whisper from somebody who is not listed comes as 7.1",
    passed: { "13": [62, 65, 76], "90": [60] },
  },
  {
    section: "reference 4.2, AFK",
    what: "a command ends AFK too",
    passed: { "13": [92, 97] },
  },
  {
    section: "quirk 15; reference 4.2, /password and /rank, G",
    what: "the default channel takes neither password nor rank",
    passed: { "10": [219, 226], "11": [120] },
  },
  {
    section: "quirk 20; bridge table, address",
    what: "only the banned person's sessions end",
    passed: { "15": [63, 73, 144, 189, 226] },
    behind: { "15": [[63, "fay", null]] },
  },
  {
    section: "quirk 17; reference 5.2 and 5.3, G",
    what: "the owner of a temporary channel is not shown moving; the others come first, 4.2 is sent once",
    files: /^(09|14|17|90)/,
    passed: { "09": [176], "14": [219], "90": [118] },
    theirs(packets, { step }) {
      if (step.action.do !== "close") return packets;
      const end = packets.find((packet) => is(packet, "4", "2"));
      return end === undefined ? packets : [end];
    },
  },
  {
    section: "quirk 22; reference 4.2, /nick; bridge table, display name",
    what: "one escape, no tilde typed, at most 20, no name of an account; the own name is none",
    passed: { "17": [49, 56, 64, 66, 73, 80, 83, 90, 97, 104, 111, 125, 132] },
  },
  {
    section: "quirk 24; reference 4.2, /who, G",
    what: "whoever may enter may look; @default is no name",
    passed: { "19": [49, 55, 75, 84] },
  },
  {
    section: "quirk 13; reference 4.2, /rank, G",
    what: "those who lose sight are told and moved",
    skipped: { "11": [55, 58], "28": [153] },
    passed: { "11": [50, 91, 95], "19": [86], "28": [127, 147, 150] },
  },
  {
    section: "bridge table, roles and rank",
    what: "somebody of rank 1 beside one of rank 0 has rank 5 here, and is given it",
    files: /^(11|19|28)/,
    sends: (frame) =>
      frame.replace(
        /^(2\t\d+\t\/(?:rank|priv|privilege) )([157])$/,
        (_all, head: string, rank: string) =>
          head + ({ "1": "5", "5": "8", "7": "10" }[rank] ?? rank),
      ),
  },
  {
    section: "quirk 16",
    what: "a rank that is no number, or below 0, is rankerr",
    passed: { "11": [78, 83] },
  },
  {
    section: "quirk 18; reference 4.2, /delete, G",
    what: "/delmsg is known, /delete of no number is a channel's; what is deleted is gone",
    passed: { "20": [48, 50, 52, 56, 84, 88, 90, 96, 114, 120] },
  },
  {
    section: "quirk 25; reference 4.2, /say, G",
    what: "nothing is announced without text, and it stands in the default channel's backlog alone",
    passed: { "21": [47, 51, 82], "90": [98] },
    theirs: (packets) =>
      packets.filter((packet) => !(isContext(packet) && bodyOf(packet) === "0\fsay\f")),
  },
  {
    section: "quirk 26; reference 7, G",
    what: "pings do not count; one warning a burst; a kick for 30 s",
    files: /^22/,
    passed: { "22": [112, 139, 189, 329] },
    behind: {
      "22": [
        [112, "ada", "2\t1\t/unban bob"],
        [139, "ada", null],
      ],
    },
    theirs: (packets) => packets.filter((packet) => noticeKey(packet) !== "flwarn"),
    ours: (packet) => (noticeKey(packet) === "flwarn" ? null : undefined),
  },
  {
    section: "quirks 3 and 27; reference 2.1",
    what: "each ping of somebody signed in is answered; ids are words; packet 3 is answered",
    passed: { "24": [22, 23, 24, 36, 38, 40, 42, 45, 48, 55, 56, 59, 60] },
  },
  {
    section: "quirk 28; reference 5.3",
    what: "each is closed in its own time",
    files: /^25/,
    theirs: (packets, { who }) =>
      packets
        .filter((packet) => !is(packet, "3", "1") && !(is(packet, "3") && who === "cyd"))
        .map((packet) => (is(packet, "3") ? oneOf : packet)),
    ours(packet, { step, who }) {
      if (!is(packet, "3")) return undefined;
      // Who of the two that time out together hears of the other's end, is a matter of chance.
      return step.line === 77 || who === "cyd" || who === "bob" ? null : oneOf;
    },
  },
  {
    section: "quirk 21; reference 4.2",
    what: "whoever is silenced is told so at each line",
    passed: { "80": [69, 70, 71, 72, 73, 74, 75, 94, 127] },
  },
  {
    section: "quirk 21",
    what: "/silence and /unsilence work",
    skipped: { "16": [79] },
    passed: { "16": [43, 44, 45, 46, 47, 48, 49, 50, 78, 80, 81, 82, 83, 63, 84, 89] },
  },
];
