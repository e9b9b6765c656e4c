/** Accounts. */
import type {
  CommandOf,
  Event,
  Result,
  RoleId,
  User,
  UserId,
  UserNumber,
} from "@dragoman/bus-schema";
import { identityKey, personByRef, roleByName } from "../state/find.ts";
import type { Person, Reading, State } from "../state/shape.ts";
import type { Decision } from "./contract.ts";
import { notPermitted } from "./guard.ts";
import { checkName, handleFor, nameTaken, skeleton } from "./name.ts";
import { closedAll } from "./presence.ts";
import {
  accept,
  type CommandRows,
  type EventRows,
  type OperatorAsker,
  refuse,
  type SessionAsker,
  type Turn,
} from "./row.ts";

/** The role that everybody has, and the one that must not die out. */
export const memberRole = "user";
const ownerRole = "owner";

/** A new local account. `roleIds` come before the role that everybody has. */
export function newUser(turn: Turn, name: string, roleIds: readonly RoleId[], demo: boolean): User {
  const member = roleByName(turn.state, memberRole)?.roleId;
  const all = new Set([...roleIds, ...(member === undefined ? [] : [member])]);
  return {
    userId: turn.context.newUuid() as UserId,
    number: (turn.state.lastUserNumber + 1) as UserNumber,
    name,
    handle: handleFor(turn.state, name),
    roleIds: [...all],
    status: { status: "online", text: "" },
    local: true,
    demo,
  };
}

function add(turn: Turn<OperatorAsker>, body: CommandOf<"user.add">): Decision {
  const name = body.name.trim();
  const wrong = checkName(name);
  if (wrong !== null) return refuse(wrong);
  if (nameTaken(turn.state, name)) return refuse({ code: "bad_login", why: "taken" });
  const roleIds = namedRoles(turn.state, body.roles);
  if (!roleIds.ok) return roleIds;
  const user = newUser(turn, name, roleIds.value, body.demo);
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

/** Oneself, or by an operator. */
function depart(
  turn: Turn<SessionAsker | OperatorAsker>,
  { target }: CommandOf<"user.depart">,
): Decision {
  const { state, asker } = turn;
  const person = personByRef(state, target);
  if (person === undefined || person.departed) {
    return refuse({ code: "not_found", what: "user", given: target });
  }
  const { userId, demo } = person.user;
  if (asker.kind === "session" && userId !== asker.actor.userId) return notPermitted("owner");
  const mayEndOwners = asker.kind === "operator" && demo;
  if (!mayEndOwners && isLastOwner(state, person)) {
    return refuse({ code: "protected", what: "owner" });
  }
  const byId = asker.kind === "session" ? asker.actor.userId : null;
  const events: Event[] = closedAll(state, userId, "depart");
  return accept({ type: "user.departed", userId, byId }, ...events);
}

function isLastOwner(state: Reading<State>, person: Person): boolean {
  const owner = roleByName(state, ownerRole)?.roleId;
  if (owner === undefined || !person.user.roleIds.includes(owner)) return false;
  for (const other of state.people.values()) {
    if (other === person || other.departed) continue;
    if (other.user.roleIds.includes(owner)) return false;
  }
  return true;
}

export const userCommands: CommandRows<"user"> = {
  "user.add": { by: "operator", decide: add },
  "user.depart": { by: "session or operator", decide: depart },
  "user.revoke": {
    by: "session",
    decide: ({ asker }) => {
      const { user, epoch } = asker.person;
      return accept({ type: "user.revoked", userId: user.userId, epoch: epoch + 1 });
    },
  },
};

function takeNames(state: State, { userId, name, handle }: User): void {
  for (const taken of [handle, name]) {
    state.names.set(taken.toLowerCase(), userId);
    state.skeletons.set(skeleton(taken), userId);
  }
}

function change(state: State, userId: UserId, more: Partial<User>): void {
  const person = state.people.get(userId);
  if (person === undefined) return;
  state.people.set(userId, { ...person, user: { ...person.user, ...more } });
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
  for (const [userId, person] of state.people) {
    if (person.mergedInto !== fromId) continue;
    state.people.set(userId, { ...person, mergedInto: intoId });
  }
  state.marks.delete(fromId);
  state.spends.delete(fromId);
}

export const userEvents: EventRows<"user"> = {
  "user.joined": (state, { user, credentialId }) => {
    const person = { user, departed: false, epoch: 0 };
    state.people.set(
      user.userId,
      credentialId === undefined ? person : { ...person, credentialId },
    );
    takeNames(state, user);
    state.numbers.set(user.number, user.userId);
    state.lastUserNumber = Math.max(state.lastUserNumber, user.number);
  },
  "user.departed": (state, { userId }) => {
    const person = state.people.get(userId);
    if (person === undefined) return;
    state.people.set(userId, { ...person, departed: true });
    state.marks.delete(userId);
    state.spends.delete(userId);
  },
  "user.renamed": (state, { userId, name, handle }) => {
    change(state, userId, { name, handle });
    const user = state.people.get(userId)?.user;
    if (user !== undefined) takeNames(state, user);
  },
  "user.assigned": (state, { userId, roleIds }) => change(state, userId, { roleIds }),
  "user.merged": merge,
  "user.revoked": (state, { userId, epoch }) => {
    const person = state.people.get(userId);
    if (person !== undefined) state.people.set(userId, { ...person, epoch });
  },
};
