/** Accounts: making and ending them, what they are called and what they look like. */
import {
  type CommandOf,
  type CredentialId,
  type Event,
  isOwner,
  outranks,
  type Result,
  type RoleId,
  rememberHere,
  type SessionId,
  type User,
  type UserId,
  type UserNumber,
} from "@dragoman/bus-schema";
import {
  actorOf,
  credentialHolders,
  identityKey,
  mergedInto,
  personByRef,
  roleByName,
  sessionsOf,
} from "../state/find.ts";
import { skeletonsOf } from "../state/likeness.ts";
import { joinVotes } from "../state/merge.ts";
import { forgetReader, joinReaders } from "../state/readers.ts";
import { countRegistration } from "../state/registration.ts";
import { rememberAddress } from "../state/session.ts";
import type { Person, Reading, State } from "../state/shape.ts";
import { assign, isLastOwner } from "./assign.ts";
import type { Admitted, Decision, Need } from "./contract.ts";
import { notPermitted } from "./guard.ts";
import { checkFree, checkName, handleFor } from "./name.ts";
import { claim, freeNicknames, nick, nicknamed, nicknamedEvents } from "./nickname.ts";
import {
  accept,
  busy,
  type CommandRows,
  type DecisionContext,
  type EventRows,
  grant,
  type MemberContext,
  type OperatorAsker,
  refuse,
  type SessionContext,
} from "./row.ts";
import { allClosedEvents, closedEvents } from "./session/presence.ts";

/** The role that everybody has. */
export const memberRole = "user";

/** A new local account. `roleIds` come before the role that everybody has. */
export function newUser(
  context: DecisionContext,
  name: string,
  roleIds: readonly RoleId[],
  demo: boolean,
): User {
  const member = roleByName(context.state, memberRole)?.roleId;
  const all = new Set([...roleIds, ...(member === undefined ? [] : [member])]);
  return {
    userId: context.inputs.newUuid() as UserId,
    number: (context.state.lastUserNumber + 1) as UserNumber,
    name,
    handle: handleFor(context.state, name),
    roleIds: [...all],
    status: { status: "online", text: "" },
    local: true,
    demo,
  };
}

function add(context: DecisionContext<OperatorAsker>, body: CommandOf<"user.add">): Decision {
  const name = body.name.trim();
  const wrong = checkName(name) ?? checkFree(context, name, undefined, "operator");
  if (wrong !== null) return refuse(wrong);
  const roleIds = namedRoles(context.state, body.roles);
  if (!roleIds.ok) return roleIds;
  const user = newUser(context, name, roleIds.value, body.demo);
  return accept({ type: "user.joined", user, credentialId: body.credentialId });
}

function namedRoles(state: Reading<State>, names: readonly string[]): Result<RoleId[]> {
  const roleIds: RoleId[] = [];
  for (const name of names) {
    const role = roleByName(state, name);
    if (role === undefined) return refuse({ code: "not_found", what: "role", given: name });
    roleIds.push(role.roleId);
  }
  return { ok: true, value: roleIds };
}

/** Decides `user.depart`: of oneself, or of another by an owner who ranks higher, or by an operator. */
function depart(context: MemberContext, { target }: CommandOf<"user.depart">): Decision {
  const { state, asker } = context;
  const person = personByRef(state, target);
  if (person === undefined || person.departed) {
    return refuse({ code: "not_found", what: "user", given: target });
  }
  const { userId, demo } = person.user;
  const other = asker.kind === "session" && userId !== asker.actor.userId ? asker.actor : undefined;
  if (other !== undefined && !isOwner(other)) return notPermitted("owner");
  const mayEndOwners = asker.kind === "operator" && demo;
  if (!mayEndOwners && isLastOwner(state, person)) {
    return refuse({ code: "protected", what: "owner" });
  }
  if (other !== undefined && !outranks(other, actorOf(state, userId))) {
    return refuse({ code: "rank_too_low", given: target });
  }
  const byId = asker.kind === "session" ? asker.actor.userId : null;
  const events: Event[] = allClosedEvents(state, userId, "depart");
  return accept({ type: "user.departed", userId, byId }, ...events);
}

/** Decides `user.rename`, by the rules of a new account's name; the person's own former names count as free. */
function rename(
  context: MemberContext,
  body: CommandOf<"user.rename">,
  { user }: Person,
): Decision {
  const { userId, name: before } = user;
  const name = body.name.trim();
  const events: Event[] = [];
  if (name !== before) {
    const wrong = checkName(name) ?? checkFree(context, name, userId);
    if (wrong !== null) return refuse(wrong);
    const by = context.asker.kind === "session" ? { byId: context.asker.actor.userId } : {};
    const handle = handleFor(context.state, name, userId);
    events.push({ type: "user.renamed", userId, name, handle, before, ...by });
  }
  if (body.nickname === undefined) return accept(...events);
  const named = nicknamedEvents(context, user, body.nickname, false);
  return named.ok ? accept(...events, ...named.value) : named;
}

function picture({ asker }: SessionContext, { url }: CommandOf<"user.picture">): Decision {
  const { userId, local, pictureUrl = null } = asker.person.user;
  if (!local) return refuse({ code: "disabled", feature: "pictures" });
  return url === pictureUrl ? accept() : accept({ type: "user.pictured", userId, url });
}

function changeNeeds(
  state: Reading<State>,
  { current, wanted }: CommandOf<"user.password">,
  { sessionId }: Admitted,
): readonly Need[] {
  const live = sessionId === undefined ? undefined : state.sessions.get(sessionId);
  if (live === undefined) return [];
  const { userId } = live.session;
  return [{ kind: "change", userId, addressTag: live.addressTag, current, wanted }];
}

/** Decides `user.password`: the session that asks stays. */
function changePassword(context: SessionContext): Decision {
  const { change } = context.inputs.lookups;
  if (change === undefined) return busy;
  if (!change.ok) return refuse(change.rejection);
  const { person, live } = context.asker;
  return newPassword(context.state, person, change.value, live.session.sessionId);
}

function resetPassword(
  { state }: DecisionContext<OperatorAsker>,
  { target, credentialId }: CommandOf<"user.reset">,
): Decision {
  const person = personByRef(state, target);
  if (person === undefined || person.departed) {
    return refuse({ code: "not_found", what: "user", given: target });
  }
  return newPassword(state, person, credentialId);
}

/** Every token is void and every session but one ends: whoever knew the former password is out. */
function newPassword(
  state: Reading<State>,
  { user: { userId }, epoch }: Person,
  credentialId: CredentialId,
  staying?: SessionId,
): Decision {
  const holders = credentialHolders(state, userId);
  if (holders.length === 0) return refuse({ code: "bad_login", why: "not_local" });
  const former = new Set(holders.flatMap((holder) => holder.credentialId ?? []));
  const ending = sessionsOf(state, userId).filter(({ session }) => session.sessionId !== staying);
  return accept(
    {
      type: "user.revoked",
      userId,
      epoch: epoch + 1,
      credential: { credentialId, former: [...former] },
    },
    ...closedEvents(state, ending, "password"),
  );
}

export const userCommands: CommandRows<"user"> = {
  "user.add": { by: "operator", decide: add },
  "user.depart": { by: "session or operator", decide: depart },
  "user.nick": { by: "session or operator", speaks: () => true, decide: nick },
  "user.rename": {
    by: "moderator",
    right: "manageUsers",
    among: "known",
    target: ({ target }) => target,
    decide: rename,
  },
  "user.picture": { by: "session", decide: picture },
  "user.assign": { by: "session or operator", right: "manageUsers", decide: assign },
  "user.token": {
    by: "session",
    decide: ({ asker, nowMs }) => {
      const { user, epoch } = asker.person;
      return grant({ type: "user.token", userId: user.userId, epoch, atMs: nowMs });
    },
  },
  "user.revoke": {
    by: "session",
    decide: ({ asker }) => {
      const { user, epoch } = asker.person;
      return accept({ type: "user.revoked", userId: user.userId, epoch: epoch + 1 });
    },
  },
  "user.password": { by: "session", needs: changeNeeds, decide: changePassword },
  "user.reset": { by: "operator", decide: resetPassword },
};

/** Former names stay: they find the person, and nobody else may take them. */
function enterNames(state: State, user: User): void {
  for (const name of new Set([user.handle, user.name])) {
    state.names.set(name.toLowerCase(), user.userId);
    for (const seen of skeletonsOf(name)) claim(state.skeletons, seen, user.userId);
  }
}

function change(state: State, userId: UserId, changes: Partial<User>): User | undefined {
  const person = state.people.get(userId);
  if (person === undefined) return undefined;
  const user = { ...person.user, ...changes };
  state.people.set(userId, { ...person, user });
  return user;
}

/** The absorbed account is gone; its names, number and identities lead to the other. */
function merge(
  state: State,
  { intoId, fromId, roleIds, color }: Extract<Event, { type: "user.merged" }>,
): void {
  const from = state.people.get(fromId);
  const into = state.people.get(intoId);
  if (from === undefined || into === undefined) return;
  const moved = from.identities ?? [];
  for (const { provider, id } of moved) state.identities.set(identityKey(provider, id), intoId);
  state.people.set(fromId, { ...from, departed: true, mergedInto: intoId, identities: [] });
  state.people.set(intoId, {
    ...into,
    identities: [...(into.identities ?? []), ...moved],
    user: { ...into.user, roleIds, color },
  });
  // Whoever was absorbed into the absorbed one before leads on.
  for (const person of mergedInto(state, fromId)) {
    state.people.set(person.user.userId, { ...person, mergedInto: intoId });
  }
  for (const tag of state.knownAddresses.get(fromId) ?? []) rememberAddress(state, intoId, tag);
  state.knownAddresses.delete(fromId);
  joinReaders(state, intoId, fromId);
  joinVotes(state, intoId, fromId);
  state.spends.delete(fromId);
}

export const userEvents: EventRows<"user"> = {
  "user.joined": (state, { user, credentialId, addressTag }, { position }) => {
    if (addressTag !== undefined) countRegistration(state, addressTag, position.at);
    // Of an account that ended before, the identities are left, and the tokens stay void.
    const before = state.people.get(user.userId);
    const identities = before?.identities?.map(({ roleId: _, ...identity }) => identity);
    state.people.set(user.userId, {
      user,
      departed: false,
      epoch: before === undefined ? 0 : before.epoch + 1,
      ...(credentialId === undefined ? {} : { credentialId }),
      ...(identities === undefined ? {} : { identities }),
    });
    rememberHere(state.hereLast, user.userId);
    enterNames(state, user);
    state.numbers.set(user.number, user.userId);
    state.lastUserNumber = Math.max(state.lastUserNumber, user.number);
  },
  "user.departed": (state, { userId }) => {
    const person = state.people.get(userId);
    if (person === undefined) return;
    freeNicknames(state, userId);
    const { nickname: _, lastingNickname: __, ...user } = person.user;
    state.people.set(userId, { ...person, user, departed: true });
    state.knownAddresses.delete(userId);
    forgetReader(state, userId);
    state.spends.delete(userId);
  },
  "user.nicknamed": nicknamed,
  "user.renamed": (state, { userId, name, handle }) => {
    const user = change(state, userId, { name, handle });
    if (user !== undefined) enterNames(state, user);
  },
  "user.pictured": (state, { userId, url }) => {
    const person = state.people.get(userId);
    if (person === undefined) return;
    const { pictureUrl: _, ...bare } = person.user;
    const user = url === null ? bare : { ...bare, pictureUrl: url };
    state.people.set(userId, { ...person, user });
  },
  "user.assigned": (state, { userId, roleIds }) => {
    change(state, userId, { roleIds });
  },
  "user.merged": merge,
  "user.revoked": (state, { userId, epoch, credential }) => {
    const person = state.people.get(userId);
    if (person !== undefined) state.people.set(userId, { ...person, epoch });
    if (credential === undefined) return;
    const { credentialId } = credential;
    for (const holder of credentialHolders(state, userId)) {
      state.people.set(holder.user.userId, { ...holder, credentialId });
    }
  },
};
