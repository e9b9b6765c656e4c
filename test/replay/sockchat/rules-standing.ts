/** Rules about ranks and passwords of channels, and about who is seen where. */
import {
  entriesOf,
  is,
  notice,
  noticeKey,
  type Packet,
  switched,
  withEntries,
  withField,
} from "./packet.ts";
import { isModerator, type Person, rankOf, shown } from "./people.ts";
import {
  type At,
  andThen,
  heard,
  hears,
  type Outcome,
  onPackets,
  onStep,
  type Rule,
  says,
  silent,
  toAll,
} from "./rule.ts";
import { refusedEntry } from "./rules-channels.ts";
import { move } from "./rules-entry.ts";

const isNumber = (word: string): boolean => /^[0-9]+$/.test(word);

/** Who stands where, in notices: the links of a list. */
const link = (name: string, isOwn: boolean): string =>
  `<a href="javascript:void(0);" onclick="UI.InsertChatText(this.innerHTML);"${isOwn ? ' style="font-weight: bold;"' : ""}>${name}</a>`;

/** The people of a channel are told of the new rank, moved where they lose sight of it, or given it. */
function ranked(outcome: Outcome, at: At, rank: number): Outcome {
  const { sender, state, who } = at;
  const channel = state.channels.get(state.channelOf(who));
  if (channel === undefined || sender === undefined) return outcome;
  const { name, rank: before } = channel;
  const signs = [channel.hasPassword ? "1" : "0", channel.isTemporary ? "1" : "0"];
  const told = new Map<string, Packet[]>();
  const tell = (each: string, ...packets: readonly Packet[]): void => {
    told.set(each, [...(told.get(each) ?? []), ...packets]);
  };
  const losers: string[] = [];
  for (const each of state.sessions.keys()) {
    const own = rankOf(state.personAt(each) as Person);
    if (own >= before && own >= rank) tell(each, ["4", "1", name, name, ...signs]);
    else if (own >= rank) tell(each, ["4", "0", name, ...signs]);
    else if (own >= before && state.channelOf(each) === name) losers.push(each);
    else if (own >= before) tell(each, ["4", "2", name]);
  }
  for (const each of losers) {
    const person = state.personAt(each) as Person;
    for (const [other, packets] of move(each, state.home, state)) tell(other, ...packets);
    tell(each, ["4", "2", name]);
    for (const other of losers) {
      if (other === each) continue;
      told.set(
        other,
        (told.get(other) ?? []).filter((packet) => !is(packet, "5", "1", person.id)),
      );
    }
  }
  tell(who, notice("0\fcprivchan"));
  return { ...outcome, received: told };
}

export const standingRules: readonly Rule[] = [
  onStep(
    "quirk 15; reference 4.2, /password and /rank, G",
    "the default channel takes neither password nor rank",
    (outcome, at) => {
      const { command, state, who } = at;
      const keys = (outcome.received.get(who) ?? []).map(noticeKey);
      const isHome = state.channelOf(who) === state.home;
      const isRank = keys.includes("cprivchan") && Number(command?.words[0]) > 0;
      if (!isHome || !(keys.includes("cpwdchan") || isRank)) return outcome;
      return hears(outcome, who, notice(`1\fnamchan\f${state.home}`));
    },
  ),
  onPackets(
    "quirk 15; reference 4.2, /password and /rank, G",
    "the default channel is listed without a password",
    (packet, { state }) => {
      if (!is(packet, "7", "2")) return packet;
      const entries = entriesOf(packet, 3).map((entry) =>
        entry[0] === state.home ? withField(entry, 1, "0") : entry,
      );
      return withEntries(packet, entries);
    },
  ),
  onStep(
    "quirk 16; reference 4.2, /rank",
    "a rank that is no number, or below 0, is rankerr",
    (outcome, at) => {
      const { command, sender, who } = at;
      const isSet = (outcome.received.get(who) ?? []).some((p) => noticeKey(p) === "cprivchan");
      const [rank = ""] = command?.words ?? [];
      if (!isSet || sender === undefined || command === undefined || isNumber(rank)) return outcome;
      return andThen(hears(outcome, who, notice("1\frankerr")), {
        who,
        action: says(sender.id, `/${command.typed} 0`),
        expect: (now) => ranked(silent(outcome), { ...at, state: now }, 0),
      });
    },
  ),
  onStep(
    "quirk 13; reference 4.2, /rank, G, and 2.2, 4.1, G",
    "those who lose sight are told and moved, those who gain it are given the channel",
    (outcome, at) => {
      const { command, state, who } = at;
      const isSet = (outcome.received.get(who) ?? []).some((p) => noticeKey(p) === "cprivchan");
      const [rank = ""] = command?.words ?? [];
      if (!isSet || !isNumber(rank)) return outcome;
      return ranked(outcome, at, state.rankFor(Number(rank)));
    },
  ),
  onStep(
    "quirk 13; reference 4.2, /rank, G",
    "whoever was moved speaks and hears where the move led",
    (outcome, at) => displaced(outcome, at),
  ),
  onStep(
    "quirk 24; reference 4.2, /who, G",
    "whoever may enter may look, and what is hidden is none; channels are found whatever the case; @default is no name",
    (outcome, at) => {
      const { command, sender, state, who } = at;
      const [name = ""] = command?.words ?? [];
      if (command?.name !== "who" || sender === undefined || name === "") return outcome;
      if (outcome.received.size === 0) return outcome;
      const channel = state.channel(name);
      if (channel === undefined || !state.sees(sender, channel)) {
        return hears(outcome, who, notice(`1\fnochan\f${name}`));
      }
      const mayPass = !channel.hasPassword || isModerator(sender) || channel.owner === sender.id;
      const isInside = state.channelOf(who) === channel.name;
      if (!mayPass && !isInside) return hears(outcome, who, notice(`1\fwhoerr\f${name}`));
      const names = state
        .peopleIn(channel.name)
        .map((person) => link(person.name, person.id === sender.id));
      return hears(outcome, who, notice(`0\fwhochan\f${channel.name}\f${names.join(", ")}`));
    },
  ),
];

/** Sessions that the original left in a channel that their persons lost sight of. */
function displaced(outcome: Outcome, at: At): Outcome {
  const { command, sender, state, text, who } = at;
  const apart = [...state.sessions.values()].filter((each) => each.channel !== each.theirChannel);
  if (apart.length === 0) return outcome;
  const own = apart.find((session) => session.who === who);
  if (own !== undefined && sender !== undefined) {
    if (command?.name === "join" && state.channel(command.words[0] ?? "")?.name === own.channel) {
      return hears(outcome, who, notice(`1\fsamechan\f${command.words[0]}`), switched(own.channel));
    }
    const target = state.channel(command?.words[0] ?? "");
    if (command?.name === "join" && target !== undefined) {
      const refusal = refusedEntry(target, at);
      if (refusal === undefined)
        return { ...silent(outcome), received: move(who, target.name, state) };
      const refused = notice(`1\f${refusal}\f${command.words[0]}`);
      return hears(outcome, who, refused, switched(own.channel));
    }
    const line = outcome.received
      .get(who)
      ?.find((packet) => is(packet, "2", packet[1] ?? "", sender.id));
    if (line === undefined || text === undefined) return outcome;
    return { ...silent(outcome), received: heard(...toAll(state.whoIn(own.channel), line)) };
  }
  const received = new Map(outcome.received);
  for (const session of apart) {
    const peers = state
      .whoIn(session.channel)
      .filter((each) => each !== session.who && each !== who);
    const [peer] = peers.filter((each) => !apart.some((other) => other.who === each));
    const line = outcome.received.get(who)?.find((p) => p[0] === "2" && p[2] === sender?.id);
    const isHere = state.channelOf(who) === session.channel && line !== undefined;
    const alone = isHere ? [line] : [];
    const heardThere = peer === undefined ? alone : (outcome.received.get(peer) ?? []);
    received.set(session.who, heardThere);
  }
  const isThere = (id: string, channel: string): boolean =>
    apart.some((session) => session.id === id && session.theirChannel === channel);
  for (const [each, packets] of received) {
    const channel = packets.find((packet) => is(packet, "5", "2"))?.[2];
    if (channel === undefined) continue;
    const extra = apart.filter((session) => session.channel === channel && session.who !== each);
    const listedHere = packets.map((packet) => {
      if (!is(packet, "7", "0")) return packet;
      const entries = entriesOf(packet, 5).filter(([id = ""]) => !isThere(id, channel));
      const people = extra.flatMap(({ id }) => state.persons.get(id) ?? []);
      return withEntries(packet, [...entries, ...people.map((person) => [...shown(person), "1"])]);
    });
    received.set(each, listedHere);
  }
  return { ...outcome, received };
}
