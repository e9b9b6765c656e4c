/** Rules about connections: signing in, pings, ids, the rate of packets. */
import {
  came,
  gone,
  is,
  isArrival,
  lineNumber,
  listed,
  notice,
  type Packet,
  switched,
  textOf,
  updated,
  went,
} from "./packet.ts";
import { calledOf, isModerator, type Person, shown } from "./people.ts";
import {
  type At,
  andThen,
  type Behind,
  heard,
  hears,
  type Outcome,
  onStep,
  type Rule,
  says,
  silent,
  toAll,
} from "./rule.ts";
import type { State } from "./state.ts";

/** What somebody is sent who signs in; the backlog is a rule's to add. */
function welcome(person: Person, state: State): readonly Packet[] {
  const max = String(state.seed.settings.postContent ?? 2_000);
  const seen = [...state.channels.values()].filter((channel) => state.sees(person, channel));
  const channels = seen.map(({ name, hasPassword, isTemporary }) => [
    name,
    hasPassword ? "1" : "0",
    isTemporary ? "1" : "0",
  ]);
  return [
    ["1", "y", ...shown(person), state.home, max, "<session>", max],
    ["7", "2", String(channels.length), ...channels.flat()],
    listed(state.peopleIn(state.home, person.id).map(shown)),
    switched(state.home),
  ];
}

/** What somebody is sent who moves into a channel, that is told so, with the place where it stood. */
export function move(who: string, to: string, state: State): Map<string, readonly Packet[]> {
  const person = state.personAt(who);
  const from = state.channelOf(who);
  if (person === undefined) return new Map();
  const others = (channel: string): readonly string[] =>
    state.whoIn(channel).filter((each) => each !== who);
  const people = listed(state.peopleIn(to, person.id).map(shown));
  return heard(...toAll(others(from), went(person.id)), ...toAll(others(to), came(shown(person))), [
    who,
    [went(person.id), ["8", "3"], people, switched(to)],
  ]);
}

/** A client goes, and the others in its channel hear of it. */
export const leaves = (who: string): Behind => ({
  who,
  action: { do: "close" },
  expect(state) {
    const person = state.personAt(who);
    if (person === undefined) return { received: new Map() };
    const channel = state.channelOf(who);
    const rest = state.sessionsOf(person.id).filter((session) => session.who !== who);
    const others = state.whoIn(channel).filter((each) => state.personAt(each) !== person);
    if (rest.length === 0)
      return { received: heard(...toAll(others, gone(shown(person), "leave"))) };
    const stays = rest.some((session) => session.channel === channel);
    return { received: stays ? new Map() : heard(...toAll(others, went(person.id))) };
  },
});

/** Somebody who was put out here alone comes in again, and has the same nickname and place. */
export function returns(who: string, state: State): readonly Behind[] {
  const session = state.sessions.get(who);
  const person = state.personAt(who);
  if (session === undefined || person === undefined) return [];
  const called = calledOf(person);
  const opening: Behind = { who, action: { do: "open" } };
  const entry: Behind = {
    who,
    action: { do: "send", text: session.auth },
    expect: (now) => ({
      received: heard(...toAll(now.whoIn(now.home), ["1", "0", ...shown(person), lineNumber]), [
        who,
        welcome(person, now),
      ]),
    }),
  };
  const naming: Behind = {
    who,
    action: says(person.id, `/nick ${called.slice(1)}`),
    expect: (now) => ({
      received: heard(
        ...toAll(
          now.whoIn(now.channelOf(who)),
          notice(`0\fnick\f${person.account}\f${called}`),
          updated([person.id, called, person.color, person.perms]),
        ),
      ),
    }),
  };
  const moving: Behind = {
    who,
    action: says(person.id, `/join ${session.channel}`),
    expect: (now) => ({ received: move(who, session.channel, now) }),
  };
  return [
    opening,
    entry,
    ...(called === person.account ? [] : [naming]),
    ...(session.channel === state.home ? [] : [moving]),
  ];
}

/** A packet as it was sent, if that is what was done. */
const sentOf = ({ step }: At): Packet | undefined => textOf(step.action)?.split("\t");

const isSignedIn = ({ sender }: At): boolean => sender !== undefined;

const answersWith = (outcome: Outcome, who: string, ...fields: readonly string[]): boolean =>
  outcome.received.get(who)?.some((packet) => is(packet, ...fields)) === true;

/** The person that the site named at a step. */
function namedBySite({ step, state }: At): Person | undefined {
  const id = step.site.map(({ answer }) => /^yes([0-9]+)\n/.exec(answer)?.[1]).find((each) => each);
  return state.persons.get(id ?? "");
}

const capabilities = ["TYPING"];

export const entryRules: readonly Rule[] = [
  onStep(
    "reference 1, Framing",
    "origins are the configuration's to allow, at the handshake",
    (outcome, at) => {
      const { state, step, who } = at;
      const { origins } = state.seed.settings;
      const client = state.seed.clients[who];
      if (step.action.do === "open") {
        const isForeign =
          typeof client?.origin === "string" && origins?.includes(client.origin) === false;
        if (!isForeign) return outcome;
        state.shutOut.add(who);
        return hears(outcome, who, ["HTTP 403"]);
      }
      return state.shutOut.has(who) ? silent(outcome) : outcome;
    },
  ),
  onStep("reference 1, Framing", "no origin is no foreign one", (outcome, at) => {
    const { state, who } = at;
    if (state.seed.clients[who]?.origin !== null || isSignedIn(at)) return outcome;
    return outcome.received.size === 0 && outcome.closed.has(who) ? silent(outcome) : outcome;
  }),
  onStep("reference 3.4, malformed packet 1", "it is passed over without a word", (outcome, at) => {
    const [packet, first = "", token = ""] = sentOf(at) ?? [];
    if (packet !== "1" || isSignedIn(at)) return outcome;
    const isMalformed = token === "" || /^(?:-[0-9]+|0+)?$/.test(first);
    return isMalformed ? silent(outcome) : outcome;
  }),
  onStep("quirk 4", "a yes without a person is a refusal", (outcome, at) => {
    if (!answersWith(outcome, at.who, "1", "y", "")) return outcome;
    return hears(outcome, at.who, ["1", "n", "authfail"]);
  }),
  onStep("quirk 4", "whoever was refused may try again", (outcome, at) => {
    const [packet] = sentOf(at) ?? [];
    const isIgnored = packet === "1" && at.step.site.length === 0 && !isSignedIn(at);
    const hasAnswer = outcome.received.size > 0 || outcome.closed.size > 0;
    if (!isIgnored || hasAnswer || at.state.shutOut.has(at.who)) return outcome;
    const [, first = "", token = ""] = sentOf(at) ?? [];
    if (token === "" || !/^[1-9]/.test(first)) return outcome;
    return hears(outcome, at.who, ["1", "n", "authfail"]);
  }),
  onStep(
    "quirk 12",
    "whoever's name is cleaned is known again, and not announced twice",
    (outcome, at) => {
      const { state, who } = at;
      const person = namedBySite(at);
      const isIn = answersWith(outcome, who, "1", "y");
      if (person === undefined || !isIn || state.sessionsOf(person.id).length === 0) return outcome;
      const received = new Map<string, readonly Packet[]>();
      for (const [other, packets] of outcome.received) {
        const kept = packets.filter((packet) => !(isArrival(packet) && packet[2] === person.id));
        const own = kept.map((packet) =>
          is(packet, "7", "0") ? listed(state.peopleIn(state.home, person.id).map(shown)) : packet,
        );
        if (kept.length > 0) received.set(other, other === who ? own : kept);
      }
      const before = state.sessionsOf(person.id).map((session) => leaves(session.who));
      return andThen({ ...outcome, received }, ...before);
    },
  ),
  onStep("quirk 5; reference 5.5, G", "a person may have several connections", (outcome, at) => {
    const { state, who } = at;
    const person = namedBySite(at);
    if (person === undefined || !answersWith(outcome, who, "1", "n", "userfail")) return outcome;
    const isThere = state.sessionsOf(person.id).some(({ channel }) => channel === state.home);
    const others = isThere ? [] : state.whoIn(state.home);
    const received = heard(...toAll(others, came(shown(person))), [who, welcome(person, state)]);
    const back: Behind = { who, action: { do: "open" } };
    return andThen({ ...silent(outcome), received }, leaves(who), back);
  }),
  onStep("quirk 27; reference 2", "ids are words and not numbers", (outcome, at) => {
    const [packet = "", id] = sentOf(at) ?? ["0"];
    if (!isSignedIn(at) || outcome.closed.size > 0) return outcome;
    const isWord = /^[0-9]$/.test(packet) && (packet !== "2" || id === at.sender?.id);
    return isWord ? outcome : silent(outcome);
  }),
  onStep(
    "quirk 3; reference 2.1, packet 0, G",
    "each ping of somebody signed in is answered",
    (outcome, at) => {
      if (sentOf(at)?.[0] !== "0" || outcome.closed.size > 0) return outcome;
      return isSignedIn(at) ? hears(outcome, at.who, ["0", "pong"]) : silent(outcome);
    },
  ),
  onStep(
    "reference 2.1, packet 3, G",
    "before signing in packet 3 tells of the client, and is answered with our name",
    (outcome, at) => {
      const [packet, client = ""] = sentOf(at) ?? [];
      if (packet !== "3" || isSignedIn(at) || /^[0-9]*$/.test(client)) return outcome;
      return hears(outcome, at.who, ["11", "Dragoman", ""]);
    },
  ),
  onStep(
    "reference 2.1, packet 3, G",
    "packet 3 is answered with the capabilities that are granted",
    (outcome, at) => {
      const [packet, asked = ""] = sentOf(at) ?? [];
      if (packet !== "3" || !isSignedIn(at)) return outcome;
      const granted = asked.split(" ").filter((word) => capabilities.includes(word));
      return hears(outcome, at.who, ["11", granted.join(" ")]);
    },
  ),
];

const isWarning = (packet: Packet): boolean => is(packet, "2") && packet[3] === "0\fflwarn";

/** How long somebody may not come back who was put out for a flood, seconds. */
const floodSeconds = 30;

/** Counts a packet that the limit counts; how many there are in the window, and were before. */
function countedNow(at: At): number | undefined {
  const { state, who } = at;
  const [packet = ""] = sentOf(at) ?? [];
  if (!["2", "3", "4"].includes(packet) || !isSignedIn(at)) return undefined;
  const counted = (state.counted.get(who) ?? []).filter(
    (ms) => ms > state.nowMs - state.floodWindowMs,
  );
  counted.push(state.nowMs);
  state.counted.set(who, counted);
  return counted.length;
}

/** Somebody who may lift a ban. */
const moderatorIn = (state: State, but: string): string | undefined =>
  [...state.sessions.keys()].find((who) => {
    const person = state.personAt(who);
    return who !== but && person !== undefined && isModerator(person);
  });

export const floodRules: readonly Rule[] = [
  onStep(
    "quirk 26; reference 7, G",
    "one warning a burst, and a kick for 30 s; pings do not count",
    (outcome, at) => {
      const { state, who, sender } = at;
      const { floodWarn = 25, floodKick = 30 } = state.seed.settings;
      const count = countedNow(at) ?? 0;
      const isPutOut = answersWith(outcome, who, "9", "0") && at.command === undefined;
      const others = state.whoIn(state.channelOf(who)).filter((each) => each !== who);
      if (sender !== undefined && count >= floodKick) {
        const until = `+${floodSeconds}@flood ${at.step.line}`;
        const moderator = moderatorIn(state, who);
        const out = hears(outcome, who, ["9", "1", until]);
        const received = heard(...out.received, ...toAll(others, gone(shown(sender), "flood")));
        const lifted: Behind[] =
          moderator === undefined
            ? []
            : [
                {
                  who: moderator,
                  action: says(state.sessions.get(moderator)?.id ?? "", `/unban ${sender.account}`),
                  expect: () => ({
                    received: heard([moderator, [notice(`0\funban\f${sender.account}`)]]),
                  }),
                },
              ];
        return andThen({ ...out, received, closed: new Map([[who, 1000]]) }, ...lifted);
      }
      const received = new Map<string, readonly Packet[]>();
      for (const [other, packets] of outcome.received) {
        received.set(
          other,
          packets.filter((packet) => !isWarning(packet)),
        );
      }
      if (isPutOut) {
        const pongs: readonly Packet[] = sentOf(at)?.[0] === "0" ? [["0", "pong"]] : [];
        return andThen(hears(outcome, who, ...pongs), leaves(who));
      }
      if (count === floodWarn) {
        received.set(who, [notice("0\fflwarn"), ...(received.get(who) ?? [])]);
      }
      return { ...outcome, received };
    },
  ),
];
