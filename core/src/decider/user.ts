/** Accounts: making and ending them, what they are called and what they look like. */
import {
  type CommandOf,
  type CredentialId,
  type Event,
  type EventOf,
  isOwner,
  outranks,
  type Result,
  type RoleId,
  rememberHere,
  type SessionId,
  type User,
  type UserId,
  type UserNumber,
  withFormer,
} from "@dragoman/bus-schema";
import { eraseAccounts, scrubRecent } from "../state/erase.ts";
import {
  actorOf,
  credentialHolders,
  identityKey,
  mergedInto,
  personByRef,
  roleByName,
  sessionsOf,
} from "../state/find.ts";
import { useInvite } from "../state/invite.ts";
import { skeletonsOf } from "../state/likeness.ts";
import { joinBelongings } from "../state/merge.ts";
import { forgetReader } from "../state/readers.ts";
import { countRegistration } from "../state/registration.ts";
import type { Person, Reading, State } from "../state/shape.ts";
import { withoutTokens } from "../state/token.ts";
import { assign, isLastOwner } from "./assign.ts";
import type { Admitted, Decision, Need } from "./contract.ts";
import { clear, erase, forget } from "./erase.ts";
import { notPermitted } from "./guard.ts";
import { checkFree, checkName, handleFor } from "./name.ts";
import { claim, freeNicknames, nick, nicknamed, nicknamedEvents } from "./nickname.ts";
import {
  accept,
  busy,
  type CommandRows,
  type DecisionContext,
  type EventRows,
  type MemberContext,
  type OperatorAsker,
  refuse,
  type SessionContext,
} from "./row.ts";
import { allClosedEvents, closedEvents } from "./session/presence.ts";
import { endOne, giveToken } from "./token.ts";

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

/** The ids of roles by their names. */
export function namedRoles(state: Reading<State>, names: readonly string[]): Result<RoleId[]> {
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

export function renamedEvent(
  { userId, name: before, handle: handleBefore }: User,
  name: string,
  handle: string,
): EventOf<"user.renamed"> {
  return {
    type: "user.renamed",
    userId,
    name,
    handle,
    before,
    ...(handleBefore === before ? {} : { handleBefore }),
  };
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
    events.push({ ...renamedEvent(user, name, handle), ...by });
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

/** Decides `user.revoke`: of oneself, or of anybody by an operator. */
function revoke({ state, asker, nowMs }: MemberContext, body: CommandOf<"user.revoke">): Decision {
  const { target, tokenId } = body;
  if (asker.kind === "session") {
    if (target !== undefined || tokenId !== undefined) return notPermitted("operator");
    const { user, epoch } = asker.person;
    return accept({ type: "user.revoked", userId: user.userId, epoch: epoch + 1 });
  }
  const person = personByRef(state, target ?? "");
  if (person === undefined || person.departed) {
    return refuse({ code: "not_found", what: "user", given: target ?? "" });
  }
  if (tokenId !== undefined) return endOne(person, body, nowMs);
  const { user, epoch } = person;
  return accept({ type: "user.revoked", userId: user.userId, epoch: epoch + 1 });
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

/** From which on an account without a password may be given one. */
const firstPasswordLevel = 4;

/** Every token is void and every session but one ends: whoever knew the former password is out. */
function newPassword(
  state: Reading<State>,
  { user: { userId }, epoch }: Person,
  credentialId: CredentialId,
  staying?: SessionId,
): Decision {
  const holders = credentialHolders(state, userId);
  const isFirst = holders.length === 0;
  // Whoever follows the journal and is of the version before would not know of it.
  if (isFirst && state.level < firstPasswordLevel) {
    return refuse({ code: "bad_login", why: "not_local" });
  }
  const former = new Set(holders.flatMap((holder) => holder.credentialId ?? []));
  const ending = sessionsOf(state, userId).filter(({ session }) => session.sessionId !== staying);
  return accept(
    {
      type: "user.revoked",
      userId,
      epoch: epoch + 1,
      credential: { credentialId, former: [...former] },
      ...(isFirst ? { first: true as const } : {}),
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
  "user.token": { by: "session", decide: giveToken },
  "user.revoke": { by: "session or operator", decide: revoke },
  "user.password": { by: "session", needs: changeNeeds, decide: changePassword },
  "user.reset": { by: "operator", decide: resetPassword },
  "user.erase": { by: "operator", decide: erase },
  "user.clear": { by: "core", decide: clear },
  "user.forget": { by: "core", decide: forget },
};

/** Former names stay: they find the person, and nobody else may take them. */
function enterNames(state: State, user: User): void {
  for (const name of new Set([user.handle, user.name])) {
    state.names.set(name.toLowerCase(), user.userId);
    for (const seen of skeletonsOf(name)) claim(state.skeletons, seen, user.userId);
  }
}

/** Keeps names that a person gave up, so that rosters find them by these too. */
function keepFormer(state: State, userId: UserId, givenUp: readonly string[]): void {
  const person = state.people.get(userId);
  if (person === undefined) return;
  const { formerNames: known, ...rest } = person;
  const formerNames = withFormer(known, givenUp, [person.user.name, person.user.handle]);
  state.people.set(userId, formerNames.length === 0 ? rest : { ...rest, formerNames });
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
  state.people.set(fromId, {
    ...withoutTokens(from),
    departed: true,
    mergedInto: intoId,
    identities: [],
  });
  state.people.set(intoId, {
    ...into,
    identities: [...(into.identities ?? []), ...moved],
    user: { ...into.user, roleIds, color },
  });
  // Whoever was absorbed into the absorbed one before leads on.
  for (const person of mergedInto(state, fromId)) {
    state.people.set(person.user.userId, { ...person, mergedInto: intoId });
  }
  joinBelongings(state, { intoId, fromId });
}

export const userEvents: EventRows<"user"> = {
  "user.joined": (state, { user, credentialId, addressTag, inviteId }, { position }) => {
    if (inviteId !== undefined) useInvite(state, inviteId);
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
      ...(before?.formerNames === undefined ? {} : { formerNames: before.formerNames }),
    });
    if (before !== undefined)
      keepFormer(state, user.userId, [before.user.name, before.user.handle]);
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
    state.people.set(userId, { ...withoutTokens(person), user, departed: true });
    state.knownAddresses.delete(userId);
    forgetReader(state, userId);
    state.spends.delete(userId);
  },
  "user.erased": eraseAccounts,
  "user.forgotten": (state, { userIds, done }, { position }) => {
    const [userId] = userIds;
    const erasure = userId === undefined ? undefined : state.erasures.get(userId);
    if (userId === undefined || erasure === undefined) return;
    scrubRecent(state, erasure);
    if (done === undefined) return;
    state.erasures.delete(userId);
    state.erasedThrough = position.seq;
  },
  "user.nicknamed": nicknamed,
  "user.renamed": (state, { userId, name, handle, before, handleBefore }) => {
    const user = change(state, userId, { name, handle });
    if (user === undefined) return;
    enterNames(state, user);
    keepFormer(state, userId, [before, ...(handleBefore === undefined ? [] : [handleBefore])]);
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
  "user.revoked": (state, { userId, epoch, credential, first }) => {
    const known = state.people.get(userId);
    const person = known && withoutTokens(known);
    if (person !== undefined) state.people.set(userId, { ...person, epoch });
    if (credential === undefined) return;
    const { credentialId } = credential;
    if (person !== undefined && first) {
      state.people.set(userId, {
        ...person,
        epoch,
        credentialId,
        user: { ...person.user, local: true },
      });
    }
    for (const holder of credentialHolders(state, userId)) {
      state.people.set(holder.user.userId, { ...holder, credentialId });
    }
  },
};
