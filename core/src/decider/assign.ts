/** Who has which roles, and what becomes of those who may no longer stand where they are (OriginChats part 3, 2.4). */
import {
  type CommandOf,
  isOwner,
  mayManage,
  outranks,
  type Result,
  type Role,
  type RoleId,
  rolesOf,
  type UserId,
} from "@dragoman/bus-schema";
import { actorOf, holdersOf, personCalled, roleByName, roleByRef } from "../state/find.ts";
import type { Person, Reading, State } from "../state/shape.ts";
import type { Decision } from "./contract.ts";
import { accept, type MemberContext, refuse, type SessionContext } from "./row.ts";
import { expelledEvents } from "./session/place.ts";

/** Roles that a person has at most, as the event's shape has it. */
const rolesMax = 100;
/** Sessions that one change of roles moves at most: its events take room in the commit as well. */
export const expelledMax = 120;
const ownerRole = "owner";

/** Whether somebody else has the role `owner`. */
export function isLastOwner(state: Reading<State>, person: Person): boolean {
  const owner = roleByName(state, ownerRole)?.roleId;
  if (owner === undefined || !person.user.roleIds.includes(owner)) return false;
  for (const { user, departed } of holdersOf(state, owner)) {
    if (user.userId !== person.user.userId && !departed) return false;
  }
  return true;
}

/** The ids of the roles that a command names; refused at the first that is unknown. */
function rolesNamed(state: Reading<State>, given: readonly string[]): Result<readonly RoleId[]> {
  const roleIds: RoleId[] = [];
  for (const name of given) {
    const role = roleByRef(state, name);
    if (role === undefined) return refuse({ code: "not_found", what: "role", given: name });
    if (!roleIds.includes(role.roleId)) roleIds.push(role.roleId);
  }
  return { ok: true, value: roleIds };
}

const changes = {
  set: (_had: readonly RoleId[], given: readonly RoleId[]) => given,
  add: (had: readonly RoleId[], given: readonly RoleId[]) => [...new Set([...had, ...given])],
  remove: (had: readonly RoleId[], given: readonly RoleId[]) =>
    had.filter((roleId) => !given.includes(roleId)),
} as const;

/** The refusal where whoever asks may not give and take these roles; null: it is allowed. */
function checkAssignment(
  context: MemberContext,
  person: Person,
  roleIds: readonly RoleId[],
  given: string,
): Decision | null {
  const { asker, state } = context;
  const had = person.user.roleIds;
  const owner = roleByName(state, ownerRole)?.roleId;
  if (owner !== undefined && !roleIds.includes(owner) && isLastOwner(state, person)) {
    return refuse({ code: "protected", what: "owner" });
  }
  if (asker.kind === "operator") return null;
  const { userId } = person.user;
  const target = actorOf(state, userId);
  if (isOwner(target) && !isOwner(asker.actor)) {
    return refuse({ code: "protected", what: "owner" });
  }
  const others = userId !== asker.actor.userId;
  if (others && !outranks(asker.actor, target)) return refuse({ code: "rank_too_low", given });
  const changed = [
    ...roleIds.filter((roleId) => !had.includes(roleId)),
    ...had.filter((roleId) => !roleIds.includes(roleId)),
  ];
  const above = changed.some((roleId) => {
    const role = state.roles.get(roleId);
    return role !== undefined && !mayManage(asker.actor, role);
  });
  return above ? refuse({ code: "rank_too_low", given }) : null;
}

/** `user.assigned`, and `session.moved` of sessions out of channels that the person no longer views. */
function assignRoles(
  context: MemberContext,
  person: Person,
  roleIds: readonly RoleId[],
  byId?: UserId,
): Decision {
  const { state } = context;
  const { userId, roleIds: before } = person.user;
  if (roleIds.length > rolesMax) {
    return refuse({ code: "limit_reached", what: "roles", max: rolesMax });
  }
  const actor = { userId, roles: rolesOf(roleIds, state.roles) };
  return accept(
    {
      type: "user.assigned",
      userId,
      roleIds: [...roleIds],
      before,
      ...(byId === undefined ? {} : { byId }),
    },
    ...expelledEvents(
      state,
      { actorOf: (id) => (id === userId ? actor : actorOf(state, id)) },
      expelledMax,
    ),
  );
}

export function assign(context: MemberContext, body: CommandOf<"user.assign">): Decision {
  const person = personCalled(context.state, body.target);
  if (person === undefined || person.departed) {
    return refuse({ code: "not_found", what: "user", given: body.target });
  }
  const named = rolesNamed(context.state, body.roles);
  if (!named.ok) return named;
  const roleIds = changes[body.how](person.user.roleIds, named.value);
  const refused = checkAssignment(context, person, roleIds, body.target);
  if (refused !== null) return refused;
  const { asker } = context;
  // The original tells of a list that is set anew even where it is the same.
  const isSame = person.user.roleIds.join() === roleIds.join();
  if (isSame && body.how !== "set") return accept();
  return assignRoles(
    context,
    person,
    roleIds,
    asker.kind === "session" ? asker.actor.userId : undefined,
  );
}

/** The role that is named, if everybody may take it; refused otherwise. */
function choice(context: SessionContext, given: string): Result<Role> {
  const role = roleByRef(context.state, given);
  if (role === undefined) return refuse({ code: "not_found", what: "role", given });
  return role.selfAssignable
    ? { ok: true, value: role }
    : refuse({ code: "not_permitted", need: "self-assignable", hidden: false });
}

/** Decides `role.take`. The role comes last: the colour stays that of the first role. */
export function take(context: SessionContext, body: CommandOf<"role.take">): Decision {
  const role = choice(context, body.role);
  if (!role.ok) return role;
  const { person } = context.asker;
  const { roleIds } = person.user;
  const { roleId } = role.value;
  return roleIds.includes(roleId)
    ? refuse({ code: "already_exists", what: "role", given: body.role })
    : assignRoles(context, person, [...roleIds, roleId]);
}

export function drop(context: SessionContext, body: CommandOf<"role.drop">): Decision {
  const role = choice(context, body.role);
  if (!role.ok) return role;
  const { person } = context.asker;
  const { roleIds } = person.user;
  const { roleId } = role.value;
  return roleIds.includes(roleId)
    ? assignRoles(
        context,
        person,
        roleIds.filter((each) => each !== roleId),
      )
    : refuse({ code: "invalid", field: "role", why: "not held" });
}
