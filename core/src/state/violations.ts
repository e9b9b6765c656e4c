/** The invariants of the state: what must hold after every commit. */

import { hereMax, type Place } from "@dragoman/bus-schema";
import { fileViolations } from "./file-violations.ts";
import {
  actorOf,
  banKey,
  graceKey,
  identityKey,
  phaseKey,
  pollKey,
  silenceKey,
  viewsNow,
} from "./find.ts";
import { nicknameKey } from "./likeness.ts";
import { threadOf } from "./place.ts";
import { type Reading, recentMax, ringMax, type State, type Timer } from "./shape.ts";

type Check = (state: Reading<State>) => Iterable<string>;

/** What does not hold, in words; empty when the state is sound. */
export function violations(state: Reading<State>): string[] {
  return checks.flatMap((check) => [...check(state)]);
}

function* people(state: Reading<State>): Iterable<string> {
  const owners = new Map<string, string>();
  for (const [userId, { user }] of state.people) {
    if (user.userId !== userId) yield `person ${userId} is filed under another id`;
    if (state.numbers.get(user.number) !== userId) yield `number ${user.number} is lost`;
    if (user.number > state.lastUserNumber) yield `number ${user.number} is above the last`;
    for (const name of new Set([user.name.toLowerCase(), user.handle.toLowerCase()])) {
      if (state.names.get(name) !== userId) yield `name ${name} is not ${userId}'s`;
      if (owners.has(name)) yield `name ${name} is taken twice`;
      owners.set(name, userId);
    }
    for (const roleId of user.roleIds) {
      if (!state.roles.has(roleId)) yield `${userId} has an unknown role`;
    }
    for (const nickname of [user.nickname, user.lastingNickname]) {
      if (nickname === undefined || nickname === null) continue;
      if (state.nicknames.get(nicknameKey(nickname)) !== userId) {
        yield `nickname ${nickname} is not ${userId}'s`;
      }
    }
  }
  if (state.numbers.size !== state.people.size) yield "a number belongs to nobody";
  for (const userId of state.hereLast) {
    if (!state.people.has(userId)) yield `${userId} was here and is nobody`;
  }
  if (state.hereLast.size > hereMax) yield "too many are remembered as having been here";
}

function* identities(state: Reading<State>): Iterable<string> {
  let known = 0;
  for (const [userId, { departed, identities = [], mergedInto }] of state.people) {
    known += identities.length;
    for (const { provider, id } of identities) {
      if (state.identities.get(identityKey(provider, id)) !== userId)
        yield `${id} is not ${userId}'s`;
    }
    if (mergedInto === undefined) continue;
    if (!departed) yield `${userId} is merged and stays`;
    if (state.people.get(mergedInto)?.mergedInto !== undefined) yield `${userId} leads to nobody`;
  }
  if (known !== state.identities.size) yield "an identity belongs to nobody";
}

function* sessions(state: Reading<State>): Iterable<string> {
  let indexed = 0;
  for (const ids of state.sessionsOf.values()) indexed += ids.size;
  let atGateways = 0;
  for (const ids of state.sessionsAt.values()) atGateways += ids.size;
  if (indexed !== state.sessions.size) yield "sessions and their people differ";
  if (atGateways !== state.sessions.size) yield "sessions and their gateways differ";
  for (const [sessionId, { session, droppedUntilMs }] of state.sessions) {
    const { userId, gatewayId, traits, place } = session;
    const person = state.people.get(userId);
    if (person === undefined || person.departed) yield `${sessionId} belongs to nobody`;
    if (state.bans.has(userId)) yield `${sessionId} is open though ${userId} is kept out`;
    if (!state.sessionsOf.get(userId)?.has(sessionId)) yield `${sessionId} is not indexed`;
    if (!state.sessionsAt.get(gatewayId)?.has(sessionId)) yield `${sessionId} has no gateway`;
    if (state.originsOver.has(sessionId)) yield `${sessionId} is live and over`;
    if ((traits.stands === "one place") !== (place !== undefined))
      yield `${sessionId} is misplaced`;
    if (place !== undefined && !isStandable(state, place)) yield `${sessionId} stands nowhere`;
    const armed = state.timers.get(graceKey(sessionId))?.dueMs ?? null;
    if (armed !== droppedUntilMs) yield `${sessionId} has a wrong timer`;
  }
}

function* bans(state: Reading<State>): Iterable<string> {
  let barring = 0;
  for (const userIds of state.barred.values()) barring += userIds.size;
  for (const [userId, { addressTags }] of state.bans) {
    barring -= new Set(addressTags).size;
    if (!addressTags.every((tag) => state.barred.get(tag)?.has(userId))) {
      yield `an address that ${userId} is banned from is open`;
    }
  }
  if (barring !== 0) yield "an address is barred by nobody's ban";
  for (const [userId, { kind, untilMs }] of state.bans) {
    if (!state.people.has(userId)) yield `a ban of nobody: ${userId}`;
    if (kind === "kick" && (untilMs === null || untilMs < state.kicksExpireMs)) {
      yield `the kick of ${userId} never expires`;
    }
    const armed = state.timers.get(banKey(userId))?.dueMs ?? null;
    if (armed !== (kind === "ban" ? untilMs : null)) yield `the ban of ${userId} has a wrong timer`;
  }
  for (const [userId, { untilMs }] of state.silences) {
    if (!state.people.has(userId)) yield `a silence of nobody: ${userId}`;
    const armed = state.timers.get(silenceKey(userId))?.dueMs ?? null;
    if (armed !== untilMs) yield `the silence of ${userId} has a wrong timer`;
  }
  for (const [key, { body }] of state.timers) {
    if (!standsFor(state, body)) yield `timer ${key} is for nothing`;
  }
}

function* phases(state: Reading<State>): Iterable<string> {
  for (const [protocol, { standing }] of state.phases) {
    const armed = state.timers.get(phaseKey(protocol))?.dueMs;
    if (armed !== standing.next?.atMs) yield `the next step of ${protocol} has a wrong timer`;
  }
}

function isStandable(state: Reading<State>, place: Place): boolean {
  const kind = state.channels.get(place.channelId)?.kind;
  if (place.threadId === undefined) return kind === "text";
  return kind === "forum" && threadOf(state, place)?.archived === false;
}

function standsFor(state: Reading<State>, body: Timer["body"]): boolean {
  if (body.type === "attachment.expire") return state.attachments.size > 0;
  if (body.type === "session.expire") return state.sessions.has(body.sessionId);
  if (body.type === "poll.expire") return state.polls.has(body.pollId);
  if (body.type === "server.turn")
    return state.phases.get(body.protocol)?.standing.next !== undefined;
  return (body.what === "ban" ? state.bans : state.silences).has(body.userId);
}

function* channels(state: Reading<State>): Iterable<string> {
  const { server } = state;
  if (server !== undefined && state.channels.get(server.defaultChannelId)?.kind !== "text") {
    yield "there is no default channel";
  }
  for (const [channelId, people] of state.admissions) {
    const passwordId = state.channels.get(channelId)?.passwordId;
    for (const [userId, by] of people) {
      if (by !== passwordId || !state.people.has(userId)) yield `${userId} is admitted to nothing`;
    }
  }
  for (const [channelId, channel] of state.channels) {
    const { kind, name, slug, peopleIds, hasPassword, passwordId } = channel;
    if (state.channelNames.get(name.toLowerCase()) !== channelId) yield `channel ${name} is lost`;
    if (state.channelSlugs.get(slug.toLowerCase()) !== channelId) yield `slug ${slug} is lost`;
    if (hasPassword !== (passwordId !== undefined)) yield `password of ${name} is half there`;
    if ((kind === "whisper") !== (peopleIds !== undefined)) yield `channel ${name} is neither`;
  }
  let before = -1;
  for (const { position, name } of state.roles.values()) {
    if (position <= before) yield `role ${name} is out of order`;
    before = position;
  }
}

function* threads(state: Reading<State>): Iterable<string> {
  for (const [threadId, { channelId, slug, creatorId, participantIds }] of state.threads) {
    if (state.channels.get(channelId) === undefined) yield `thread ${slug} is in no channel`;
    if (state.threadSlugs.get(slug.toLowerCase()) !== threadId) yield `thread ${slug} is lost`;
    if (state.channelSlugs.has(slug.toLowerCase())) yield `slug ${slug} is taken twice`;
    const isForgotten = state.people.get(creatorId)?.erased === true;
    if (!isForgotten && !participantIds.includes(creatorId))
      yield `thread ${slug} is without its creator`;
  }
  if (state.threadSlugs.size !== state.threads.size) yield "threads and their slugs differ";
}

function* polls(state: Reading<State>): Iterable<string> {
  if (state.pollOf.size !== state.polls.size) yield "polls and their messages differ";
  const open = [...state.polls.values()].filter(({ poll }) => poll.endedAtUs === null);
  if (state.votes.size !== open.length) yield "open polls and their votes differ";
  for (const [pollId, { poll, messageId, place }] of state.polls) {
    if (state.pollOf.get(messageId) !== pollId) yield `poll ${pollId} has no message`;
    if (state.recent.get(messageId)?.message === null) yield `poll ${pollId} outlives its message`;
    if (!state.channels.has(place.channelId)) yield `poll ${pollId} stands nowhere`;
    const chosen = state.votes.get(pollId);
    for (const { optionId, votes } of chosen === undefined ? [] : poll.options) {
      const counted = [...(chosen?.values() ?? [])].filter((ids) => ids.includes(optionId)).length;
      if (counted !== votes) yield `poll ${pollId} is miscounted`;
    }
    const armed = state.timers.get(pollKey(pollId))?.dueMs ?? null;
    const due = poll.endedAtUs === null ? poll.endsMs : null;
    if (armed !== due) yield `poll ${pollId} has a wrong timer`;
  }
}

function* messages(state: Reading<State>): Iterable<string> {
  const facts = state.recentOrder.slice(state.recentHead);
  if (facts.length > recentMax) yield "too many facts";
  if (state.recentNumbers.size !== state.recent.size) yield "facts and their numbers differ";
  let before = state.evictedThrough;
  for (const { messageId, seq } of facts) {
    if (seq < before) yield `fact ${messageId} is out of order`;
    if (!state.recent.has(messageId)) yield `fact ${messageId} is lost`;
    before = seq;
  }
  for (const [messageId, { number, seq }] of state.recent) {
    if (seq > state.seq) yield `fact ${messageId} is from the future`;
    if (number > state.lastMessageNumber) yield `message ${number} is above the last`;
    if (state.recentNumbers.get(number) !== messageId) yield `message ${number} is lost`;
  }
  const touches = state.touchOrder.slice(state.touchHead);
  if (touches.length > recentMax) yield "too many touches";
  for (const [messageId, own] of state.touches) {
    if (state.recent.has(messageId)) yield `message ${messageId} has a fact and touches`;
    if (!own.every((touch) => touches.includes(touch))) yield `a touch of ${messageId} is lost`;
  }
  for (const [key, { entries }] of state.rings) {
    if (entries.length > ringMax) yield `ring ${key} is too long`;
    for (let index = 1; index < entries.length; index += 1) {
      const [one, next] = entries.slice(index - 1, index + 1);
      if (one === undefined || next === undefined || one.number >= next.number) {
        yield `ring ${key} is out of order`;
      } else if (one.createdAtUs >= next.createdAtUs) yield `the times of ring ${key} do not rise`;
    }
    for (const { messageId } of entries) {
      if (state.recent.get(messageId)?.message === null) yield `ring ${key} keeps a deleted one`;
    }
  }
}

function* gatherings(state: Reading<State>): Iterable<string> {
  for (const [sessionId, present] of state.voices) {
    const { userId, channelId } = present;
    if (state.sessions.get(sessionId)?.session.userId !== userId) yield `${userId} is only a voice`;
    const channel = state.channels.get(channelId);
    if (channel?.kind !== "voice") yield `${sessionId} is in no voice channel`;
    else if (!viewsNow(state, channel, actorOf(state, userId))) yield `${sessionId} hears too much`;
  }
  for (const [sessionId, { userId, commands }] of state.slashes) {
    const owner = state.sessions.get(sessionId)?.session.userId;
    if (owner !== userId || commands.length === 0) yield `${sessionId} offers commands of nobody`;
  }
  for (const [place, { messageId, userIds }] of state.readers) {
    const newest = state.rings.get(place)?.entries.at(-1)?.messageId;
    if (newest !== messageId) yield `${messageId} is read as the newest of ${place}`;
    for (const userId of userIds.keys()) {
      if (!state.people.has(userId)) yield `nobody has read ${place}`;
    }
  }
  for (const userId of state.pushes.values()) {
    if (!state.people.has(userId)) yield "a subscription is nobody's";
  }
}

const checks: readonly Check[] = [
  people,
  identities,
  sessions,
  phases,
  bans,
  channels,
  threads,
  polls,
  messages,
  gatherings,
  fileViolations,
];
