/** Signed-in connections: admitting, moving, losing and ending them; and gateways that are gone. */
import {
  type Actor,
  type AddressTag,
  allows,
  type Channel,
  type CommandOf,
  type Event,
  type GatewayId,
  isOpenTo,
  type Place,
  type Result,
  rankOf,
  rolesOf,
  type Session,
  type SessionId,
  sees,
  type User,
  type UserId,
  type UserNumber,
} from "@dragoman/bus-schema";
import {
  admissionOf,
  banOf,
  channelByRef,
  graceKey,
  sessionsAt,
  sessionsOf,
  silenceOf,
  viewsNow,
} from "../state/find.ts";
import { placeOfThread, threadByRef } from "../state/place.ts";
import {
  type LiveSession,
  originMs,
  type Reading,
  type Seen,
  type State,
  seenMax,
  seenMs,
  sessionsMax,
} from "../state/shape.ts";
import type { BodyOf, Decision, Need, VerifiedTicket } from "./contract.ts";
import { bannedBy, notPermitted } from "./guard.ts";
import { type Comer, comerByIdentity } from "./link.ts";
import { nameTaken } from "./name.ts";
import { type ClosedWhy, closed, closedAll, endings } from "./presence.ts";
import {
  accept,
  type CommandRows,
  type CoreAsker,
  type EventRows,
  type NewcomerAsker,
  refuse,
  type SessionAsker,
  type Turn,
} from "./row.ts";
import { readOnLeaving } from "./unread.ts";
import { newUser } from "./user.ts";
import { abandoned, left, moved, placeFor, placeOfSession, standingAt } from "./whereabouts.ts";

type Entering = Turn<NewcomerAsker>;

/** How long a flood keeps somebody out (Sock Chat reference, section 7). */
const floodMs = 30_000;
/** How long to wait before asking again where a password was changed meanwhile. */
const busyMs = 100;
/** Sessions that one `gateway.lost` closes, so that its commit stays below `commitBytesMax`. */
export const closedAtOnceMax = 80;

function open(turn: Entering, body: CommandOf<"session.open">): Decision {
  const ticket = turn.context.lookups.ticket ?? null;
  if (ticket === null || ticket.protocol !== body.protocol || ticket.expiresAtMs <= turn.nowMs) {
    return refuse({ code: "bad_login", why: "bad_token" });
  }
  const comer = comerOf(turn, ticket);
  if (!comer.ok) return comer;
  const { user, joined } = comer.value;
  const ban = banOf(turn.state, user.userId, turn.nowMs) ?? banAt(turn, ticket.addressTag);
  if (ban !== undefined) return refuse(bannedBy(ban));
  const present = sessionsOf(turn.state, user.userId);
  const full = overCap(turn, present, body.protocol);
  if (full !== null) return full;
  const returning = present.filter(
    (live) => live.droppedUntilMs !== null && live.session.protocol === body.protocol,
  );
  const session = newSession(turn, user, body, ticket, returning);
  if (!session.ok) return session;
  return accept(
    ...lapsed(turn, user.userId),
    ...joined,
    ...silencedBySite(turn, user.userId, ticket),
    {
      type: "session.opened",
      session: session.value,
      addressTag: ticket.addressTag,
      ...sinceOf(turn, session.value),
    },
    ...(present.length === 0 ? [{ type: "presence.began" as const, userId: user.userId }] : []),
    ...returning.flatMap((live): readonly Event[] => [
      ...endings(turn.state, live.session.sessionId),
      { type: "session.closed", session: live.session, why: "resumed" },
    ]),
    ...abandoned(turn.state, returning, session.value),
  );
}

function comerOf(turn: Entering, ticket: VerifiedTicket): Result<Comer> {
  const { account } = ticket;
  if (account.kind === "new") {
    if (!turn.context.allowRegistration) {
      return refuse({ code: "bad_login", why: "registration_disabled" });
    }
    if (nameTaken(turn.state, account.name)) return refuse({ code: "bad_login", why: "taken" });
    const user = newUser(turn, account.name, [], false);
    const { credentialId } = account;
    return { ok: true, value: { user, joined: [{ type: "user.joined", user, credentialId }] } };
  }
  if (account.kind === "outside") return comerByIdentity(turn, account);
  const person = turn.state.people.get(account.userId);
  if (person === undefined || person.departed) {
    return refuse({ code: "bad_login", why: "unknown_user" });
  }
  if (ticket.provider === "token" && account.epoch !== person.epoch) {
    return refuse({ code: "bad_login", why: "bad_token" });
  }
  return { ok: true, value: { user: person.user, joined: [] } };
}

/** A ban that was put on an address as well. */
function banAt(turn: Entering, addressTag: AddressTag) {
  for (const ban of turn.state.bans.values()) {
    const runs = ban.untilMs === null || ban.untilMs > turn.nowMs;
    if (runs && ban.addressTags.includes(addressTag)) return ban;
  }
  return undefined;
}

/** A ban that ran out this very moment is lifted before its owner comes in. */
function lapsed(turn: Entering, userId: UserId): Event[] {
  return turn.state.bans.get(userId)?.kind === "ban"
    ? [{ type: "moderation.unbanned", userId, byId: null }]
    : [];
}

function overCap(
  turn: Entering,
  present: readonly LiveSession[],
  protocol: Session["protocol"],
): Decision | null {
  const { sessionsPerPerson, sockchatSessionsPerPerson } = turn.context.limits;
  const live = present.filter(({ droppedUntilMs }) => droppedUntilMs === null);
  const max = Math.min(sessionsPerPerson, sessionsMax);
  if (live.length >= max) return refuse({ code: "limit_reached", what: "sessions", max });
  const sockchat = live.filter(({ session }) => session.protocol === "sockchat").length;
  return protocol === "sockchat" && sockchat >= sockchatSessionsPerPerson
    ? refuse({ code: "limit_reached", what: "sessions", max: sockchatSessionsPerPerson })
    : null;
}

function newSession(
  turn: Entering,
  user: User,
  { keyTag }: CommandOf<"session.open">,
  { account, protocol }: VerifiedTicket,
  returning: readonly LiveSession[],
): Result<Session> {
  const { sessionId, gatewayId } = turn.asker;
  if (keyTag !== undefined && turn.state.keyTags.has(keyTag)) {
    return refuse({ code: "not_authenticated" });
  }
  const session: Session = {
    sessionId,
    userId: user.userId,
    gatewayId,
    protocol,
    ...(keyTag === undefined ? {} : { keyTag }),
  };
  if (protocol === "originchats") return { ok: true, value: session };
  const actor = { userId: user.userId, roles: rolesOf(user.roleIds, turn.state.roles) };
  const place = formerPlace(turn.state, actor, returning) ?? freshPlace(turn.state, actor);
  if (place === undefined) return notPermitted("view");
  const number = account.kind === "new" ? undefined : account.number;
  const alias =
    number === undefined || number === user.number ? {} : { alias: number as UserNumber };
  return { ok: true, value: standingAt({ ...session, ...alias }, place) };
}

/** Where a lost session stood that comes back. */
function formerPlace(
  state: Reading<State>,
  actor: Actor,
  returning: readonly LiveSession[],
): Place | undefined {
  for (const { session } of returning) {
    const place = placeOfSession(session);
    const channel = place && state.channels.get(place.channelId);
    if (channel !== undefined && viewsNow(state, channel, actor)) return place;
  }
  return undefined;
}

function freshPlace(state: Reading<State>, actor: Actor): Place | undefined {
  const channelId = placeFor(state, actor);
  return channelId === undefined ? undefined : { channelId };
}

/** What the site says of somebody's silence is taken on; what it lifts is not. */
function silencedBySite(turn: Entering, userId: UserId, { account }: VerifiedTicket): Event[] {
  if (account.kind !== "outside" || account.silencedUntilMs === undefined) return [];
  const untilMs = account.silencedUntilMs;
  const present = silenceOf(turn.state, userId, turn.nowMs);
  const isLonger = present !== undefined && (present.untilMs ?? Infinity) >= untilMs;
  if (isLonger || untilMs <= turn.nowMs) return [];
  const lengthMs = untilMs - turn.nowMs;
  return [{ type: "moderation.silenced", userId, byId: null, reason: "", untilMs, lengthMs }];
}

/** Where the person's oldest session to end lately had come to, if it stood in this place. */
function sinceOf(turn: Entering, session: Session): { readonly since?: number } {
  const seen = turn.state.seen
    .get(session.userId)
    ?.find((one) => stoodIn(one, session) && turn.nowMs - one.at <= turn.context.returnMs);
  return seen === undefined ? {} : { since: seen.number };
}

/** The password that was typed, where one is needed. Busy: it was changed while it was looked up. */
function checkPassword(
  turn: Turn<SessionAsker>,
  channel: Channel,
  password: string | undefined,
): Decision | null {
  const { actor } = turn.asker;
  if (isOpenTo(channel, actor, admissionOf(turn.state, channel.channelId, actor.userId))) {
    return null;
  }
  if (password === undefined) return refuse({ code: "wrong_password", given: false });
  const { passwordId } = channel;
  const isRight = passwordId && turn.context.lookups.passwords?.get(passwordId);
  if (isRight === undefined) return refuse({ code: "busy", waitMs: busyMs });
  return isRight ? null : refuse({ code: "wrong_password", given: true });
}

/** The event of a person's admission to a channel that it needs the password of. */
function admitted(turn: Turn<SessionAsker>, channel: Channel): Event[] {
  const { actor } = turn.asker;
  const { userId } = actor;
  const { channelId, passwordId } = channel;
  const isOpen = isOpenTo(channel, actor, admissionOf(turn.state, channelId, userId));
  return passwordId === undefined || isOpen
    ? []
    : [{ type: "channel.admitted", channelId, userId, passwordId }];
}

/** An OriginChats session stands nowhere: it is admitted (bridge table, password channel). */
function enter(turn: Turn<SessionAsker>, body: CommandOf<"session.move">): Decision {
  const channel = channelByRef(turn.state, body.channel);
  if (channel === undefined || !sees(channel, turn.asker.actor)) {
    return refuse({ code: "not_found", what: "channel", given: body.channel });
  }
  return checkPassword(turn, channel, body.password) ?? accept(...admitted(turn, channel));
}

/** Sock Chat reference 5.2, in the order of the original's tests: unknown, present, password, rank. */
function move(turn: Turn<SessionAsker>, body: CommandOf<"session.move">): Decision {
  const { actor, live } = turn.asker;
  const { session } = live;
  if (session.place === undefined) return enter(turn, body);
  const room = roomByRef(turn.state, body.channel);
  if (room === undefined || !allows(room.channel, "view", actor)) {
    return refuse({ code: "not_found", what: "channel", given: body.channel });
  }
  const { channel, to } = room;
  if (to.channelId === session.place && to.threadId === session.threadId) {
    return refuse({ code: "already_exists", what: "channel", given: body.channel });
  }
  const locked = checkPassword(turn, channel, body.password);
  if (locked !== null) return locked;
  if (rankOf(actor) < channel.minRank) return notPermitted("rank");
  return accept(
    ...admitted(turn, channel),
    ...readOnLeaving(turn.state, session),
    moved(session, to),
    ...left(turn.state, live, standingAt(session, to)),
  );
}

/** A text channel or an open thread, with the channel whose rights and password count there. */
function roomByRef(
  state: Reading<State>,
  given: string,
): { readonly channel: Channel; readonly to: Place } | undefined {
  const named = channelByRef(state, given);
  if (named?.kind === "text") return { channel: named, to: { channelId: named.channelId } };
  const thread = named === undefined ? threadByRef(state, given) : undefined;
  if (thread === undefined) return undefined;
  const forum = state.channels.get(thread.channelId);
  return forum?.kind === "forum" ? { channel: forum, to: placeOfThread(thread) } : undefined;
}

function moveNeeds(
  state: Reading<State>,
  { channel: given, password }: CommandOf<"session.move">,
): readonly Need[] {
  const channel = roomByRef(state, given)?.channel ?? channelByRef(state, given);
  if (channel?.passwordId === undefined || password === undefined) return [];
  const { channelId, passwordId } = channel;
  return [{ kind: "password", channelId, passwordId, password }];
}

function close(turn: Turn<SessionAsker>, { why, seen }: CommandOf<"session.close">): Decision {
  const { live } = turn.asker;
  const { graceMs } = turn.context;
  const upTo = seen === undefined ? {} : { seen };
  const isGone = live.droppedUntilMs !== null;
  const read = isGone || seen === undefined ? [] : readOnLeaving(turn.state, live.session, seen);
  if (why !== "lost" || graceMs === 0) {
    const events = closed(turn.state, [live], why === "lost" ? "leave" : why);
    return accept(
      ...read,
      ...events.map((event) => (event.type === "session.closed" ? { ...event, ...upTo } : event)),
    );
  }
  if (isGone) return accept();
  const { sessionId } = live.session;
  const untilMs = turn.nowMs + graceMs;
  return accept(...read, { type: "session.dropped", sessionId, untilMs, ...upTo });
}

/** On Sock Chat a flood puts the person out everywhere; on OriginChats it costs the connection. */
function flood(turn: Turn<SessionAsker>): Decision {
  const { live, actor } = turn.asker;
  if (live.session.protocol === "originchats") {
    return accept(...closed(turn.state, [live], "flood"));
  }
  const { userId } = actor;
  return accept(
    {
      type: "moderation.kicked",
      userId,
      byId: null,
      reason: "flood",
      why: "flood",
      untilMs: turn.nowMs + floodMs,
    },
    ...closedAll(turn.state, userId, "flood"),
  );
}

function expire(turn: Turn<CoreAsker>, { sessionId }: BodyOf<"session.expire">): Decision {
  const live = turn.state.sessions.get(sessionId);
  if (live === undefined || live.droppedUntilMs === null) return accept();
  if (live.droppedUntilMs > turn.nowMs) return accept();
  return accept(...closed(turn.state, [live], "leave"));
}

/** As many as one commit holds; what a session leaves behind counts too. */
function fewOf(state: Reading<State>, sessions: readonly LiveSession[]): readonly LiveSession[] {
  let left = closedAtOnceMax;
  return sessions.filter(({ session: { sessionId } }, index) => {
    left -= 1 + (state.voices.has(sessionId) ? 1 : 0) + (state.slashes.has(sessionId) ? 8 : 0);
    return index === 0 || left >= 0;
  });
}

export const sessionCommands: CommandRows<"session" | "gateway"> = {
  "session.open": {
    by: "newcomer",
    needs: (_, { ticket }) => [{ kind: "ticket", ticket }],
    decide: open,
  },
  "session.move": { by: "session", needs: moveNeeds, decide: move },
  "session.close": { by: "session", evenDropped: true, decide: close },
  "session.flood": { by: "session", evenDropped: true, decide: flood },
  "session.expire": { by: "core", decide: expire },
  "gateway.lost": {
    by: "core",
    decide: ({ state }, { gatewayId }) =>
      accept(...closed(state, fewOf(state, sessionsAt(state, gatewayId)), "gateway")),
  },
};

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

function forget(state: State, session: Session): void {
  const { sessionId, userId, gatewayId } = session;
  state.sessions.delete(sessionId);
  drop<UserId>(state.sessionsOf, userId, sessionId);
  drop<GatewayId>(state.sessionsAt, gatewayId, sessionId);
  state.timers.delete(graceKey(sessionId));
  if (session.keyTag !== undefined) state.keyTags.delete(session.keyTag);
}

const putOut: ReadonlySet<ClosedWhy> = new Set<ClosedWhy>(["kick", "ban", "flood", "merged"]);

/** Remembers how far a session was sent the messages of its place; unknown, at least from where it began. */
function keepSeen(state: State, live: LiveSession, seen: number | undefined, at: number): void {
  const { userId, place, threadId } = live.session;
  const number = seen ?? live.since;
  if (place === undefined || number === undefined) return;
  // A journal that went back may have left a gateway with a higher one.
  const upTo = Math.min(number, state.lastMessageNumber);
  const known = (state.seen.get(userId) ?? []).filter((one) => at - one.at < seenMs);
  const left = { place, number: upTo, at, ...(threadId === undefined ? {} : { threadId }) };
  state.seen.set(userId, [...known, left].slice(-seenMax));
}

function stoodIn(seen: Seen, session: Session): boolean {
  return seen.place === session.place && seen.threadId === session.threadId;
}

/** One return takes up where one ended session left. */
function takeSeen(state: State, session: Session, since: number, at: number): void {
  const { userId } = session;
  const known = (state.seen.get(userId) ?? []).filter((one) => at - one.at < seenMs);
  const index = known.findIndex((one) => stoodIn(one, session) && one.number === since);
  const left = known.filter((_, other) => other !== index);
  if (left.length === 0) state.seen.delete(userId);
  else state.seen.set(userId, left);
}

export const sessionEvents: EventRows<"session"> = {
  "session.opened": (state, { session, addressTag, since }, { position }) => {
    const { sessionId, userId, gatewayId } = session;
    const live = { session, addressTag, droppedUntilMs: null };
    state.sessions.set(sessionId, since === undefined ? live : { ...live, since });
    if (since !== undefined) takeSeen(state, session, since, position.at);
    if (session.keyTag !== undefined) state.keyTags.set(session.keyTag, sessionId);
    add<UserId>(state.sessionsOf, userId, sessionId);
    add<GatewayId>(state.sessionsAt, gatewayId, sessionId);
    state.originsOver.delete(sessionId);
  },
  "session.moved": (state, { sessionId, to, toThreadId }) => {
    const live = state.sessions.get(sessionId);
    if (live === undefined) return;
    const { threadId: _, ...rest } = live.session;
    const session = { ...rest, place: to };
    state.sessions.set(sessionId, {
      ...live,
      session: toThreadId === undefined ? session : { ...session, threadId: toThreadId },
    });
  },
  "session.dropped": (state, { sessionId, untilMs, seen }, { position }) => {
    const live = state.sessions.get(sessionId);
    if (live === undefined) return;
    keepSeen(state, live, seen, position.at);
    state.sessions.set(sessionId, { ...live, droppedUntilMs: untilMs });
    const key = graceKey(sessionId);
    state.timers.set(key, { dueMs: untilMs, key, body: { type: "session.expire", sessionId } });
  },
  "session.closed": (state, { session, why, seen }, { position }) => {
    const live = state.sessions.get(session.sessionId);
    if (live !== undefined && live.droppedUntilMs === null) {
      // Whoever is put out was sent all that there was.
      const all = putOut.has(why) ? state.lastMessageNumber : undefined;
      keepSeen(state, live, seen ?? all, position.at);
    }
    forget(state, session);
    if (!state.origins.has(session.sessionId)) return;
    state.originsOver.delete(session.sessionId);
    state.originsOver.set(session.sessionId, position.at + originMs);
  },
};
