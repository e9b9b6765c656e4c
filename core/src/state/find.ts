/** Looking things up in the state: people by what was typed, channels by name, who acts with which roles. */
import {
  type Actor,
  type AddressTag,
  type Channel,
  type ChannelId,
  type CredentialId,
  type GatewayId,
  type MessageId,
  type Place,
  type PollId,
  type Protocol,
  type Provider,
  type Role,
  type RoleId,
  rolesOf,
  type SessionId,
  type UserId,
  views,
} from "@dragoman/bus-schema";
import { nicknameKey } from "./likeness.ts";
import type { Ban, Fact, LiveSession, Person, Reading, Silenced, State, Timer } from "./shape.ts";

/** One string for a place. */
export function placeKey(place: Place): string {
  return place.threadId === undefined ? place.channelId : `${place.channelId}/${place.threadId}`;
}

/** Whether a message of a place stands in another, which without a thread is the whole channel. */
export function standsIn(place: Place, asked: Place): boolean {
  return (
    place.channelId === asked.channelId &&
    (asked.threadId === undefined || asked.threadId === place.threadId)
  );
}

/** One string for two people, whoever is named first. */
export function pairKey(a: UserId, b: UserId): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}

/** Names of the timers in the state. */
export function graceKey(sessionId: SessionId): string {
  return `grace.${sessionId}`;
}
export function banKey(userId: UserId): string {
  return `ban.${userId}`;
}
export function pollKey(pollId: PollId): string {
  return `poll.${pollId}`;
}
export function phaseKey(protocol: Protocol): string {
  return `phase.${protocol}`;
}
export function silenceKey(userId: UserId): string {
  return `silence.${userId}`;
}

export function roleByName(state: Reading<State>, name: string): Role | undefined {
  for (const role of state.roles.values()) if (role.name === name) return role;
  return undefined;
}

/** A role by id, else by name. */
export function roleByRef(state: Reading<State>, given: string): Role | undefined {
  return state.roles.get(given as RoleId) ?? roleByName(state, given);
}

/** The account name in the original's long form, which clients and imports still write. */
const longForm = /^usr:local_/;

/**
 * An account by what was typed: user number, else name or handle (whatever the case, also as `USR:local_<name>`),
 * else id. Departed and banned people are found too.
 */
export function personByRef(state: Reading<State>, given: string): Person | undefined {
  const found = recordByRef(state, given);
  return found === undefined ? undefined : followed(state, found.user.userId);
}

/** As `personByRef`, but an account that became part of another is found as it was. */
export function recordByRef(state: Reading<State>, given: string): Person | undefined {
  const name = given.trim().toLowerCase().replace(longForm, "");
  const numbered = /^[0-9]{1,16}$/.test(name) ? state.numbers.get(Number(name)) : undefined;
  const found = numbered ?? state.names.get(name);
  if (found !== undefined) return state.people.get(found);
  return state.people.get(given as UserId);
}

/** The account of an id; of one that was merged, the one that it became part of. */
export function followed(state: Reading<State>, userId: UserId): Person | undefined {
  const person = state.people.get(userId);
  return person?.mergedInto === undefined ? person : state.people.get(person.mergedInto);
}

/** Whether an account is a person's: their own, or one that became part of it. */
export function isOf(state: Reading<State>, accountId: UserId, userId: UserId): boolean {
  return accountId === userId || state.people.get(accountId)?.mergedInto === userId;
}

/** The accounts of a person that have a password: their own, and those that became part of it. */
export function credentialHolders(state: Reading<State>, userId: UserId): readonly Person[] {
  const own = state.people.get(userId);
  const all = own === undefined ? [] : [own, ...mergedInto(state, userId)];
  return all.filter(({ credentialId }) => credentialId !== undefined);
}

/** The accounts that became part of another, the oldest first. */
export function mergedInto(state: Reading<State>, userId: UserId): readonly Person[] {
  return [...state.people.holding(userId)]
    .flatMap(([, person]) => (person.mergedInto === userId ? [person] : []))
    .sort((one, other) => one.user.number - other.user.number);
}

/** The accounts of the person whom an id is of, the remaining one first; of any other id that id alone. */
export function accountsOf(state: Reading<State>, id: string): readonly string[] {
  const own = followed(state, id as UserId);
  if (own === undefined) return [id];
  return [own, ...mergedInto(state, own.user.userId)].map(({ user }) => user.userId);
}

/** Everybody who has a role, departed people included; in no order. */
export function* holdersOf(state: Reading<State>, roleId: RoleId): Generator<Person> {
  for (const [, person] of state.people.holding(roleId)) {
    if (person.user.roleIds.includes(roleId)) yield person;
  }
}

/** Whether a person was in from an address before, as far back as that is remembered. */
export function isKnownAddress(state: Reading<State>, userId: UserId, tag: AddressTag): boolean {
  return state.knownAddresses.get(userId)?.includes(tag) === true;
}

/** One string for an identity. */
export function identityKey(provider: Provider, id: string): string {
  return `${provider} ${id}`;
}

export function personByIdentity(
  state: Reading<State>,
  provider: Provider,
  id: string,
): Person | undefined {
  const userId = state.identities.get(identityKey(provider, id));
  return userId === undefined ? undefined : state.people.get(userId);
}

/** A person as `personByRef` has it, else by a nickname. */
export function personCalled(state: Reading<State>, given: string): Person | undefined {
  const found = personByRef(state, given);
  if (found !== undefined) return found;
  const key = nicknameKey(given);
  const nicknamed = state.people.get(state.nicknames.get(key) ?? ("" as UserId));
  const { nickname } = nicknamed?.user ?? {};
  return nickname !== undefined && nicknameKey(nickname) === key ? nicknamed : undefined;
}

/**
 * A channel by id, slug or name, whatever the case; whispers are never found. The slug of one may be the name of
 * another: whoever means names looks them up before (bridge table, text channel).
 */
export function channelByRef(state: Reading<State>, given: string): Channel | undefined {
  const byId = state.channels.get(given as Channel["channelId"]);
  const lower = given.trim().toLowerCase();
  const named = state.channelSlugs.get(lower) ?? state.channelNames.get(lower);
  const channel = byId ?? (named === undefined ? undefined : state.channels.get(named));
  return channel?.kind === "whisper" ? undefined : channel;
}

/** The `passwordId` that a person was admitted to a channel by; undefined: not admitted. */
export function admissionOf(
  state: Reading<State>,
  channelId: ChannelId,
  userId: UserId,
): CredentialId | undefined {
  return state.admissions.get(channelId)?.get(userId);
}

/** Whether somebody may read a channel as things stand. */
export function viewsNow(state: Reading<State>, channel: Channel, actor: Actor): boolean {
  return views(channel, actor, admissionOf(state, channel.channelId, actor.userId));
}

/** A person with roles, for the rules of `bus-schema/permission.ts`. Whoever has departed has none. */
export function actorOf(state: Reading<State>, userId: UserId): Actor {
  const person = state.people.get(userId);
  const roleIds = person === undefined || person.departed ? [] : person.user.roleIds;
  return { userId, roles: rolesOf(roleIds, state.roles) };
}

/** Who acts behind a session of a gateway, or null: there is none, or it is another gateway's. */
export function actorOfSession(
  state: Reading<State>,
  sessionId: SessionId,
  gatewayId: GatewayId,
): Actor | null {
  const live = state.sessions.get(sessionId);
  return live?.session.gatewayId === gatewayId ? actorOf(state, live.session.userId) : null;
}

/** A person's sessions on both protocols, dropped ones included. */
export function sessionsOf(state: Reading<State>, userId: UserId): readonly LiveSession[] {
  return liveSessions(state, state.sessionsOf.get(userId));
}

/** A gateway's sessions, dropped ones included. */
export function sessionsAt(state: Reading<State>, gatewayId: GatewayId): readonly LiveSession[] {
  return liveSessions(state, state.sessionsAt.get(gatewayId));
}

function liveSessions(
  state: Reading<State>,
  ids: ReadonlySet<SessionId> | undefined,
): readonly LiveSession[] {
  const found: LiveSession[] = [];
  for (const id of ids ?? []) {
    const live = state.sessions.get(id);
    if (live !== undefined) found.push(live);
  }
  return found;
}

/** The ban, or the kick that still runs, that keeps a person out at a time; undefined: none. */
export function banOf(state: Reading<State>, userId: UserId, nowMs: number): Ban | undefined {
  const ban = state.bans.get(userId);
  if (ban === undefined || (ban.untilMs !== null && ban.untilMs <= nowMs)) return undefined;
  return ban;
}

/** The silence that a person is under at a time; undefined: none. */
export function silenceOf(
  state: Reading<State>,
  userId: UserId,
  nowMs: number,
): Silenced | undefined {
  const found = state.silences.get(userId);
  return found !== undefined && (found.untilMs === null || found.untilMs > nowMs)
    ? found
    : undefined;
}

/** Everybody who is kept out at a time, for `moderation.bans`. */
export function bansAt(state: Reading<State>, nowMs: number): readonly Ban[] {
  return [...state.bans.values()].filter((ban) => ban.untilMs === null || ban.untilMs > nowMs);
}

/** The last known of a message, by id or decimal number. Undefined: the state does not remember it. */
export function factOf(state: Reading<State>, ref: string): Fact | undefined {
  const byId = state.recent.get(ref as MessageId);
  if (byId !== undefined || !/^[0-9]{1,16}$/.test(ref)) return byId;
  const id = state.recentNumbers.get(Number(ref));
  return id === undefined ? undefined : state.recent.get(id);
}

/** The commands that will be due, with their times: ends of grace, of bans, of silences, of polls and of uploads. */
export function timers(state: Reading<State>): readonly Timer[] {
  return [...state.timers.values()];
}
