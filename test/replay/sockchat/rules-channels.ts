/** Rules about channels: making, entering, ranks, passwords, who is where. */
import {
  entriesOf,
  is,
  listed,
  notice,
  noticeKey,
  type Packet,
  reworded,
  switched,
  withEntries,
} from "./packet.ts";
import { makesPermanent, type Person, rankOf, shown } from "./people.ts";
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

const entering: readonly Rule[] = [
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
      return outcome;
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
function ending(outcome: Outcome, { state }: At): { owner: string; channel: string } | undefined {
  const ended = [...outcome.received.values()].flat().find((packet) => is(packet, "4", "2"));
  const channel = state.channels.get(ended?.[2] ?? "");
  return channel?.isTemporary === true
    ? { owner: channel.owner, channel: channel.name }
    : undefined;
}

const leaving: readonly Rule[] = [
  onStep(
    "quirk 17; reference 5.2, G",
    "the others are moved before the owner is given its new channel",
    (outcome, at) => {
      const { command, sender, state, who } = at;
      const end = ending(outcome, at);
      const packets = outcome.received.get(who) ?? [];
      if (command?.name !== "join" || end?.owner !== sender?.id || sender === undefined)
        return outcome;
      const moved = packets.filter((packet) => is(packet, "5", "0"));
      const own = packets.filter((packet) => !is(packet, "5", "0"));
      const clear = own.findIndex((packet) => is(packet, "8"));
      if (moved.length === 0 || clear < 0) return outcome;
      const people = [
        ...state.peopleIn(command.words[0] ?? "", sender.id),
        ...state.peopleIn(end?.channel ?? "", sender.id),
      ];
      const list = own.map((packet) => (is(packet, "7", "0") ? listed(people.map(shown)) : packet));
      const received = new Map(outcome.received);
      received.set(who, [...list.slice(0, clear), ...moved, ...list.slice(clear)]);
      return { ...outcome, received };
    },
  ),
  onStep(
    "quirk 17; reference 5.3, G",
    "an owner who is gone is not shown moving, and 4.2 is sent once",
    (outcome, at) => {
      const { state, step } = at;
      const end = ending(outcome, at);
      const isGone = step.action.do === "close" || step.action.do === "cut" || step.closed.size > 0;
      if (end === undefined || !isGone) return outcome;
      const inside = state.whoIn(end.channel);
      const received = new Map<string, readonly Packet[]>();
      for (const [who, packets] of outcome.received) {
        const isInside = inside.includes(who);
        const farewell = packets.find((packet) => is(packet, "3", end.owner));
        const kept = packets.filter(
          (packet, at) =>
            !is(packet, "5", "0", end.owner) &&
            !is(packet, "3", end.owner) &&
            !(is(packet, "5", "1", end.owner) && !isInside) &&
            packets.findIndex((each) => each.join("\t") === packet.join("\t")) === at,
        );
        received.set(
          who,
          kept.map((packet) => (is(packet, "5", "1", end.owner) ? (farewell ?? packet) : packet)),
        );
      }
      return { ...outcome, received };
    },
  ),
];

export const channelRules: readonly Rule[] = [...making, ...entering, ...leaving];
