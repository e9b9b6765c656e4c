/**
 * Identities: whom other providers (a site, Rotur) know an account as. Whoever comes in by one is found by it,
 * whatever the name; accounts that turn out to be one person's become one.
 */
import {
  type AddressTag,
  type CommandOf,
  type Event,
  holds,
  type Identity,
  type Provider,
  type Result,
  type Role,
  type RoleId,
  type User,
  type UserId,
  type UserNumber,
} from "@dragoman/bus-schema";
import { banOf, identityKey, personByIdentity, roleByName, silenceOf } from "../state/find.ts";
import { registrationRefusal } from "../state/registration.ts";
import { type Person, type Reading, type State, userNumberMin } from "../state/shape.ts";
import type { Decision, OutsideAccount } from "./contract.ts";
import { bannedBy } from "./guard.ts";
import { outsideName, outsideNames } from "./name.ts";
import {
  accept,
  type CommandRows,
  type DecisionContext,
  type EventRows,
  grant,
  refuse,
  type SessionContext,
} from "./row.ts";
import { allClosedEvents } from "./session/presence.ts";
import { memberRole, newUser, renamedEvent } from "./user.ts";

/** Who comes in, and what becomes known on the way. */
export interface Comer {
  readonly user: User;
  readonly joined: readonly Event[];
}

/** The account of somebody whom a provider vouches for; made if there is none, or none any more. */
export function comerByIdentity(
  context: DecisionContext,
  account: OutsideAccount,
  addressTag: AddressTag,
): Result<Comer> {
  const { provider, id } = account;
  const person = personByIdentity(context.state, provider, id);
  if (person === undefined) return newComer(context, account, addressTag);
  const value = person.departed
    ? returningComer(context, account, person)
    : refreshedComer(context, account, person);
  return { ok: true, value };
}

function identityOf(account: OutsideAccount, role: Role | undefined): Identity {
  const { provider, id, name, color } = account;
  return { provider, id, name, color, ...(role === undefined ? {} : { roleId: role.roleId }) };
}

/** Nobody vouches for a guest, so their accounts count as those that people make. */
function newComer(
  context: DecisionContext,
  account: OutsideAccount,
  addressTag: AddressTag,
): Result<Comer> {
  const isGuest = account.provider === "guest";
  const { nowMs, inputs, state } = context;
  const tooMany = isGuest && registrationRefusal(state, addressTag, nowMs, inputs.limits);
  if (tooMany) return refuse(tooMany);
  const { name, handle } = outsideNames(context, account.name);
  const role = derivedRole(context, account);
  const made = newUser(context, name, role === undefined ? [] : [role.roleId], false);
  const number = account.number ?? userNumberMin;
  const keepsNumber = number < userNumberMin && !context.state.numbers.has(number);
  const user: User = {
    ...made,
    handle,
    local: false,
    ...(keepsNumber ? { number: number as UserNumber } : {}),
    ...(account.color === null ? {} : { color: account.color }),
  };
  const registered = isGuest ? { addressTag } : {};
  return { ok: true, value: joinedComer(user, identityOf(account, role), registered) };
}

/** Somebody whose account had ended: the same person with the same messages, and everything else new. */
function returningComer(context: DecisionContext, account: OutsideAccount, person: Person): Comer {
  const { userId, number } = person.user;
  const { name, handle } = outsideNames(context, account.name, userId);
  const role = derivedRole(context, account);
  const made = newUser(context, name, role === undefined ? [] : [role.roleId], false);
  const color = account.color === null ? {} : { color: account.color };
  return joinedComer(
    { ...made, userId, number, handle, local: false, ...color },
    identityOf(account, role),
  );
}

function joinedComer(
  user: User,
  identity: Identity,
  registered: { readonly addressTag?: AddressTag } = {},
): Comer {
  return {
    user,
    joined: [
      { type: "user.joined", user, ...registered },
      { type: "link.joined", userId: user.userId, identity, color: identity.color },
    ],
  };
}

/** A person who is known, with the events by which what the provider says now is taken over. */
function refreshedComer(context: DecisionContext, account: OutsideAccount, person: Person): Comer {
  const { userId } = person.user;
  const before = person.identities?.find((one) => isSame(one, account));
  const role = derivedRole(context, account);
  const identity = identityOf(account, role);
  const joined: Event[] = [];
  let { user } = person;
  if (before === undefined || !sameIdentity(before, identity)) {
    const color = colorOf(withIdentity(person.identities ?? [], identity));
    joined.push({ type: "link.joined", userId, identity, color });
    user = { ...user, color };
  }
  const { name, handle } = outsideNames(context, account.name, userId);
  const isRenamed = before?.name !== account.name || outsideName(user.name) !== user.name;
  const isOther = name !== user.name || handle !== user.handle;
  if (isNamedBy(person, before) && isRenamed && isOther) {
    joined.push(renamedEvent(user, name, handle));
    user = { ...user, name, handle };
  }
  const roleIds = withDerived(user.roleIds, before?.roleId, role?.roleId);
  if (roleIds.join() !== user.roleIds.join()) {
    joined.push({ type: "user.assigned", userId, roleIds, before: user.roleIds });
    user = { ...user, roleIds };
  }
  return { user, joined };
}

/** Whether the account has its name from this identity: its first, and no name of our own. */
function isNamedBy(person: Person, identity: Identity | undefined): boolean {
  return !person.user.local && identity !== undefined && person.identities?.[0] === identity;
}

function sameIdentity(one: Identity, other: Identity): boolean {
  return one.name === other.name && one.color === other.color && one.roleId === other.roleId;
}

/** Takes the role that was held by the provider's word out and the one that is held now in, at the front. */
function withDerived(
  roleIds: readonly RoleId[],
  before: RoleId | undefined,
  now: RoleId | undefined,
): RoleId[] {
  if (before === now) return [...roleIds];
  const kept = roleIds.filter((roleId) => roleId !== before && roleId !== now);
  return now === undefined ? kept : [now, ...kept];
}

/**
 * The role that follows from a rank on the site (bridge table, roles and rank): by the operator's list, else the
 * highest whose own rank is not above it and that gives no right which the site withholds. What everybody has
 * needs no role of its own.
 */
function derivedRole(
  { state, inputs }: DecisionContext,
  account: OutsideAccount,
): Role | undefined {
  const { rank, withheld = [] } = account;
  if (rank === undefined) return undefined;
  if (inputs.siteRoles.length > 0) {
    const held = inputs.siteRoles.filter((entry) => entry.rank <= rank);
    const highest = held.sort((a, b) => b.rank - a.rank)[0];
    const role = highest === undefined ? undefined : roleByName(state, highest.role);
    return role?.name === memberRole ? undefined : role;
  }
  const member = roleByName(state, memberRole)?.rank ?? 0;
  return [...state.roles.values()]
    .filter((role) => role.rank > member && role.rank <= rank)
    .sort((a, b) => b.rank - a.rank || a.position - b.position)
    .find((role) => {
      const actor = { userId: "" as UserId, roles: [role] };
      return !withheld.some((right) => holds(actor, right));
    });
}

const unknownCode = { code: "invalid", field: "code", why: "unknown or run out" } as const;

/** The issuer's account remains; the asker's is absorbed, its sessions end and come back as the other's. */
function join(context: SessionContext): Decision {
  const { state, asker, nowMs } = context;
  const from = asker.person;
  const issuer = context.inputs.lookups.link;
  const into =
    issuer === undefined || issuer === null ? undefined : state.people.get(issuer.userId);
  if (into === undefined || into.departed || into.epoch !== issuer?.epoch) {
    return refuse(unknownCode);
  }
  const { userId: intoId } = into.user;
  const { userId: fromId } = from.user;
  if (intoId === fromId) return refuse({ code: "self_target", given: from.user.name });
  const ban = banOf(state, intoId, nowMs);
  if (ban !== undefined) return refuse(bannedBy(ban));
  for (const userId of [fromId, intoId]) {
    const silence = silenceOf(state, userId, nowMs);
    if (silence !== undefined) return refuse({ code: "silenced", untilMs: silence.untilMs });
  }
  return accept(...mergeEvents(state, from, into));
}

/** One account is part of another from here on. */
export function mergeEvents(
  state: Reading<State>,
  { user: { userId: fromId, roleIds }, identities = [] }: Person,
  into: Person,
): readonly Event[] {
  return [
    {
      type: "user.merged",
      intoId: into.user.userId,
      fromId,
      roleIds: [...new Set([...into.user.roleIds, ...roleIds])],
      color: colorOf([...(into.identities ?? []), ...identities]),
    },
    ...allClosedEvents(state, fromId, "merged"),
  ];
}

function remove(context: SessionContext, { provider }: CommandOf<"link.remove">): Decision {
  const { user, identities = [], credentialId } = context.asker.person;
  const gone = identities.filter((identity) => identity.provider === provider);
  if (gone.length === 0) return refuse({ code: "not_found", what: "identity", given: provider });
  const left = identities.filter((identity) => identity.provider !== provider);
  if (left.length === 0 && credentialId === undefined) {
    return refuse({ code: "protected", what: "identity" });
  }
  const color = colorOf(left);
  const { userId } = user;
  const derived = gone.flatMap(({ roleId }) => roleId ?? []);
  const roleIds = user.roleIds.filter((roleId) => !derived.includes(roleId));
  const events: Event[] = gone.map(({ id }) => ({
    type: "link.removed",
    userId,
    provider,
    id,
    color,
  }));
  if (roleIds.length < user.roleIds.length) {
    events.push({ type: "user.assigned", userId, roleIds, before: user.roleIds });
  }
  return accept(...events);
}

/** The first colour that a provider says; null: none does. */
function colorOf(identities: readonly Identity[]): string | null {
  return identities.find(({ color }) => color !== null)?.color ?? null;
}

function code({ asker, nowMs }: SessionContext): Decision {
  const { user, identities = [], epoch } = asker.person;
  const { userId, number } = user;
  const known = identities.map(({ provider, name }) => ({ provider, name }));
  return grant({
    type: "link.code",
    user: { userId, number, epoch },
    identities: known,
    atMs: nowMs,
  });
}

export const linkCommands: CommandRows<"link"> = {
  "link.code": { by: "session", decide: code },
  "link.join": {
    by: "session",
    needs: (_, { code }) => [{ kind: "link", code }],
    decide: join,
  },
  "link.remove": { by: "session", decide: remove },
};

function change(state: State, userId: UserId, more: (person: Person) => Partial<Person>): void {
  const person = state.people.get(userId);
  if (person !== undefined) state.people.set(userId, { ...person, ...more(person) });
}

const isSame = (one: Identity, { provider, id }: { provider: Provider; id: string }): boolean =>
  one.provider === provider && one.id === id;

/** The identity in its place among those known, or behind them. */
function withIdentity(known: readonly Identity[], identity: Identity): readonly Identity[] {
  return known.some((one) => isSame(one, identity))
    ? known.map((one) => (isSame(one, identity) ? identity : one))
    : [...known, identity];
}

export const linkEvents: EventRows<"link"> = {
  "link.joined": (state, { userId, identity, color }) => {
    state.identities.set(identityKey(identity.provider, identity.id), userId);
    change(state, userId, (person) => ({
      identities: withIdentity(person.identities ?? [], identity),
      user: { ...person.user, color },
    }));
  },
  "link.removed": (state, { userId, provider, id, color }) => {
    state.identities.delete(identityKey(provider, id));
    change(state, userId, (person) => ({
      identities: person.identities?.filter((one) => !isSame(one, { provider, id })) ?? [],
      user: { ...person.user, color },
    }));
  },
};
