/** Rules about what people are called. */
import {
  bodyAt,
  controls,
  escapeName,
  is,
  notice,
  noticeKey,
  type Packet,
  updated,
  withField,
} from "./packet.ts";
import { calledOf, shown } from "./people.ts";
import {
  type At,
  heard,
  hears,
  type Outcome,
  onPackets,
  onStep,
  type Rule,
  toAll,
} from "./rule.ts";

const tagMax = 5;
const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** The mark of somebody who is away with these words. */
function tagOf(words: string): string {
  const [word = ""] = words.trim().split(" ");
  const cut = [...graphemes.segment(word)].slice(0, tagMax).map(({ segment }) => segment);
  return escapeName(cut.length === 0 ? "AFK" : cut.join("").toUpperCase());
}

const nickMax = 20;

/** The nickname that is made of what was typed, without its tilde; empty: none. */
function nickOf(words: readonly string[]): string {
  const cleaned = words.join("_").replace(controls, "").replaceAll("\n", "").replace(/^~+/, "");
  return [...graphemes.segment(cleaned)]
    .slice(0, nickMax)
    .map(({ segment }) => segment)
    .join("");
}

/** What somebody is shown as here, for each name that the original shows at a step. */
function namesAt(at: At): ReadonlyMap<string, string> {
  const { command, sender, state, step } = at;
  const names = new Map<string, string>();
  for (const { theirName, name } of state.persons.values()) {
    if (theirName !== name) names.set(theirName, name);
  }
  if (sender === undefined) return names;
  const shownThen = [...new Set(step.received.get(step.who) ?? [])]
    .map((frame) => frame.split("\t"))
    .filter((packet) => is(packet, "10", sender.id));
  for (const [index, packet] of shownThen.entries()) {
    const isLast = index === shownThen.length - 1;
    const called = calledOf(sender);
    let name = called;
    if (isLast && command?.name === "afk") name = `&lt;${tagOf(command.rest)}&gt;_${called}`;
    if (isLast && command?.name === "nick") {
      const nick = nickOf(command.words);
      name = nick === "" ? sender.account : `~${escapeName(nick)}`;
    }
    if (packet[2] !== name) names.set(packet[2] ?? "", name);
  }
  return names;
}

/** A packet with other names in it, wherever it names people. */
function renamed(packet: Packet, names: ReadonlyMap<string, string>): Packet {
  const other = (name: string): string => names.get(name) ?? name;
  const at = bodyAt(packet);
  if (at < 0) return packet.map((field, index) => (index < 2 ? field : other(field)));
  const body = packet[at] ?? "";
  const context = at === 7 ? withField(packet, 4, other(packet[4] ?? "")) : packet;
  if (noticeKey(packet) === "nameinuse") return packet;
  if (noticeKey(packet) !== undefined) {
    const words = body.split("\f").map((word) => {
      let changed = other(word);
      for (const [theirs, ours] of names)
        changed = changed.replaceAll(`>${theirs}</a>`, `>${ours}</a>`);
      return changed;
    });
    return withField(context, at, words.join("\f"));
  }
  const [first = "", ...rest] = body.split(" ");
  const isWhisper = packet[at + 2] === "10011";
  return isWhisper ? withField(context, at, [other(first), ...rest].join(" ")) : context;
}

/** Whether the original has just given somebody another nickname. */
const isRenamed = (outcome: Outcome, { who }: At): boolean =>
  outcome.received.get(who)?.some((packet) => noticeKey(packet) === "nick") === true;

/** Whether a name is somebody else's, online or not. */
function isTaken(nick: string, { state, sender }: At): boolean {
  const accounts = state.seed.people.map(({ name }) => name);
  const others = [...state.persons.values()].filter(({ id }) => id !== sender?.id);
  const taken = [
    ...accounts.filter((name) => escapeName(name) !== sender?.account),
    ...others.flatMap((person) => [person.account, calledOf(person).replace(/^~/, "")]),
  ];
  const wanted = [nick, escapeName(nick)].map((name) => name.toLowerCase());
  return taken.some((name) => wanted.includes(name.toLowerCase()));
}

export const nameRules: readonly Rule[] = [
  onPackets(
    "quirks 22 and 23; reference 4.2, /nick and /afk; bridge table, display name",
    "one escape, no tilde typed, no line break, at most 20; the mark in upper case in all alphabets",
    (packet, at) => renamed(packet, namesAt(at)),
  ),
];

/** They come last: they hold for what the other rules expect, too. */
export const awayRules: readonly Rule[] = [
  onStep(
    "quirk 22; reference 4.2, /nick, G; bridge table, look-alike name",
    "a nickname is nobody else's name, and not one's own",
    (outcome, at) => {
      const { command, sender, who } = at;
      if (command?.name !== "nick" || sender === undefined || !isRenamed(outcome, at))
        return outcome;
      const nick = nickOf(command.words);
      const called = calledOf(sender);
      const isOwn = nick === "" || escapeName(nick) === sender.account;
      const refused = (name: string): Outcome =>
        hears(outcome, who, notice(`1\fnameinuse\f${name}`));
      if (isOwn) return called === sender.account ? refused(sender.account) : outcome;
      if (isTaken(nick, at) || `~${escapeName(nick)}` === called)
        return refused(`~${escapeName(nick)}`);
      return outcome;
    },
  ),
  onPackets(
    "quirk 23; reference 4.2, AFK",
    "nobody comes back who is back already",
    (packet, { state, sender, command, wasAway }) => {
      const person = state.persons.get(packet[1] ?? "");
      if (packet[0] !== "10" || person === undefined || command?.name === "afk") return packet;
      const isNews = wasAway && person.id === sender?.id;
      const isOther = packet.slice(1, 5).some((field, at) => field !== shown(person)[at]);
      return isNews || isOther ? packet : null;
    },
  ),
  onStep(
    "quirk 23; reference 4.2, AFK",
    "who is away may be away with other words",
    (outcome, at) => {
      const { command, sender, state, who } = at;
      if (sender === undefined || command?.name !== "afk" || outcome.received.size > 0)
        return outcome;
      const name = `&lt;${tagOf(command.rest)}&gt;_${calledOf(sender)}`;
      const marked = updated([sender.id, name, sender.color, sender.perms]);
      return { ...outcome, received: heard(...toAll(state.whoIn(state.channelOf(who)), marked)) };
    },
  ),
  onStep("quirk 23; reference 4.2, AFK", "a command ends being away, too", (outcome, at) => {
    const { sender, state, wasAway, who } = at;
    if (sender === undefined || !wasAway || outcome.closed.has(who)) return outcome;
    const back = updated(shown(sender));
    const isTold = outcome.received.get(who)?.some((packet) => is(packet, ...back.slice(0, 3)));
    if (isTold === true) return outcome;
    const received = new Map(outcome.received);
    for (const each of state.whoIn(state.channelOf(who))) {
      received.set(each, [back, ...(received.get(each) ?? [])]);
    }
    return { ...outcome, received };
  }),
];
