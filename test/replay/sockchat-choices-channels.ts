/** Choices about channels: making, entering, ranks, passwords, who is where. */
import {
  type Choice,
  came,
  is,
  line,
  moves,
  notice,
  type Packet,
  people,
  reworded,
  said,
  sentIn,
  stands,
  toAll,
  welcome,
  went,
} from "./sockchat-choice.ts";

const { ada, bob, robert, cyd, eve, fay, hal } = people;

/** What the maker of a channel is sent, who is moved in. */
const made = (id: number, channel: string): readonly string[] => [
  `4\t0\t${channel}\t0\t0`,
  ...moves(id, channel, []),
  notice(`0\fcrchan\f${channel}`),
];

const back = (id: number): { readonly send: string } => ({
  send: `2\t${id}\t/join Lobby`,
});

const heardInLobby = line(ada, "only the lobby hears this");

/** Names of recorded channels that are none here, and what stands for them. */
const otherNames = new Map<string, string | undefined>([
  ["top", undefined],
  ["half", undefined],
  ["42", undefined],
  ["low", "-1_low"],
  ['a&lt;b&gt;"c&d', undefined],
  ["кафе", undefined],
  ["n".repeat(40), undefined],
]);

/** A list of channels with the names that there are here. */
function renamed(packet: Packet): Packet {
  if (!is(packet, "7", "2")) return packet;
  const entries: string[] = [];
  for (let at = 3; at + 3 <= packet.length; at += 3) {
    const [name = "", ...rest] = packet.slice(at, at + 3);
    const other = otherNames.has(name) ? otherNames.get(name) : name;
    if (other !== undefined) entries.push(other, ...rest);
  }
  return ["7", "2", String(entries.length / 3), ...entries];
}

/** A name in a list of people. */
const link = (name: string, isOwn = false): string =>
  `<a href="javascript:void(0);" onclick="UI.InsertChatText(this.innerHTML);"${isOwn ? ' style="font-weight: bold;"' : ""}>${name}</a>`;

const nameOf = (person: string): string => person.split("\t")[1] ?? "";

/** The list of those in a channel, for one of them or (absent) somebody else. */
const within = (channel: string, persons: readonly string[], asker?: string): string =>
  `0\fwhochan\f${channel}\f${persons.map((each) => link(nameOf(each), each === asker)).join(", ")}`;

const making: readonly Choice[] = [
  {
    section: "reference 4.2, /create, G; quirk 14",
    what: "the maker of a permanent channel is moved in; ranks are whole and not lowered; names have an alphabet",
    files: /^09/,
    theirs: (packets) => packets.map(renamed),
    answers: {
      "09": {
        71: { ada: made(1, "hall_of_fame") },
        76: { ada: stands("hall_of_fame") },
        96: { ada: made(1, "staff") },
        99: "1\frankerr",
        102: "1\finchan",
        105: { ada: made(1, "-1_low"), ...toAll(["bob", "cyd"], "4\t0\t-1_low\t0\t0") },
        110: "1\fcmderr",
        127: "1\finchan",
        132: "1\finchan",
        137: "1\finchan",
      },
      "27": { 18: { ada: made(1, "hall"), bob: ["4\t0\thall\t0\t0", went(1)] } },
      "28": {
        43: {
          hal: made(8, "lair"),
          ...toAll(["ada", "cyd", "gil"], "4\t0\tlair\t0\t0", went(8)),
        },
        49: { hal: stands("lair"), ...toAll(["ada", "cyd", "gil"]) },
      },
    },
    behind: {
      "09": {
        105: [{ who: "ada", does: back(1), heard: { ada: moves(1, "Lobby", [], [heardInLobby]) } }],
      },
      "27": {
        18: [
          {
            who: "ada",
            does: back(1),
            heard: { ada: moves(1, "Lobby", [bob]), bob: [came(ada)] },
          },
        ],
      },
    },
  },
  {
    section: "reference 1, channel name, G",
    what: "names of channels are compared whatever the case",
    answers: {
      "09": { 65: { cyd: [notice("1\fsamechan\fCLUB"), "5\t2\tclub"] } },
      "19": { 53: within("Lobby", [ada, bob, cyd, eve], ada) },
    },
  },
  {
    section: "reference 4.1, G",
    what: "nopwchan where no password was given, samechan where one stands already",
    theirs(packets, at) {
      const [, target = "", password] = /^\/join (\S+)( .+)?$/.exec(sentIn(at)) ?? [];
      const [first] = packets;
      if (target === "" || at.who !== at.step.who || first === undefined) return packets;
      if (is(first, "5", "2", target) && packets.length === 1) {
        return stands(target).map((frame) => frame.split("\t"));
      }
      return password !== undefined
        ? packets
        : packets.map((packet) => reworded(packet, (body) => body.replace("ipwchan", "nopwchan")));
    },
  },
  {
    section: "quirk 17; reference 5.2 and 5.3, G",
    what: "the owner of a temporary channel is not shown moving; the others come first, 4.2 is sent once",
    files: /^(09|14|17|90)/,
    theirs(packets, { step }) {
      if (step.action.do !== "close") return packets;
      const end = packets.find((packet) => is(packet, "4", "2"));
      return end === undefined ? packets : [end];
    },
    answers: {
      "09": {
        176: {
          bob: [
            went(2),
            came(cyd),
            ...moves(2, "Lobby", [ada, cyd], [heardInLobby]).slice(1),
            "4\t2\tclub",
          ],
        },
      },
      "14": { 219: { bob: ["9\t1\t0"], ...toAll(["ada", "dot"], "4\t2\tclub") } },
      "90": {
        118: {
          bob: [
            went(2),
            came(ada),
            came(cyd),
            ...moves(
              2,
              "Lobby",
              [ada, cyd],
              [
                line(robert, "hello"),
                line(robert, "two <br/> lines    and a tab"),
                line(robert, "&lt;b&gt;not bold&lt;/b&gt; [b]bold[/b] 😀"),
                line(robert, "<i>waves</i>", "11000"),
                line(robert, "back"),
                line(people.bot, "0\fsay\fall"),
              ],
            ).slice(1),
            "4\t2\tclub",
          ],
        },
      },
    },
  },
];

const guarding: readonly Choice[] = [
  {
    section: "quirk 15; reference 4.2, /password and /rank, G",
    what: "the default channel takes neither password nor rank",
    answers: {
      "10": {
        219: "1\fnamchan\fLobby",
        226: { fay: welcome(fay, [ada, cyd], [], ["Lobby\t0\t0", "den\t1\t1"]) },
      },
      "11": { 120: "1\fnamchan\fLobby" },
    },
  },
  {
    section: "quirk 13; reference 4.2, /rank, G",
    what: "those who lose sight are told and moved",
    answers: {
      "11": {
        50: {
          ada: ["4\t1\tden\tden\t0\t1", came(cyd)],
          bob: ["4\t1\tden\tden\t0\t1", went(3), notice("0\fcprivchan")],
          cyd: [...moves(3, "Lobby", [ada]), "4\t2\tden"],
        },
        55: { bob: [], ...toAll(["ada", "cyd"], said(3, "still here")) },
        58: { ada: [], bob: [], cyd: stands("Lobby") },
        106: { fay: welcome(fay, [ada, cyd], [line(cyd, "still here")]) },
      },
      "19": { 86: { cyd: ["4\t2\tden"] } },
      "28": {
        127: { cyd: ["4\t2\tlair"] },
        147: {
          ada: ["4\t2\tlair", came(hal)],
          cyd: [came(hal)],
          gil: ["4\t1\tlair\tlair\t1\t0", went(8), notice("0\fcprivchan")],
          hal1: [...moves(8, "Lobby", [ada, cyd]), "4\t2\tlair"],
        },
        150: { gil: [], ...toAll(["ada", "cyd", "hal1"], said(8, "still inside")) },
        153: { ...toAll(["ada", "cyd", "gil"]), hal1: stands("Lobby") },
        181: { gil: moves(7, "Lobby", [ada, cyd, hal], [line(hal, "still inside")]) },
      },
    },
  },
  {
    section: "quirk 16",
    what: "a rank that is no number, or below 0, is rankerr",
    answers: { "11": { 78: "1\frankerr", 83: "1\frankerr" } },
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
    section: "quirk 24; reference 4.2, /who, G",
    what: "whoever may enter may look; @default is no name",
    answers: {
      "19": {
        49: within("Lobby", [ada, bob, cyd, eve], cyd),
        55: "1\fnochan\f@default",
        75: within("den", [bob]),
        84: "1\fwhoerr\fden",
      },
    },
  },
  {
    section: "reference 4.2, /who",
    what: "double quotes around the style",
    theirs: (packets) =>
      packets.map((packet) =>
        packet[0] === "2"
          ? packet.map((field) => field.replace(/style='(.*?)'/g, 'style="$1"'))
          : packet,
      ),
  },
  {
    section: "reference 1.2, G",
    what: "people are found whatever the case",
    answers: { "19": { 107: "0\fipaddr\fbob\f192.0.2.12" } },
  },
];

export const channelChoices: readonly Choice[] = [...making, ...guarding];
