/** Choices about what people write: text, whispers, names, deleting, announcing, malformed packets. */
import {
  type Choice,
  isContext,
  line,
  noticeKey,
  type Packet,
  people,
  said,
  sentIn,
  toAll,
  welcome,
} from "./sockchat-choice.ts";

const { ada, bob, cyd, dot, fay } = people;

const tooLong = "0\fsay\fMessage too long. Maximum length is 2000 characters";

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it takes out
const controls = /[\u0000-\u0008\u000b-\u001f]/g;

/** The body of a line of chat in another form; notices stay. */
function rewritten(packet: Packet, change: (body: string) => string): Packet {
  const at = packet[0] === "2" ? 3 : isContext(packet) ? 7 : -1;
  if (at < 0 || noticeKey(packet) !== undefined) return packet;
  return packet.map((field, index) => (index === at ? change(field) : field));
}

/** Trimmed, and without control characters. */
function cleaned(body: string): string {
  const action = /^<i>(.*)<\/i>$/s.exec(body)?.[1];
  const trimmed = (action ?? body).replace(controls, "").trim();
  return action === undefined ? trimmed : `<i>${trimmed}</i>`;
}

/** What bob did in the recording of actions, with the one among them that was an unknown command there. */
const actions = [
  "waves",
  "bows",
  "shouts",
  "dots",
  "two  spaces",
  "leading space",
  "newline",
  "/kick bob",
].map((text) => line(bob, `<i>${text}</i>`, "11000"));

const isBlank = (packet: Packet): boolean => packet[0] === "2" && packet[3] === "";

const text: readonly Choice[] = [
  {
    section: "quirk 9; reference 1.1",
    what: "control characters go, all Unicode white space is trimmed, what is left blank is nothing",
    theirs: (packets) =>
      packets.map((packet) => rewritten(packet, cleaned)).filter((packet) => !isBlank(packet)),
    answers: { "13": { 44: { ada: [said(1, "bob x", "10011")] } } },
  },
  {
    section: "reference 1.1, G; bridge table, length",
    what: "longer text is refused with a notice",
    answers: { "04": { 49: tooLong, 53: tooLong, 57: tooLong }, "24": { 87: tooLong } },
  },
  {
    section: "reference 1.1, G; bridge table, line breaks",
    what: "link targets that run and open bidi marks are made harmless",
    files: /^05/,
    theirs: (packets) =>
      packets.map((packet) =>
        rewritten(packet, (body) =>
          body
            .replace("[url=javascript:", "[url=javascript%3A")
            .replace(/^\u202e.*$/, (marked) => `${marked}\u202c`),
        ),
      ),
  },
  {
    section: "quirk 10; reference 4.2",
    what: "a line break ends a command's name; names are lower-cased in all alphabets; arguments are escaped",
    answers: {
      "06": {
        38: toAll(["ada", "bob"], said(2, "<i>newline</i>", "11000")),
        49: { cyd: welcome(cyd, [ada, bob], actions) },
      },
      "23": { 28: "1\fnocmd\f&lt;img", 37: "1\fnocmd\fёж" },
    },
  },
  {
    section: "quirk 23; reference 4.2, AFK",
    what: "the tag is upper case in all alphabets; a command ends AFK too",
    answers: {
      "13": {
        92: {
          ada: [`10\t${cyd}`, said(3, "from afk", "10011")],
          cyd: [`10\t${cyd}`, said(3, "ada from afk", "10011")],
        },
        97: { fay: welcome(fay, [ada, cyd], [], ["Lobby\t0\t0", "club\t0\t1"]) },
      },
      "81": { 40: toAll(["ada", "bob"], `10\t${bob.replace("bob", "&lt;ЁЖИК&gt;_bob")}`) },
    },
  },
];

/** A whisper from somebody who is not listed. */
const unlisted = (person: string, body: string): string => line(person, body, "10011", "1");

const whispers: readonly Choice[] = [
  {
    section: "quirk 19; reference 1.2 and 4.2, /msg, G",
    what: "people are found whatever the case, by account name, nickname or both",
    answers: {
      "13": {
        42: { ada: [said(1, "bob case", "10011")], bob: [said(1, "case", "10011")] },
        47: { ada: [said(1, "bob nick", "10011")], bob: [said(1, "nick", "10011")] },
        72: { ada: [said(1, "~robert old name", "10011")], bob: [unlisted(ada, "old name")] },
        74: { ada: [said(1, "~robert no tilde", "10011")], bob: [unlisted(ada, "no tilde")] },
        83: {
          ada: [said(1, "&lt;AFK&gt;_cyd plain name", "10011")],
          cyd: [said(1, "plain name", "10011")],
        },
      },
    },
  },
  {
    section: "reference 4.2, /msg, G",
    what: "a whisper from somebody who is not listed comes as 7.1",
    answers: {
      "13": {
        62: { bob: [unlisted(ada, "far away")] },
        65: { ada: [unlisted(bob, "likewise")] },
        76: { bob: [unlisted(ada, "new name")] },
      },
      "90": { 60: { bob: [unlisted(ada, "from another channel")] } },
    },
  },
];

/** Nicknames that the original made, and what they are here. */
const nicknames: readonly (readonly [theirs: string, ours: string])[] = [
  ["~&amp;lt;b&amp;gt;&amp;", "~&lt;b&gt;&amp;"],
  ["~~tilde", "~tilde"],
  [`~${"n".repeat(29)}`, `~${"n".repeat(20)}`],
  ["~line_&lt;br/&gt;_break", "~linebreak"],
];

const names: readonly Choice[] = [
  {
    section: "quirk 22; reference 4.2, /nick; bridge table, display name",
    what: "one escape, no tilde typed, no line break, at most 20",
    files: /^17/,
    theirs: (packets) =>
      packets.map((packet) =>
        packet.map((field) =>
          nicknames.reduce((name, [theirs, ours]) => name.replace(theirs, ours), field),
        ),
      ),
  },
  {
    section: "quirk 22; reference 4.2, /nick, G; bridge table, look-alike name",
    what: "no name or nickname of somebody else; the own name is none",
    answers: {
      "17": {
        49: "1\fnameinuse\f~bob",
        56: "1\fnameinuse\f~robert_THE_great",
        66: "1\fnameinuse\fada",
        73: "1\fnameinuse\fada",
      },
    },
  },
];

const lines: readonly Choice[] = [
  {
    section: "quirk 18; reference 4.2, /delete, G",
    what: "/delmsg and /delchan are known, /delete of no number is a channel's; what is deleted is gone",
    answers: {
      "20": {
        48: "1\fcmdna\f/delmsg",
        50: toAll(["ada", "bob", "dot"], "6\t3"),
        52: "1\fdelerr",
        56: "1\fdelerr",
        84: "1\fnochan\f-1",
        88: "1\fnochan\f3.0",
        90: "1\fnochan\f3_4",
        96: "1\fnochan\fx",
        114: "1\fdelerr",
        120: {
          cyd: welcome(
            cyd,
            [ada, dot],
            [line(people.bot, "0\fsay\fannouncement"), line(ada, "five")],
            ["Lobby\t0\t0", "club\t0\t1"],
          ),
        },
      },
      "23": { 47: "1\fnochan\fx" },
    },
  },
  {
    section: "quirk 25; reference 4.2, /say, G",
    what: "nothing is announced without text, and it stands in the default channel's backlog alone",
    files: /^(21|90)/,
    answers: { "21": { 47: "1\fcmderr", 51: "1\fcmderr" } },
    theirs: (packets, at) =>
      packets.filter((packet) => {
        if (!isContext(packet) || noticeKey(packet) !== "say") return true;
        return packet[7] !== "0\fsay\f" && sentIn(at) !== "/join club";
      }),
  },
];

const malformed: readonly Choice[] = [
  {
    section: "quirk 27; reference 2",
    what: "ids are words and not numbers",
    answers: { "24": { 36: null, 38: null, 40: null, 42: null, 45: null, 48: null } },
  },
  {
    section: "quirk 3; reference 2.1, packet 0, G",
    what: "each ping of somebody signed in is answered",
    answers: {
      "24": Object.fromEntries([55, 56, 59, 60].map((at) => [at, { bob: ["0\tpong"] }])),
    },
  },
  {
    section: "reference 2.1, packet 3, G",
    what: "packet 3 is answered with the capabilities that are granted",
    answers: {
      "24": { 22: { bob: ["11\t"] }, 23: { bob: ["11\t"] }, 24: { bob: ["11\tTYPING"] } },
    },
  },
];

export const messageChoices: readonly Choice[] = [
  ...text,
  ...whispers,
  ...names,
  ...lines,
  ...malformed,
];
