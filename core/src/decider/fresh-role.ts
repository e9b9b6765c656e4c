/** The roles of a fresh community (OriginChats part 1, 5.7; bridge table, Rights). */
import type { EventOf, Role, RoleId } from "@dragoman/bus-schema";

type Fresh = Pick<Role, "name" | "description" | "color" | "hoisted" | "rank" | "permissions">;

/** By position. The bridge table adds `ban_members`, `create_channel` and `see_addresses`. */
const fresh: readonly Fresh[] = [
  {
    name: "owner",
    description: "Server owner with ultimate permissions.",
    color: "#9400D3",
    hoisted: true,
    rank: 10,
    permissions: ["administrator"],
  },
  {
    name: "admin",
    description: "Administrator role with full permissions.",
    color: "#FF0000",
    hoisted: true,
    rank: 8,
    permissions: [
      "administrator",
      "manage_roles",
      "manage_channels",
      "manage_users",
      "manage_server",
      "manage_messages",
      "manage_threads",
      "manage_nicknames",
      "kick_members",
      "ban_members",
      "create_invite",
      "manage_invites",
      "mention_everyone",
      "use_slash_commands",
      "see_addresses",
    ],
  },
  {
    name: "moderator",
    description: "Moderator role with elevated permissions.",
    color: "#FFFF00",
    hoisted: true,
    rank: 5,
    permissions: [
      "manage_messages",
      "manage_threads",
      "kick_members",
      "ban_members",
      "manage_nicknames",
      "mute_members",
      "deafen_members",
      "move_members",
      "create_invite",
      "use_slash_commands",
    ],
  },
  {
    name: "user",
    description: "Regular user role with standard permissions.",
    color: null,
    hoisted: false,
    rank: 1,
    permissions: [
      "send_messages",
      "read_message_history",
      "add_reactions",
      "attach_files",
      "embed_links",
      "external_emojis",
      "connect",
      "speak",
      "stream",
      "use_voice_activity",
      "change_nickname",
      "create_invite",
      "use_slash_commands",
      "create_channel",
    ],
  },
];

/** The fresh roles as events, each with all roles so far. */
export function freshRoles(newUuid: () => string): readonly EventOf<"role.created">[] {
  const roles = fresh.map((role, position): Role => {
    const permissions = [...role.permissions];
    return {
      ...role,
      permissions,
      roleId: newUuid() as RoleId,
      selfAssignable: false,
      category: null,
      position,
    };
  });
  return roles.map((role, index) => ({
    type: "role.created",
    roleId: role.roleId,
    roles: roles.slice(0, index + 1),
  }));
}
