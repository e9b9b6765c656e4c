/** Choices about signing in, connections, kicks, bans and silences. */
import {
  type Choice,
  came,
  gone,
  is,
  line,
  notice,
  type Packet,
  people,
  said,
  sentIn,
  silencedSeconds,
  toAll,
  welcome,
  went,
} from "./sockchat-choice.ts";

const { ada, bob, robert, cyd, dot, eve, fay } = people;

/** A name in a list of bans, with the command that lifts it. */
const barred = (name: string, command = "/unban"): string =>
  `<a href="javascript:void(0);" onclick="Chat.SendMessageWrapper('${command} '+ this.innerHTML);">${name}</a>`;

/** A list of bans with an account and the address that is barred with it. */
const barredWith = (name: string, address: string): string =>
  `0\fbanlist\f${barred(name)}, ${barred(address, "/unbanip")}`;

/** Minutes of recorded commands that a wait follows, in seconds that it does not take long to wait for. */
const seconds = new Map([
  ["/kick bob 0.05", "/kick bob 2.5"],
  ["/kick bob 0.02 being rude", "/kick bob 0.3 being rude"],
  ["/silence cyd 0.05", `/silence cyd ${silencedSeconds}`],
]);

/** Bans and kicks that the original takes as for ever. */
const forEver = /^\/(?:ban \S+(?: soon)?|kick \S+ (?:0|-1))$/;

/** Packet 3 for one of two who go at the same time. */
const oneOf: Packet = ["3", "", "", "leave", "", ""];

const silenced = (lines: readonly number[]): Readonly<Record<number, string>> =>
  Object.fromEntries(lines.map((at) => [at, "0\fsilence"]));

const signIn: readonly Choice[] = [
  {
    section: "quirk 4",
    what: "a yes without a person is a refusal",
    answers: {
      "02": {
        54: { ada: [], bob: [], cyd: ["1\tn\tauthfail"] },
        64: { cyd: ["1\tn\tauthfail"] },
        79: { cyd: [], dot2: welcome(dot, [ada, bob]) },
      },
    },
  },
  {
    section: "reference 3.4, malformed packet 1",
    what: "passed over without a word",
    answers: { "02": { 19: null, 22: null, 25: null, 28: null } },
  },
  {
    section: "reference 1, Framing",
    what: "origins are the configuration's to allow, at the handshake; none is no foreign one",
    answers: { "02": { 71: { dot: ["HTTP 403"] }, 72: null, 75: null } },
  },
  {
    section: "quirk 5; reference 5.5, G",
    what: "a person may have several connections",
    answers: {
      "02": { 67: { bob2: welcome(bob, [ada]) } },
      "03": { 86: { ada2: welcome(ada, []) } },
      "08": {
        19: { bob2: welcome(bob, [ada]) },
        23: toAll(["ada", "bob", "bob2"], said(2, "hello from the second")),
        49: {
          bob3: welcome(
            robert,
            [ada],
            [line(robert, "hello from the second"), line(robert, "hello again")],
          ),
        },
      },
      "15": { 204: { ada2: welcome(ada, [dot, fay]) } },
      "27": {
        33: { ada: [came(bob)], bob1: welcome(bob, [ada], [], ["Lobby\t0\t0", "hall\t0\t0"]) },
      },
    },
    behind: {
      "02": { 67: [{ who: "bob2", does: "close" }] },
      "08": {
        24: [
          { who: "bob2", does: "close" },
          { who: "bob2", does: "open" },
        ],
        49: [{ who: "bob3", does: "close" }],
      },
      "15": { 204: [{ who: "ada2", does: "close" }] },
      "27": {
        33: [
          { who: "bob1", does: "close", heard: { ada: [went(2)] } },
          { who: "bob1", does: "open" },
        ],
      },
    },
    files: /^08/,
    theirs(packets, { step }) {
      const head = packets.findIndex((packet) => is(packet, "7", "0"));
      if (step.line < 24 || head < 0) return packets;
      const spoken = line(bob, "hello from the second").split("\t");
      return [...packets.slice(0, head + 1), spoken, ...packets.slice(head + 1)];
    },
  },
  {
    section: "quirk 12",
    what: "whoever's name is cleaned is known again",
    answers: {
      "08": {
        73: {
          ada: [],
          bob2: [],
          eve: [],
          eve2: welcome(
            eve,
            [ada, robert],
            [line(bob, "hello from the second"), line(robert, "hello again"), line(eve, "first")],
          ),
        },
        90: toAll(["ada", "bob2", "eve", "eve2"], said(5, "from the first")),
        91: { eve: [said(5, "from the second")] },
        95: { eve: [said(1, "to both?")] },
      },
    },
  },
];

const bans: readonly Choice[] = [
  {
    section: "quirk 6; reference 2.2, packet 9, and 5.4",
    what: "packet 9 has 0 and 1 for the words, and -1 for ever",
    theirs: (packets, at) =>
      packets.map((packet) => {
        if (packet[0] !== "9") return packet;
        if (packet[1] === "kick") return ["9", "0"];
        return ["9", "1", forEver.test(sentIn(at)) ? "-1" : (packet[2] ?? "")];
      }),
  },
  {
    section: "quirk 7; reference 4.2, G",
    what: "times are seconds; no number and 0 are cmderr, -1 is for ever",
    sends: (frame) => {
      const [id = "", who = "", text = ""] = frame.split("\t");
      const other = seconds.get(text);
      return other === undefined ? frame : [id, who, other].join("\t");
    },
    answers: {
      "14": { 79: "1\fcmderr", 133: "1\fcmderr" },
      "15": { 192: "1\fcmderr" },
    },
    behind: {
      "14": {
        79: [{ who: "ada", does: { send: "2\t1\t/kick cyd" }, heard: "recorded" }],
        133: [{ who: "ada", does: { send: "2\t1\t/kick cyd -1" }, heard: "recorded" }],
      },
      "15": { 192: [{ who: "ada", does: { send: "2\t1\t/ban cyd" }, heard: "recorded" }] },
    },
  },
  {
    section: "quirk 8",
    what: "a ban that has run out is in no list",
    answers: { "03": { 53: "0\fbanlist\f" } },
  },
  {
    section: "quirk 20; bridge table, address",
    what: "only the banned person's sessions end; the barred addresses stand in the list",
    answers: {
      "15": {
        63: { ...toAll(["ada", "bob", "fay"], gone(cyd, "kick")) },
        73: barredWith("cyd", "192.0.2.13"),
        144: barredWith("bob", "192.0.2.12"),
        189: barredWith("bob", "192.0.2.12"),
        226: { ...toAll(["ada", "fay1", "dot"], gone(eve, "kick")) },
      },
    },
    behind: {
      "15": {
        63: [{ who: "fay", does: "close", heard: toAll(["ada", "bob"], gone(fay, "leave")) }],
      },
    },
  },
  {
    section: "quirk 19; reference 1.2, G",
    what: "people are found whatever the case and by the account's name",
    answers: {
      "14": {
        51: "1\fkickna\fADA",
        55: { cyd: ["9\t0"], ...toAll(["ada", "bob", "dot"], gone(cyd, "kick")) },
        57: "1\fusernf\fcyd",
      },
      "15": {
        180: {
          bob1: ["9\t1\t-1"],
          ...toAll(["ada", "fay1", "cyd1", "dot"], gone(robert, "kick")),
        },
        182: "1\fusernf\f~robert",
      },
      "80": {
        146: { bob: [notice("0\fsilence")], ada: [notice("0\fsilok\f~rob")] },
        148: "1\fsilerr",
      },
    },
  },
  {
    section: "quirk 21; reference 4.2",
    what: "whoever is silenced is told so at each line",
    answers: {
      "16": {
        ...silenced([43, 44, 45, 46, 47, 48, 49, 50]),
        63: { bob: [`10\t${bob}`, notice("0\fsilence")] },
      },
      "80": silenced([69, 70, 71, 72, 73, 74, 75, 94, 127]),
    },
  },
  {
    section: "quirk 21",
    what: "/silence and /unsilence work",
    answers: {
      "16": {
        78: "1\fusernf\ffay",
        79: "1\fusernf\ffay",
        80: "1\fsilself",
        81: "1\fusernf\fnobody",
        82: { ada: [notice("0\fusilok\fbob")], bob: [notice("0\funsil")] },
        83: "1\fusernf\fUser",
        89: toAll(["ada", "bob", "cyd", "fay"], said(2, "still silenced")),
      },
    },
  },
];

const pong = "0\tpong";
const pings = (count: number): readonly string[] => Array.from({ length: count }, () => pong);

const limits: readonly Choice[] = [
  {
    section: "quirk 26; reference 7, G",
    what: "pings do not count; one warning a burst; a kick for 30 s",
    files: /^22/,
    answers: {
      "22": {
        112: { bob: ["9\t1\t0"] },
        139: { ada: pings(10), bob1: [] },
        329: { cyd: [pong], bob1: [] },
      },
    },
    behind: {
      "22": {
        112: [
          {
            who: "ada",
            does: { send: "2\t1\t/unban bob" },
            heard: { ada: [notice("0\funban\fbob")] },
          },
        ],
        139: [{ who: "ada", does: "close", heard: { bob1: [gone(ada, "leave")] } }],
      },
    },
    theirs: (packets) =>
      packets.filter((packet) => !(is(packet, "2") && packet[3] === "0\fflwarn")),
    ours: (packet) => (is(packet, "2") && packet[3] === "0\fflwarn" ? null : undefined),
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
];

export const accountChoices: readonly Choice[] = [...signIn, ...bans, ...limits];
