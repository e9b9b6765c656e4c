/** Requests about roles (part 3, 2.1 to 2.3). */
import {
  Color,
  type CommandOf,
  type Commit,
  isOwner,
  mayManage,
  namesRole,
  Role,
  type RoleId,
} from "@dragoman/bus-schema";
import type { Roster, Step, View } from "@dragoman/gateway-kit";
import { z } from "zod";
import { type Ask, fail, reply, thenReply } from "../answer.ts";
import { plainStep } from "../plain-list.ts";
import { type OwnTexts, refuse } from "../rejection.ts";
import { type CommandRows, lacks, noFields, optionalText, row } from "./row.ts";

const noRole = "Role not found";
const refRequired = "Role id or name is required";
const aboveOwn = "Cannot manage roles at or above your position";
const rightRequired = "Access denied: 'manage_roles' permission required";
const refMax = 100;

/** A role by id, else by name. */
function findRole(given: string, roster: Roster): Role | undefined {
  const byId = roster.role(given as RoleId);
  if (byId !== undefined) return byId;
  for (const role of roster.roles) if (role.name === given) return role;
  return undefined;
}

/** The name of a channel whose lists name a role. */
function channelWith(name: string, roster: Roster): string {
  for (const channel of roster.channels) if (namesRole(channel, name)) return channel.name;
  return "";
}

/** What a role is made of, as packets carry it. Null clears what may be empty, else it is left as it is. */
const partFields = {
  description: optionalText,
  color: optionalText,
  category: optionalText,
  hoisted: z.boolean().nullable().exactOptional(),
  self_assignable: z.boolean().nullable().exactOptional(),
  permissions: z.array(z.string()).nullable().exactOptional(),
};
const PartShape = z.object(partFields);
type Parts = z.infer<typeof PartShape>;

/** The error for the first part that is longer than the community stores, or a colour that is none. */
function unfit(parts: Parts & { readonly name?: string | null }): string | undefined {
  const { name, description, category, permissions } = Role.shape;
  const checks = [
    ["name", name, parts.name],
    ["description", description, parts.description],
    ["color", Color, parts.color],
    ["category", category, parts.category],
    ["permissions", permissions, parts.permissions],
  ] as const;
  for (const [field, shape, given] of checks) {
    if (given === undefined || given === null || (field === "color" && given === "")) continue;
    if (!shape.safeParse(given).success) return `Invalid request: ${field}`;
  }
  return undefined;
}

// ---- role_create ------------------------------------------------------------------------------------------

const CreateShape = z.object({ name: optionalText, ...partFields });

function create(packet: z.infer<typeof CreateShape>, ask: Ask): readonly Step[] {
  if (lacks(ask, "manageRoles")) return fail(ask, rightRequired);
  const { name } = packet;
  if (!name) return fail(ask, "Role name is required");
  const wrong = unfit(packet);
  if (wrong !== undefined) return fail(ask, wrong);
  return [
    {
      do: "command",
      body: {
        type: "role.create",
        name,
        description: packet.description || null,
        color: packet.color || null,
        category: packet.category || null,
        hoisted: packet.hoisted ?? false,
        selfAssignable: packet.self_assignable ?? false,
        permissions: packet.permissions ?? [],
      },
      settle: thenReply(ask, (commit) => ({ cmd: "role_create", id: createdId(commit), name })),
      refuse: refuse(ask, textsOf(name, ask, "rename")),
    },
  ];
}

function createdId(commit: Commit): string | null {
  const event = commit.events.find((each) => each.type === "role.created");
  return event?.roleId ?? null;
}

// ---- role_update, role_set, role_permissions_set --------------------------------------------------------------

const RefShape = z.object({ id: optionalText, name: optionalText });

/** The texts of refusals about a role that was named `given`. */
function textsOf(given: string, ask: Ask, verb: "rename" | "delete"): OwnTexts {
  const { roster } = ask.view;
  const name = findRole(given, roster)?.name ?? given;
  const isDeletion = verb === "delete";
  const unknown = isDeletion || isOwner(roster.actor(ask.session.userId));
  return {
    not_found: () => (unknown ? noRole : `Role '${given}' not found`),
    already_exists: () => "Role already exists",
    rank_too_low: () => aboveOwn,
    invalid: (rejection) =>
      rejection.field === "selfAssignable"
        ? `Role '${name}' cannot be made self-assignable`
        : undefined,
    protected: (rejection) => {
      if (rejection.what === "channel") {
        const channel = channelWith(name, roster);
        return isDeletion
          ? `Role is used in channel '${channel}' permissions`
          : `Cannot rename role: it is used in channel '${channel}' permissions`;
      }
      return isDeletion ? "Cannot delete system roles" : `Cannot manage protected role '${name}'`;
    },
  };
}

/** Why the asker may not manage a role, in the order of part 3, 2.2. A role that is not there passes for owners. */
function unmanageable(given: string, ask: Ask): string | undefined {
  const actor = ask.view.roster.actor(ask.session.userId);
  if (isOwner(actor)) return undefined;
  const role = findRole(given, ask.view.roster);
  if (role === undefined) return `Role '${given}' not found`;
  return mayManage(actor, role) ? undefined : aboveOwn;
}

type Changes = Omit<CommandOf<"role.update">, "type" | "role">;

function changesOf(parts: Parts & { readonly name?: string | null }): Changes {
  const { name, description, color, category, hoisted, permissions } = parts;
  const { self_assignable: selfAssignable } = parts;
  return {
    ...(name ? { name } : {}),
    ...(color === undefined ? {} : { color: color || null }),
    ...(category === undefined ? {} : { category }),
    ...(description === undefined || description === null ? {} : { description }),
    ...(hoisted === undefined || hoisted === null ? {} : { hoisted }),
    ...(permissions === undefined || permissions === null ? {} : { permissions }),
    ...(selfAssignable === undefined || selfAssignable === null ? {} : { selfAssignable }),
  };
}

/** A change of a role; `answer` is told its present name. */
function change(
  ask: Ask,
  given: string,
  changes: Changes,
  answer: (role: { readonly id: string | null; readonly name: string }, view: View) => object,
): readonly Step[] {
  const before = findRole(given, ask.view.roster);
  const told = (view: View): object => {
    const role = before === undefined ? undefined : view.roster.role(before.roleId);
    return answer({ id: role?.roleId ?? null, name: role?.name ?? given }, view);
  };
  const texts = textsOf(given, ask, "rename");
  return [
    {
      do: "command",
      body: { type: "role.update", role: given, ...changes },
      settle: thenReply(ask, (_commit, view) => told(view)),
      unchanged: (view) => [reply(ask, told(view))],
      refuse: refuse(ask, texts),
    },
  ];
}

/** The id or name that a request means its role by, or the error's text. */
function refOf(
  packet: z.infer<typeof RefShape>,
): { readonly given: string } | { readonly error: string } {
  const given = packet.id || packet.name;
  if (!given) return { error: refRequired };
  return given.length > refMax ? { error: noRole } : { given };
}

const UpdateShape = RefShape.extend(partFields);

function update(packet: z.infer<typeof UpdateShape>, ask: Ask): readonly Step[] {
  if (lacks(ask, "manageRoles")) return fail(ask, rightRequired);
  const ref = refOf(packet);
  if ("error" in ref) return fail(ask, ref.error);
  const wrong = unfit(packet);
  if (wrong !== undefined) return fail(ask, wrong);
  // Beside an id the name is a new one; alone it only says which role is meant.
  const { name, ...parts } = packet;
  const changes = changesOf(packet.id && name ? { ...parts, name } : parts);
  const answer = (role: object): object => ({ cmd: "role_update", ...role, updated: true });
  return change(ask, ref.given, changes, answer);
}

const SetShape = RefShape.extend({ data: z.unknown().exactOptional() });
const DataShape = PartShape.extend({ name: optionalText });

function set(packet: z.infer<typeof SetShape>, ask: Ask): readonly Step[] {
  if (lacks(ask, "manageRoles")) return fail(ask, rightRequired);
  const ref = refOf(packet);
  if ("error" in ref) return fail(ask, ref.error);
  const barred = unmanageable(ref.given, ask);
  if (barred !== undefined) return fail(ask, barred);
  const { data } = packet;
  const isObject = typeof data === "object" && data !== null && !Array.isArray(data);
  if (!isObject || Object.keys(data).length === 0) return fail(ask, "Role data is required");
  const parsed = DataShape.safeParse(data);
  if (!parsed.success) {
    return fail(ask, `Invalid request: ${String(parsed.error.issues[0]?.path[0] ?? "data")}`);
  }
  const wrong = unfit(parsed.data);
  if (wrong !== undefined) return fail(ask, wrong);
  const answer = (role: object): object => ({ cmd: "role_set", ...role, updated: true });
  return change(ask, ref.given, changesOf(parsed.data), answer);
}

const PermissionsShape = RefShape.extend({ permissions: z.unknown().exactOptional() });

function setPermissions(packet: z.infer<typeof PermissionsShape>, ask: Ask): readonly Step[] {
  if (lacks(ask, "manageRoles")) return fail(ask, rightRequired);
  const ref = refOf(packet);
  if ("error" in ref) return fail(ask, ref.error);
  const barred = unmanageable(ref.given, ask);
  if (barred !== undefined) return fail(ask, barred);
  if (findRole(ref.given, ask.view.roster) === undefined) return fail(ask, noRole);
  if (!Array.isArray(packet.permissions)) return fail(ask, "Permissions must be an array");
  const permissions = Role.shape.permissions.safeParse(packet.permissions);
  if (!permissions.success) return fail(ask, "Invalid request: permissions");
  const answer = (role: object): object => ({
    cmd: "role_permissions_set",
    ...role,
    permissions: permissions.data,
    updated: true,
  });
  return change(ask, ref.given, { permissions: permissions.data }, answer);
}

function getPermissions(packet: z.infer<typeof RefShape>, ask: Ask): readonly Step[] {
  const ref = refOf(packet);
  if ("error" in ref) return fail(ask, ref.error);
  const role = findRole(ref.given, ask.view.roster);
  if (role === undefined) return fail(ask, noRole);
  const { roleId: id, name, permissions } = role;
  return [reply(ask, { cmd: "role_permissions_get", id, name, permissions })];
}

// ---- role_delete, role_reorder --------------------------------------------------------------------------------

function remove(packet: z.infer<typeof RefShape>, ask: Ask): readonly Step[] {
  if (lacks(ask, "manageRoles")) return fail(ask, rightRequired);
  const ref = refOf(packet);
  if ("error" in ref) return fail(ask, ref.error);
  const role = findRole(ref.given, ask.view.roster);
  const named = { id: role?.roleId ?? null, name: role?.name ?? ref.given };
  return [
    {
      do: "command",
      body: { type: "role.delete", role: ref.given },
      settle: thenReply(ask, () => ({ cmd: "role_delete", ...named, deleted: true })),
      refuse: refuse(ask, textsOf(ref.given, ask, "delete")),
    },
  ];
}

const ReorderShape = z.object({ roles: z.unknown().exactOptional() });
const Refs = z.array(z.string().min(1).max(refMax)).max(500);

function reorder(packet: z.infer<typeof ReorderShape>, ask: Ask): readonly Step[] {
  if (lacks(ask, "manageRoles")) return fail(ask, rightRequired);
  const { roles: asked } = packet;
  if (!Array.isArray(asked) || asked.length === 0) return fail(ask, "Roles array is required");
  const roles = Refs.safeParse(asked);
  if (!roles.success) return fail(ask, "Failed to reorder roles");
  const answer = { cmd: "role_reorder", roles: roles.data };
  return [
    {
      do: "command",
      body: { type: "role.reorder", roles: roles.data },
      settle: thenReply(ask, () => answer),
      unchanged: () => [reply(ask, answer)],
      refuse: refuse(ask, { not_found: () => "Failed to reorder roles" }),
    },
  ];
}

export const roleCommands = {
  roles_list: row({
    shape: noFields,
    translate: (_, ask) => [plainStep("roles", ask.listener)],
  }),
  role_create: row({ shape: CreateShape, translate: create }),
  role_update: row({ shape: UpdateShape, translate: update }),
  role_set: row({ shape: SetShape, translate: set }),
  role_delete: row({ shape: RefShape, translate: remove }),
  role_reorder: row({ shape: ReorderShape, translate: reorder }),
  role_permissions_set: row({ shape: PermissionsShape, translate: setPermissions }),
  role_permissions_get: row({ shape: RefShape, translate: getPermissions }),
} as const satisfies CommandRows;
