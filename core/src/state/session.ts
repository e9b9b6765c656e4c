/** Sessions in the state: their indices, and how far those that ended lately had come. */
import {
  type AddressTag,
  type GatewayId,
  type Session,
  type SessionId,
  samePlace,
  type UserId,
} from "@dragoman/bus-schema";
import { graceKey, sessionsOf } from "./find.ts";
import {
  knownAddressesMax,
  type LiveSession,
  type Seen,
  type State,
  seenMax,
  seenMs,
} from "./shape.ts";

/** Enters a session under its person and its gateway. */
export function enterSession(state: State, live: LiveSession): void {
  const { sessionId, userId, gatewayId, keyTag } = live.session;
  state.sessions.set(sessionId, live);
  state.away.delete(userId);
  if (keyTag !== undefined) state.keyTags.set(keyTag, sessionId);
  add<UserId>(state.sessionsOf, userId, sessionId);
  add<GatewayId>(state.sessionsAt, gatewayId, sessionId);
}

/** Remembers that a person was in from an address. */
export function rememberAddress(state: State, userId: UserId, tag: AddressTag): void {
  const others = (state.knownAddresses.get(userId) ?? []).filter((known) => known !== tag);
  state.knownAddresses.set(userId, [...others, tag].slice(-knownAddressesMax));
}

/** Lets a session whose connection is lost stay until a time. `graceMs`: how long that is from its loss on. */
export function giveGrace(state: State, live: LiveSession, untilMs: number, graceMs: number): void {
  const { sessionId } = live.session;
  state.sessions.set(sessionId, { ...live, droppedUntilMs: untilMs, graceMs });
  const key = graceKey(sessionId);
  state.timers.set(key, { dueMs: untilMs, key, body: { type: "session.expire", sessionId } });
}

/** A leader has begun: while there was none nobody could come back, so every grace begins anew. */
export function renewGrace(state: State, at: number): void {
  for (const live of state.sessions.values()) {
    const { droppedUntilMs, graceMs = 0 } = live;
    if (droppedUntilMs === null || droppedUntilMs >= at + graceMs) continue;
    giveGrace(state, live, at + graceMs, graceMs);
  }
}

/** Forgets a session, its grace and its key. */
export function forgetSession(state: State, session: Session): void {
  const { sessionId, userId, gatewayId } = session;
  state.sessions.delete(sessionId);
  drop<UserId>(state.sessionsOf, userId, sessionId);
  drop<GatewayId>(state.sessionsAt, gatewayId, sessionId);
  state.timers.delete(graceKey(sessionId));
  if (session.keyTag !== undefined) state.keyTags.delete(session.keyTag);
}

/** Remembers how far a session was sent the messages of its place; unknown, at least from where it began. */
export function keepSeen(
  state: State,
  live: LiveSession,
  seen: number | undefined,
  at: number,
): void {
  const { userId, place } = live.session;
  const number = seen ?? live.since;
  if (place === undefined || number === undefined) return;
  // A journal that went back may have left a gateway with a higher one.
  const upTo = Math.min(number, state.lastMessageNumber);
  const known = (state.seen.get(userId) ?? []).filter((one) => at - one.at < seenMs);
  state.seen.set(userId, [...known, { place, number: upTo, at }].slice(-seenMax));
}

/** Remembers up to which message whoever has lost the last connection had been sent everything. */
export function keepAway(state: State, userId: UserId, seen: number | undefined): void {
  if (state.away.has(userId)) return;
  const isHere = sessionsOf(state, userId).some(({ droppedUntilMs }) => droppedUntilMs === null);
  if (isHere) return;
  state.away.set(userId, Math.min(seen ?? state.lastMessageNumber, state.lastMessageNumber));
}

/** Whether a session that ended stood where this one stands. */
export function stoodIn(seen: Seen, session: Session): boolean {
  return session.place !== undefined && samePlace(seen.place, session.place);
}

/** Takes out the ended session that a return takes up. */
export function takeSeen(state: State, session: Session, since: number, at: number): void {
  const { userId } = session;
  const known = (state.seen.get(userId) ?? []).filter((one) => at - one.at < seenMs);
  const index = known.findIndex((one) => stoodIn(one, session) && one.number === since);
  const left = known.filter((_, other) => other !== index);
  if (left.length === 0) state.seen.delete(userId);
  else state.seen.set(userId, left);
}

function add<K>(index: Map<K, Set<SessionId>>, key: K, sessionId: SessionId): void {
  const ids = index.get(key);
  if (ids === undefined) index.set(key, new Set([sessionId]));
  else ids.add(sessionId);
}

function drop<K>(index: Map<K, Set<SessionId>>, key: K, sessionId: SessionId): void {
  const ids = index.get(key);
  ids?.delete(sessionId);
  if (ids?.size === 0) index.delete(key);
}
