/** Rules about channels: making, entering, ranks, passwords, who is where. */
import {
  came,
  entriesOf,
  is,
  listed,
  notice,
  noticeKey,
  type Packet,
  reworded,
  switched,
  went,
  withEntries,
} from "./packet.ts";
import {
  type Channel,
  makesPermanent,
  type Person,
  rankOf,
  type Session,
  shown,
} from "./people.ts";
import {
  type At,
  andThen,
  hears,
  type Outcome,
  onAnyStep,
  onFrames,
  onPackets,
  onSent,
  onStep,
  type Rule,
  says,
} from "./rule.ts";
import { move } from "./rules-entry.ts";
import type { State } from "./state.ts";

/** What this client is told of a channel that was just made. */
const madeFor = (packets: readonly Packet[]): Packet | undefined =>
  packets.find((packet) => is(packet, "4", "0"));

const has = (packets: readonly Packet[] | undefined, ...fields: readonly string[]): boolean =>
  packets?.some((packet) => is(packet, ...fields)) === true;

const isNumber = (word: string): boolean => /^[0-9]+$/.test(word);

/** A channel's names in a packet, with what stands for them here. */
function renamed(packet: Packet, aliases: ReadonlyMap<string, string>): Packet {
  const other = (name: string | undefined): string => aliases.get(name ?? "") ?? name ?? "";
  if (is(packet, "4"))
    return packet.map((field, at) =>
      at === 2 || (at === 3 && packet[1] === "1") ? other(field) : field,
    );
  if (is(packet, "5", "2")) return ["5", "2", other(packet[2])];
  if (is(packet, "7", "2")) {
    return withEntries(
      packet,
      entriesOf(packet, 3).map(([name, ...rest]) => [other(name), ...rest]),
    );
  }
  return reworded(packet, (body) =>
    body
      .split("\f")
      .map((word) => other(word))
      .join("\f"),
  );
}

const renamedAll = (received: Outcome["received"], state: State): Map<string, readonly Packet[]> =>
  new Map(
    [...received].map(([who, packets]) => [who, packets.map((p) => renamed(p, state.aliases))]),
  );

/** What a channel that the original has made is here: refused, under this name, or the same. */
function creation({ command, sender, state }: At): {
  refusal?: string;
  name: string;
  rank: number;
} {
  const words = command?.words ?? [];
  const [first = "", ...more] = words;
  const isRanked = isNumber(first) && more.length > 0;
  const name = (isRanked ? more : words).join("_");
  const rank = isRanked ? state.rankFor(Number(first)) : 0;
  if (isNumber(name)) return { refusal: "1\fcmderr", name, rank };
  if (rank > rankOf(sender as Person)) return { refusal: "1\frankerr", name, rank };
  if (!/^[A-Za-z0-9_-]{1,30}$/.test(name)) return { refusal: "1\finchan", name, rank };
  return { name, rank };
}

const making: readonly Rule[] = [
  onSent(
    "bridge table, roles and rank",
    "ranks that are typed are the community's own",
    (text, { command, state }) => {
      const [first = "", second] = command?.words ?? [];
      const takesRank =
        ["rank", "priv", "privilege"].includes(command?.name ?? "") ||
        (command?.name === "create" && second !== undefined);
      if (!takesRank || !isNumber(first)) return text;
      return text.replace(
        /^(\S+ )[0-9]+/,
        (_all, head: string) => head + state.rankFor(Number(first)),
      );
    },
  ),
  onSent(
    "reference 1, channel name, G",
    "channels are named by the name that they have here",
    (text, { command, state }) => {
      const [name = ""] = command?.words ?? [];
      const alias = state.aliases.get(name);
      return alias === undefined || command?.name === "create" ? text : text.replace(name, alias);
    },
  ),
  onStep(
    "reference 4.2, /create, G; quirk 14",
    "names have an alphabet, ranks are whole, not lowered and part of the name else",
    (outcome, at) => {
      const { command, sender, state, who } = at;
      const made = madeFor(outcome.received.get(who) ?? []);
      if (command?.name !== "create" || sender === undefined || made === undefined) return outcome;
      const [, , theirs = ""] = made;
      const { refusal, name } = creation(at);
      if (refusal === undefined) {
        if (name !== theirs) state.aliases.set(theirs, name);
        return { ...outcome, received: renamedAll(outcome.received, state) };
      }
      const isRanked = command.words.length > 1 && Number(command.words[0]) > 0;
      const rank = isRanked ? state.rankFor(Number(command.words[0])) : 0;
      const isWell = /^[A-Za-z0-9_-]{1,30}$/.test(theirs) && !isNumber(theirs);
      const alias = isWell ? theirs : `channel-${state.aliases.size + 1}`;
      state.aliases.set(theirs, alias);
      const level = rank === 0 ? "" : `${Math.min(rank, rankOf(sender))} `;
      const received = renamedAll(outcome.received, state);
      return andThen(hears(outcome, who, notice(refusal)), {
        who,
        action: says(sender.id, `/create ${level}${alias}`),
        expect: () => ({ received }),
      });
    },
  ),
  onPackets(
    "reference 1, channel name, G",
    "channels are called what they are called here",
    (packet, { state }) => renamed(packet, state.aliases),
  ),
  onAnyStep(
    "reference 4.2, /create, G",
    "the maker of a permanent channel is moved in",
    (outcome, at) => {
      const { command, sender, state, who } = at;
      const packets = outcome.received.get(who) ?? [];
      const made = madeFor(packets);
      if (command?.name !== "create" || sender === undefined || made === undefined) return outcome;
      if (!makesPermanent(sender) || has(packets, "5", "1", sender.id)) return outcome;
      const [, , channel = ""] = made;
      const from = state.channelOf(who);
      const moved = move(who, channel, state);
      const received = new Map<string, readonly Packet[]>();
      for (const each of new Set([...outcome.received.keys(), ...moved.keys()])) {
        const [head = [], ...rest] = outcome.received.get(each) ?? [];
        const first = head.length > 0 ? [head] : [];
        received.set(each, [...first, ...(moved.get(each) ?? []), ...rest]);
      }
      return andThen(
        { ...outcome, received },
        {
          who,
          action: says(sender.id, `/join ${from}`),
          expect: (now) => ({ received: move(who, from, now) }),
        },
      );
    },
  ),
];

/** Why somebody is not let into a channel: it is hidden, or the password. */
export function refusedEntry(channel: Channel, { command, sender }: At): string | undefined {
  if (sender === undefined) return "nochan";
  const given = command?.words.slice(1).join(" ") ?? "";
  if (rankOf(sender) < channel.rank) return "nochan";
  const needsNone = channel.owner === sender.id || makesPermanent(sender) || !channel.hasPassword;
  if (!needsNone && given !== channel.password) return given === "" ? "nopwchan" : "ipwchan";
  return undefined;
}

const refusedKeys: ReadonlySet<string> = new Set(["ipchan", "nopwchan", "ipwchan"]);

const entering: readonly Rule[] = [
  onStep(
    "bridge table, channels that may not be viewed",
    "a channel above one's rank is none",
    (outcome, at) => {
      const { command, sender, state, who } = at;
      const [name = ""] = command?.words ?? [];
      const channel = state.channel(name);
      if (command?.name !== "join" || channel === undefined || sender === undefined) return outcome;
      if (rankOf(sender) >= channel.rank) return outcome;
      const isRefused = outcome.received
        .get(who)
        ?.some((packet) => refusedKeys.has(noticeKey(packet) ?? ""));
      if (isRefused !== true) return outcome;
      return hears(outcome, who, notice(`1\fnochan\f${name}`), switched(state.channelOf(who)));
    },
  ),
  onStep(
    "reference 1, channel name, G",
    "/join finds channels whatever the case",
    (outcome, at) => {
      const { command, sender, state, who } = at;
      const [name = ""] = command?.words ?? [];
      const channel = state.channel(name);
      if (command?.name !== "join" || sender === undefined || channel === undefined) return outcome;
      if (!outcome.received.get(who)?.some((packet) => noticeKey(packet) === "nochan"))
        return outcome;
      if (channel.name === state.channelOf(who)) {
        return hears(outcome, who, notice(`1\fsamechan\f${name}`), switched(state.channelOf(who)));
      }
      const refusal = refusedEntry(channel, at);
      if (refusal !== undefined) {
        return hears(
          outcome,
          who,
          notice(`1\f${refusal}\f${name}`),
          switched(state.channelOf(who)),
        );
      }
      const from = state.channels.get(state.channelOf(who));
      // A temporary channel would end by that, there and not in the recording.
      if (from === undefined || (from.isTemporary && from.owner === sender.id)) return outcome;
      const back = `/join ${from.name}${from.password === "" ? "" : ` ${from.password}`}`;
      return andThen(
        { ...outcome, received: move(who, channel.name, state) },
        {
          who,
          action: says(sender.id, back),
          expect: (now) => ({ received: move(who, from.name, now) }),
        },
      );
    },
  ),
  onFrames(
    "reference 4.1, G",
    "samechan where one stands already",
    (packets, { command, state, step }, who) => {
      const [name = ""] = command?.words ?? [];
      const [first] = packets;
      if (command?.name !== "join" || who !== step.who || packets.length !== 1) return packets;
      if (first === undefined || !is(first, "5", "2", name) || state.channelOf(who) !== name)
        return packets;
      return [notice(`1\fsamechan\f${name}`), first];
    },
  ),
  onPackets("reference 4.1, G", "nopwchan where no password was given", (packet, { command }) =>
    noticeKey(packet) === "ipwchan" && command?.words.length === 1
      ? reworded(packet, (body) => body.replace("ipwchan", "nopwchan"))
      : packet,
  ),
];

/** Whose temporary channel ends at this step, and which it is. */
function ending(outcome: Outcome, { state }: At): Channel | undefined {
  const ended = [...outcome.received.values()].flat().find((packet) => is(packet, "4", "2"));
  const channel = state.channels.get(ended?.[2] ?? "");
  return channel?.isTemporary === true ? channel : undefined;
}

/**
 * A temporary channel ends: those who are left in it are moved to the default one, one after the other, and then
 * everybody who could see it is told that it is gone.
 * @param owner the client of the owner
 * @param to where the owner goes by `/join`; absent: the owner is gone
 */
function ended(
  channel: Channel,
  owner: string,
  { state }: At,
  to?: string,
): Map<string, readonly Packet[]> {
  const place = new Map([...state.sessions.values()].map((each) => [each.who, each.channel]));
  const told = new Map<string, readonly Packet[]>();
  const tell = (who: string, ...packets: readonly Packet[]): void => {
    told.set(who, [...(told.get(who) ?? []), ...packets]);
  };
  const whoIn = (name: string, but: string): readonly string[] =>
    [...place].filter(([who, where]) => where === name && who !== but).map(([who]) => who);
  const personAt = (who: string): Person => state.personAt(who) as Person;
  const list = (name: string, but: string): Packet => {
    const people = whoIn(name, but).map(personAt);
    return listed(people.sort((one, other) => state.inOrder(one, other)).map(shown));
  };
  const goes = (who: string, target: string): void => {
    const person = personAt(who);
    for (const each of whoIn(channel.name, who)) tell(each, went(person.id));
    for (const each of whoIn(target, who)) tell(each, came(shown(person)));
    tell(who, went(person.id));
    place.set(who, target);
  };
  if (to === undefined) place.delete(owner);
  else goes(owner, to);
  const left = whoIn(channel.name, owner).map((who) => state.sessions.get(who) as Session);
  for (const { who } of left.sort((one, other) => one.since - other.since)) {
    goes(who, state.home);
    tell(who, ["8", "3"], list(state.home, who), switched(state.home));
  }
  if (to !== undefined) tell(owner, ["8", "3"], list(to, owner), switched(to));
  for (const who of place.keys()) {
    if (state.sees(personAt(who), channel)) tell(who, ["4", "2", channel.name]);
  }
  return told;
}

const leaving: readonly Rule[] = [
  onStep(
    "quirk 17; reference 5.2, G",
    "the others are moved before the owner is given its new channel",
    (outcome, at) => {
      const { command, sender, state, who } = at;
      const end = ending(outcome, at);
      const to = state.channel(command?.words[0] ?? "");
      if (command?.name !== "join" || end === undefined || to === undefined) return outcome;
      if (end.owner !== sender?.id || !has(outcome.received.get(who), "5", "2")) return outcome;
      return { ...outcome, received: ended(end, who, at, to.name) };
    },
  ),
  onStep(
    "quirk 17; reference 5.3, G",
    "an owner who is gone is not shown moving, and 4.2 is sent once",
    (outcome, at) => {
      const { state, step } = at;
      const end = ending(outcome, at);
      const isEnd = step.action.do === "close" || step.action.do === "cut";
      const gone = isEnd ? [step.who] : [...step.closed.keys()];
      const owner = gone.find((who) => state.personAt(who)?.id === end?.owner);
      if (end === undefined || owner === undefined) return outcome;
      const farewell = [...outcome.received.values()]
        .flat()
        .find((packet) => is(packet, "3", end.owner));
      const received = ended(end, owner, at);
      for (const who of state.whoIn(end.name)) {
        if (who === owner || farewell === undefined) continue;
        received.set(who, [farewell, ...(received.get(who) ?? [])]);
      }
      const last = outcome.received.get(owner);
      if (last !== undefined) received.set(owner, last);
      return { ...outcome, received };
    },
  ),
];

export const channelRules: readonly Rule[] = [...making, ...entering, ...leaving];
