/** Roles: making, changing, ordering and ending them (OriginChats part 3, 2.2 and 2.3). */
import {
  type Actor,
  type CommandOf,
  type Event,
  hasPermission,
  holds,
  isSeen,
  mayManage,
  namesRole,
  type Rejection,
  type Result,
  type Role,
  type RoleId,
  rolesOf,
  type UserId,
  withoutUnseen,
  withRoleRenamed,
} from "@dragoman/bus-schema";
import { holdersOf, roleByName, roleByRef } from "../state/find.ts";
import type { Reading, State } from "../state/shape.ts";
import { drop, expelledMax, take } from "./assign.ts";
import type { Decision } from "./contract.ts";
import { accept, type CommandRows, type EventRows, type MemberContext, refuse } from "./row.ts";
import { expelledEvents } from "./session/place.ts";

const rolesMax = 500;
/** The rank of a role that somebody makes; less where the last role has less (bridge table, rank). */
const newRank = 1;

/** Rules of ours look for these by name. */
const fixedNames: ReadonlySet<string> = new Set(["owner", "user"]);
const systemNames: ReadonlySet<string> = new Set(["owner", "admin", "user"]);
const neverSelfAssignable: ReadonlySet<string> = new Set(["owner", "admin", "moderator"]);
/**
 * Who has the role `owner` holds every right by its name. A stock client shows by this one what may be managed:
 * without it nobody could give it back there.
 */
const ownersRight = "administrator";
const isOwnersRight = ({ name, permissions }: Role): boolean =>
  name === "owner" && permissions.includes(ownersRight);
/** A role that nobody makes: lists show it on people who are kept out. */
const bannedName = "banned";

const barredInNames = /[\p{Cc}\p{Surrogate}]/u;

const rankTooLow = (given: string): Rejection => ({ code: "rank_too_low", given });

/** Whoever gives the command, as the rules see it; undefined is an operator, above all of them. */
function rulerOf({ asker }: MemberContext): Actor | undefined {
  return asker.kind === "session" ? asker.actor : undefined;
}

/** Whether somebody may give these permissions away: nobody may give what they lack. */
function mayGrant(ruler: Actor | undefined, permissions: readonly string[]): boolean {
  return ruler === undefined || permissions.every((each) => hasPermission(ruler, each));
}

function checkNewName(state: Reading<State>, name: string): Rejection | null {
  const isUnfit = barredInNames.test(name) || withoutUnseen(name) !== name;
  if (isUnfit || name.startsWith("!") || !isSeen(name)) {
    return { code: "invalid", field: "name", why: "alphabet" };
  }
  return name === bannedName || roleByName(state, name) !== undefined
    ? { code: "already_exists", what: "role", given: name }
    : null;
}

const notSelfAssignable: Rejection = {
  code: "invalid",
  field: "selfAssignable",
  why: "protected",
};

/** The role that is named, if whoever asks may manage it; refused otherwise. */
function manageableRole(context: MemberContext, given: string): Result<Role> {
  const role = roleByRef(context.state, given);
  if (role === undefined) return refuse({ code: "not_found", what: "role", given });
  const ruler = rulerOf(context);
  return ruler === undefined || mayManage(ruler, role)
    ? { ok: true, value: role }
    : refuse(rankTooLow(given));
}

/** `session.moved` of sessions out of channels that nobody views any more once all roles are these. */
function expelledByRolesEvents(context: MemberContext, roles: readonly Role[]): readonly Event[] {
  const { state } = context;
  const known = new Map(roles.map((role) => [role.roleId, role]));
  const after = (userId: UserId): Actor => {
    const person = state.people.get(userId);
    return { userId, roles: rolesOf(person?.user.roleIds ?? [], known) };
  };
  return expelledEvents(state, { actorOf: after }, expelledMax);
}

function create(context: MemberContext, body: CommandOf<"role.create">): Decision {
  const { state } = context;
  const { type: _, ...described } = body;
  const wrong = checkNewName(state, body.name);
  if (wrong !== null) return refuse(wrong);
  if (body.selfAssignable && neverSelfAssignable.has(body.name)) return refuse(notSelfAssignable);
  if (state.roles.size >= rolesMax) {
    return refuse({ code: "limit_reached", what: "roles", max: rolesMax });
  }
  if (!mayGrant(rulerOf(context), body.permissions)) return refuse(rankTooLow(body.name));
  const roles = [...state.roles.values()];
  const rank = Math.min(newRank, roles.at(-1)?.rank ?? newRank);
  const roleId = context.inputs.newUuid() as RoleId;
  const role: Role = { ...described, roleId, position: roles.length, rank };
  return accept({ type: "role.created", roleId, roles: [...roles, role] });
}

/**
 * The rejection where a role may not be called `to`; a name in channels' lists needs `manageChannels`. Null:
 * allowed.
 */
function checkRename(context: MemberContext, role: Role, to: string): Rejection | null {
  if (fixedNames.has(role.name)) return { code: "protected", what: "role" };
  const ruler = rulerOf(context);
  const isListed = [...context.state.channels.values()].some((each) => namesRole(each, role.name));
  if (isListed && ruler !== undefined && !holds(ruler, "manageChannels")) {
    return { code: "protected", what: "channel" };
  }
  return checkNewName(context.state, to);
}

function checkUpdate(
  context: MemberContext,
  role: Role,
  body: Omit<CommandOf<"role.update">, "type" | "role">,
): Rejection | null {
  const { name, permissions, selfAssignable } = body;
  if (name !== undefined && name !== role.name) {
    const wrong = checkRename(context, role, name);
    if (wrong !== null) return wrong;
  }
  if (selfAssignable === true && neverSelfAssignable.has(role.name)) return notSelfAssignable;
  if (permissions !== undefined && isOwnersRight(role) && !permissions.includes(ownersRight)) {
    return { code: "protected", what: "role" };
  }
  const granted = (permissions ?? []).filter((each) => !role.permissions.includes(each));
  // A role that everybody may take gives away whatever it holds.
  const opened = selfAssignable === true && !role.selfAssignable ? role.permissions : [];
  return mayGrant(rulerOf(context), [...granted, ...opened]) ? null : rankTooLow(role.name);
}

function update(context: MemberContext, body: CommandOf<"role.update">): Decision {
  const { type: _, role: given, ...changes } = body;
  const found = manageableRole(context, given);
  if (!found.ok) return found;
  const before = found.value;
  const wrong = checkUpdate(context, before, changes);
  if (wrong !== null) return refuse(wrong);
  const role = { ...before, ...changes };
  if (JSON.stringify(role) === JSON.stringify(before)) return accept();
  const { roleId } = role;
  const rolesWith = (to: Role): Role[] =>
    [...context.state.roles.values()].map((each) => (each.roleId === roleId ? to : each));
  const renamed =
    role.name === before.name ? {} : { renamed: { from: before.name, to: role.name } };
  // A right may open channels that have a password. Their lists follow a new name, so it moves nobody.
  const moves = expelledByRolesEvents(context, rolesWith({ ...role, name: before.name }));
  return accept({ type: "role.updated", roleId, roles: rolesWith(role), ...renamed }, ...moves);
}

function remove(context: MemberContext, body: CommandOf<"role.delete">): Decision {
  const found = manageableRole(context, body.role);
  if (!found.ok) return found;
  const { roleId, name } = found.value;
  if (systemNames.has(name)) return refuse({ code: "protected", what: "role" });
  const { channels } = context.state;
  if ([...channels.values()].some((channel) => namesRole(channel, name))) {
    return refuse({ code: "protected", what: "channel" });
  }
  const roles = [...context.state.roles.values()]
    .filter((role) => role.roleId !== roleId)
    .map((role, position) => ({ ...role, position }));
  return accept(
    { type: "role.deleted", roleId, name, roles },
    ...expelledByRolesEvents(context, roles),
  );
}

/** The roles in a new order, with the same ranks handed out again (bridge table, roles and rank). */
function rankRoles(order: readonly Role[], before: readonly Role[]): Role[] {
  const ranks = before.map(({ rank }) => rank).sort((a, b) => b - a);
  return order.map((role, position) => ({ ...role, position, rank: ranks[position] ?? role.rank }));
}

function reorder(context: MemberContext, body: CommandOf<"role.reorder">): Decision {
  const before = [...context.state.roles.values()];
  const order = new Set<Role>();
  for (const given of body.roles) {
    const role = roleByRef(context.state, given);
    if (role === undefined) return refuse({ code: "not_found", what: "role", given });
    order.add(role);
  }
  for (const role of before) order.add(role);
  const roles = rankRoles([...order], before);
  const moved = before.filter((role, index) => roles[index]?.roleId !== role.roleId);
  if (moved.length === 0) return accept();
  const ruler = rulerOf(context);
  if (ruler !== undefined && moved.some((role) => !mayManage(ruler, role))) {
    return refuse(rankTooLow(body.roles[0] ?? ""));
  }
  return accept({ type: "role.reordered", roles }, ...expelledByRolesEvents(context, roles));
}

const ruling = { by: "session or operator", right: "manageRoles", bulky: () => true } as const;

export const roleCommands: CommandRows<"role"> = {
  "role.create": { ...ruling, decide: create },
  "role.update": { ...ruling, decide: update },
  "role.delete": { ...ruling, decide: remove },
  "role.reorder": { ...ruling, decide: reorder },
  "role.take": { by: "session", decide: take },
  "role.drop": { by: "session", decide: drop },
};

function setRoles(state: State, roles: readonly Role[]): void {
  state.roles.clear();
  for (const role of roles) state.roles.set(role.roleId, role);
}

export const roleEvents: EventRows<"role"> = {
  "role.created": (state, { roles }) => setRoles(state, roles),
  "role.reordered": (state, { roles }) => setRoles(state, roles),
  "role.updated": (state, { roles, renamed }) => {
    setRoles(state, roles);
    if (renamed === undefined) return;
    for (const [channelId, channel] of state.channels) {
      state.channels.set(channelId, withRoleRenamed(channel, renamed.from, renamed.to));
    }
  },
  "role.deleted": (state, { roleId, roles }) => {
    setRoles(state, roles);
    for (const person of [...holdersOf(state, roleId)]) {
      const roleIds = person.user.roleIds.filter((each) => each !== roleId);
      state.people.set(person.user.userId, { ...person, user: { ...person.user, roleIds } });
    }
  },
};
