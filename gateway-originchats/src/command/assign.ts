/** Who has which roles (part 3, 2.4). */
import type { CommandOf, RosterUser } from "@dragoman/bus-schema";
import type { Step } from "@dragoman/gateway-kit";
import { z } from "zod";
import { type Ask, echo, fail, reply, thenReply } from "../answer.ts";
import { userRolesGet } from "../packet.ts";
import { findUser } from "../place.ts";
import { refuse } from "../rejection.ts";
import { listedRole, roleNames } from "../view.ts";
import { type CommandRows, lacks, noFields, optionalText, row } from "./row.ts";

const userRequired = "User parameter is required";
const rolesRequired = "Roles list is required";

const UserShape = z.object({ user: optionalText });

function get(packet: z.infer<typeof UserShape>, ask: Ask): readonly Step[] {
  if (!packet.user) return fail(ask, userRequired);
  const user = findUser(packet.user, ask.view.roster);
  if (user === undefined) return fail(ask, "User not found");
  return [reply(ask, userRolesGet(user, false, ask.view.roster))];
}

const AssignShape = z.object({ user: optionalText, roles: z.unknown().exactOptional() });

/** Bans are kept apart here; the original keeps them among the roles, where a list may repeat one. */
function rolesOf(given: unknown, target: RosterUser): readonly string[] | undefined {
  if (!Array.isArray(given) || !given.every((each) => typeof each === "string")) return undefined;
  const roles = target.banned ? given.filter((each) => each !== "banned") : given;
  return roles.length === 0 ? undefined : roles;
}

type How = CommandOf<"user.assign">["how"];

const assign =
  (how: How) =>
  (packet: z.infer<typeof AssignShape>, ask: Ask): readonly Step[] => {
    if (lacks(ask, "manageUsers")) {
      return fail(ask, "Access denied: 'manage_users' permission required");
    }
    if (!packet.user) return fail(ask, userRequired);
    const isList = Array.isArray(packet.roles) && packet.roles.length > 0;
    if (!isList) return fail(ask, rolesRequired);
    const target = findUser(packet.user, ask.view.roster);
    if (target === undefined) return fail(ask, "User not found");
    const roles = rolesOf(packet.roles, target);
    if (roles === undefined) return fail(ask, rolesRequired);
    const unknown = roles.find((each) => each === "" || each.length > 100);
    if (unknown !== undefined) return fail(ask, `Role '${unknown}' does not exist`);
    const { userId } = target;
    return [
      {
        do: "command",
        body: { type: "user.assign", target: userId, how, roles: roles.slice(0, 100) },
        settle: echo(ask, "user_roles_get", (_commit, { roster }) => {
          const user = roster.user(userId);
          return user && userRolesGet(user, true, roster);
        }),
        unchanged: ({ roster }) => [reply(ask, userRolesGet(target, true, roster))],
        refuse: refuse(ask, {
          not_found: (rejection) =>
            rejection.what === "role"
              ? `Role '${rejection.given}' does not exist`
              : "User not found",
          protected: () => "Cannot modify roles of the server owner",
        }),
      },
    ];
  };

const SelfShape = z.object({ role: optionalText });

const choose =
  (type: "role.take" | "role.drop") =>
  (packet: z.infer<typeof SelfShape>, ask: Ask): readonly Step[] => {
    const { role } = packet;
    if (!role) return fail(ask, "Role name is required");
    if (role.length > 100) return fail(ask, "Role not found");
    const { userId } = ask.session;
    return [
      {
        do: "command",
        body: { type, role },
        settle: thenReply(ask, (_commit, { roster }) => ({
          cmd: ask.cmd,
          role,
          success: true,
          roles: roleNames(userId, roster),
        })),
        refuse: refuse(ask, {
          not_permitted: () => "This role is not self-assignable",
          already_exists: () => "You already have this role",
          invalid: () => "You don't have this role",
        }),
      },
    ];
  };

function selfRoles(ask: Ask): readonly Step[] {
  const { roster } = ask.view;
  const own = roster.user(ask.session.userId)?.roleIds ?? [];
  const roles = [...roster.roles]
    .filter((role) => role.selfAssignable)
    .sort((a, b) => a.position - b.position)
    .map((role) => ({ ...listedRole(role), assigned: own.includes(role.roleId) }));
  return [reply(ask, { cmd: "self_roles_list", roles })];
}

export const assignCommands = {
  user_roles_get: row({ shape: UserShape, translate: get }),
  user_roles_set: row({ shape: AssignShape, translate: assign("set") }),
  user_roles_add: row({ shape: AssignShape, translate: assign("add") }),
  user_roles_remove: row({ shape: AssignShape, translate: assign("remove") }),
  self_role_add: row({ shape: SelfShape, translate: choose("role.take") }),
  self_role_remove: row({ shape: SelfShape, translate: choose("role.drop") }),
  self_roles_list: row({ shape: noFields, translate: (_, ask) => selfRoles(ask) }),
} as const satisfies CommandRows;
