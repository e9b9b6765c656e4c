/** Admitting a session: who comes in, on whose proof, past which bans, and where they stand. */
import {
  type Actor,
  type AddressTag,
  type ChannelId,
  type CommandOf,
  type Event,
  type EventOf,
  gatewayKind,
  missedMax,
  type Place,
  type Result,
  rolesOf,
  type Session,
  type User,
  type UserId,
  type UserNumber,
} from "@dragoman/bus-schema";
import { banAt } from "../../state/ban.ts";
import { banOf, placeKey, sessionsOf, silenceOf, viewsNow } from "../../state/find.ts";
import { rolesByInvite } from "../../state/invite.ts";
import { registrationRefusal } from "../../state/registration.ts";
import { stoodIn } from "../../state/session.ts";
import { type LiveSession, type Reading, type State, sessionsMax } from "../../state/shape.ts";
import { isGoodToken } from "../../state/token.ts";
import type { Decision, VerifiedTicket } from "../contract.ts";
import { bannedBy, notPermitted } from "../guard.ts";
import { type Comer, comerByIdentity } from "../link.ts";
import { checkFree } from "../name.ts";
import { entryRefusal } from "../phase.ts";
import { accept, type DecisionContext, type NewcomerAsker, refuse } from "../row.ts";
import { newUser } from "../user.ts";
import { abandonedChannelEvents, placeFor } from "./place.ts";
import { sessionEndEvents } from "./presence.ts";

type Entering = DecisionContext<NewcomerAsker>;

/** Decides `session.open` (docs/journal.md 3.4). Whoever comes back takes up the place and the grace of before. */
export function open(context: Entering, body: CommandOf<"session.open">): Decision {
  const ticket = context.inputs.lookups.ticket ?? null;
  const { protocol } = body;
  if (
    ticket === null ||
    ticket.protocol !== protocol ||
    gatewayKind(context.asker.gatewayId) !== protocol ||
    ticket.expiresAtMs <= context.nowMs
  ) {
    return refuse({ code: "bad_login", why: "bad_token" });
  }
  const comer = comerOf(context, ticket);
  if (!comer.ok) return comer;
  const { user, joined } = comer.value;
  const ban =
    banOf(context.state, user.userId, context.nowMs) ??
    banAt(context.state, ticket.addressTag, context.nowMs);
  if (ban !== undefined) return refuse(bannedBy(ban));
  const shut = entryRefusal(context, protocol, user, isNew(joined));
  if (shut !== undefined) return refuse(shut);
  const present = sessionsOf(context.state, user.userId);
  const full = overCap(context, present, ticket);
  if (full !== null) return full;
  const returning = present.filter(
    (live) => live.droppedUntilMs !== null && live.session.protocol === body.protocol,
  );
  const elsewhere = present.filter(
    ({ droppedUntilMs, session }) =>
      droppedUntilMs === null &&
      session.protocol === body.protocol &&
      session.gatewayId !== context.asker.gatewayId,
  );
  const former = [...returning, ...elsewhere.reverse()];
  const session = newSession(context, user, body, ticket, former);
  if (!session.ok) return session;
  return accept(
    ...expiredBanEvents(context, user.userId),
    ...joined,
    ...silencedBySite(context, user.userId, ticket),
    {
      type: "session.opened",
      session: session.value,
      addressTag: ticket.addressTag,
      ...(body.client === undefined ? {} : { client: body.client }),
      ...tokenOf(ticket),
      ...sinceOf(context, session.value, ticket),
      ...missedBy(context, session.value.userId, ticket, present),
    },
    ...(present.length === 0 ? [{ type: "presence.began" as const, userId: user.userId }] : []),
    ...returning.flatMap((live): readonly Event[] => [
      ...sessionEndEvents(context.state, live.session.sessionId),
      { type: "session.closed", session: live.session, why: "resumed" },
    ]),
    ...abandonedChannelEvents(context.state, returning, session.value),
  );
}

const isNew = (joined: readonly Event[]): boolean =>
  joined.some(({ type }) => type === "user.joined");

function comerOf(context: Entering, ticket: VerifiedTicket): Result<Comer> {
  const { account } = ticket;
  if (account.kind === "new") return registering(context, account, ticket.addressTag);
  if (account.kind === "outside") return comerByIdentity(context, account, ticket.addressTag);
  const person = context.state.people.get(account.userId);
  if (person === undefined || person.departed) {
    return refuse({ code: "bad_login", why: "unknown_user" });
  }
  const { tokenId } = account;
  if (tokenId !== undefined && !isGoodToken(person, tokenId, context.nowMs)) {
    return refuse({ code: "bad_login", why: "bad_token" });
  }
  const mustMatch = ticket.provider === "token" || account.epoch !== undefined;
  if (mustMatch && account.epoch !== person.epoch) {
    return refuse({ code: "bad_login", why: "bad_token" });
  }
  return { ok: true, value: { user: person.user, joined: [] } };
}

/** Whoever makes an account: as far as that is open, or by an invite, which is in no other's way. */
function registering(
  context: Entering,
  { name, credentialId, inviteId }: Extract<VerifiedTicket["account"], { kind: "new" }>,
  addressTag: AddressTag,
): Result<Comer> {
  const { state, nowMs, inputs } = context;
  const given = inviteId === undefined ? undefined : rolesByInvite(state, inviteId, nowMs);
  if (given?.ok === false) return given;
  if (given === undefined && !inputs.allowRegistration) {
    return refuse({ code: "bad_login", why: "registration_disabled" });
  }
  const tooMany =
    given === undefined ? registrationRefusal(state, addressTag, nowMs, inputs.limits) : undefined;
  if (tooMany !== undefined) return refuse(tooMany);
  const wrong = checkFree(context, name);
  if (wrong !== null) return refuse(wrong);
  const user = newUser(context, name, given?.value ?? [], false);
  const how = inviteId === undefined ? { addressTag } : { inviteId };
  return {
    ok: true,
    value: { user, joined: [{ type: "user.joined", user, credentialId, ...how }] },
  };
}

/** `moderation.unbanned` where the ban has just expired: it is lifted before the person comes in; else none. */
function expiredBanEvents(context: Entering, userId: UserId): Event[] {
  return context.state.bans.get(userId)?.kind === "ban"
    ? [{ type: "moderation.unbanned", userId, byId: null }]
    : [];
}

function overCap(
  context: Entering,
  present: readonly LiveSession[],
  { protocol, traits }: VerifiedTicket,
): Decision | null {
  const { sessionsPerPerson } = context.inputs.limits;
  const live = present.filter(({ droppedUntilMs }) => droppedUntilMs === null);
  const max = Math.min(sessionsPerPerson, sessionsMax);
  if (live.length >= max) return refuse({ code: "limit_reached", what: "sessions", max });
  const { sessionsMax: ownMax } = traits;
  const own = live.filter(({ session }) => session.protocol === protocol).length;
  return ownMax !== undefined && own >= ownMax
    ? refuse({ code: "limit_reached", what: "sessions", max: ownMax })
    : null;
}

function newSession(
  context: Entering,
  user: User,
  { keyTag }: CommandOf<"session.open">,
  { account, protocol, traits }: VerifiedTicket,
  former: readonly LiveSession[],
): Result<Session> {
  const { sessionId, gatewayId } = context.asker;
  if (keyTag !== undefined && context.state.keyTags.has(keyTag)) {
    return refuse({ code: "not_authenticated" });
  }
  const session: Session = {
    sessionId,
    userId: user.userId,
    gatewayId,
    protocol,
    traits: { stands: traits.stands, flood: traits.flood },
    ...(keyTag === undefined ? {} : { keyTag }),
  };
  if (traits.stands === "everywhere") return { ok: true, value: session };
  const actor = { userId: user.userId, roles: rolesOf(user.roleIds, context.state.roles) };
  const place = formerPlace(context.state, actor, former) ?? placeFor(context.state, actor);
  if (place === undefined) return notPermitted("view");
  const number = account.kind === "new" ? undefined : account.number;
  const alias =
    number === undefined || number === user.number ? {} : { alias: number as UserNumber };
  return { ok: true, value: { ...session, ...alias, place } };
}

/**
 * Where a lost session stood that comes back. One at another gateway may be lost as well: a gateway that was killed, as
 * with a whole house, has told nobody.
 */
function formerPlace(
  state: Reading<State>,
  actor: Actor,
  former: readonly LiveSession[],
): Place | undefined {
  for (const { session } of former) {
    const { place } = session;
    const channel = place && state.channels.get(place.channelId);
    if (channel !== undefined && viewsNow(state, channel, actor)) return place;
  }
  return undefined;
}

/** The login token that somebody came by. */
function tokenOf({ account }: VerifiedTicket): Pick<EventOf<"session.opened">, "tokenId"> {
  const tokenId = account.kind === "user" ? account.tokenId : undefined;
  return tokenId === undefined ? {} : { tokenId };
}

/** What the site says of somebody's silence is taken on; what it lifts is not. */
function silencedBySite(context: Entering, userId: UserId, { account }: VerifiedTicket): Event[] {
  if (account.kind !== "outside" || account.silencedUntilMs === undefined) return [];
  const untilMs = account.silencedUntilMs;
  const present = silenceOf(context.state, userId, context.nowMs);
  const isLonger = present !== undefined && (present.untilMs ?? Infinity) >= untilMs;
  if (isLonger || untilMs <= context.nowMs) return [];
  const lengthMs = untilMs - context.nowMs;
  return [{ type: "moderation.silenced", userId, byId: null, reason: "", untilMs, lengthMs }];
}

/** Where the person's oldest session to end lately had come to, if it stood in this place. */
function sinceOf(
  context: Entering,
  session: Session,
  { traits: { returnMs } }: VerifiedTicket,
): { readonly since?: number } {
  const seen = context.state.seen
    .get(session.userId)
    ?.find((one) => stoodIn(one, session) && context.nowMs - one.at <= returnMs);
  return seen === undefined ? {} : { since: seen.number };
}

/** The whispers to somebody who was nowhere, for a session that is told of them (`toldMissedWhispers`). */
function missedBy(
  { state }: Entering,
  userId: UserId,
  { traits }: VerifiedTicket,
  present: readonly LiveSession[],
): Pick<EventOf<"session.opened">, "missed"> {
  const isBack = present.every(({ droppedUntilMs }) => droppedUntilMs !== null);
  if (!traits.toldMissedWhispers || !isBack) return {};
  const above = state.away.get(userId) ?? 0;
  const found: { readonly channelId: ChannelId; readonly number: number }[] = [];
  for (const { channelId, peopleIds } of state.channels.values()) {
    if (peopleIds?.includes(userId) !== true) continue;
    const number = state.rings.get(placeKey({ channelId }))?.entries.at(-1)?.number ?? 0;
    if (number > above) found.push({ channelId, number });
  }
  if (found.length === 0) return {};
  const newest = found.sort((a, b) => a.number - b.number).slice(-missedMax);
  return { missed: { above, channelIds: newest.map(({ channelId }) => channelId) } };
}
