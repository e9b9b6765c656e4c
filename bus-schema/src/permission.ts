/**
 * The pure rules that core and both gateways apply: who may view, who may send, who outranks whom.
 * Core decides by them; a gateway uses them for audiences and for what it shows. The bridge table
 * (`docs/protocols/bridge.md`, Rights) names who holds what on a fresh community.
 */
import {
  type Channel,
  type ChannelPermissions,
  type ChannelRight,
  channelRights,
  type Role,
} from "./community.ts";
import type { CredentialId, RoleId, UserId } from "./id.ts";

/** The 20 permission ids that a handshake announces, in its order (OriginChats part 1, 5.1). */
export const announcedPermissions = [
  "administrator",
  "manage_server",
  "view_audit_log",
  "manage_roles",
  "manage_channels",
  "manage_threads",
  "manage_users",
  "manage_messages",
  "read_message_history",
  "send_messages",
  "embed_links",
  "attach_files",
  "add_reactions",
  "external_emojis",
  "connect",
  "speak",
  "stream",
  "use_voice_activity",
  "mention_everyone",
  "use_slash_commands",
] as const;

/** The rights that core tests. Each is a role permission; the second entry of a pair suffices as well. */
export const rights = {
  kick: ["kick_members", "manage_users"],
  ban: ["ban_members", "manage_users"],
  /** Unbanning: any right to put out. */
  unban: ["kick_members", "ban_members", "manage_users"],
  silence: ["mute_members", "manage_users"],
  announce: ["mention_everyone"],
  changeNickname: ["change_nickname"],
  manageNicknames: ["manage_nicknames", "manage_users"],
  createChannel: ["create_channel", "manage_channels"],
  manageChannels: ["manage_channels"],
  manageUsers: ["manage_users"],
  manageRoles: ["manage_roles"],
  manageServer: ["manage_server"],
  seeAddresses: ["see_addresses"],
  manageThreads: ["manage_threads"],
  manageMessages: ["manage_messages"],
  sendMessages: ["send_messages"],
  viewAuditLog: ["view_audit_log", "manage_users"],
} as const satisfies Record<string, readonly string[]>;
export type Right = keyof typeof rights;

/** Everything that these rules need to know of a person: the id and the roles, in the person's order. */
export interface Actor {
  readonly userId: UserId;
  readonly roles: readonly Role[];
}

/** Resolves role ids in the person's order; ids without a role are passed over. */
export function rolesOf(
  roleIds: readonly RoleId[],
  roles: ReadonlyMap<RoleId, Role>,
): readonly Role[] {
  const found: Role[] = [];
  for (const roleId of roleIds) {
    const role = roles.get(roleId);
    if (role !== undefined) found.push(role);
  }
  return found;
}

/** Whether a person holds a right by a role. `owner` and `administrator` imply every right, no channel list. */
export function holds(actor: Actor, right: Right): boolean {
  const accepted: readonly string[] = rights[right];
  return actor.roles.some(
    (role) =>
      role.name === "owner" ||
      role.permissions.some((p) => p === "administrator" || accepted.includes(p)),
  );
}

/** Whether a person has a permission by its id, or one that implies it. */
export function hasPermission(actor: Actor, permission: string): boolean {
  return actor.roles.some(
    (role) =>
      role.name === "owner" ||
      role.permissions.some((p) => p === "administrator" || p === permission),
  );
}

/** Whether a person has the role `owner`, above which there is nothing. */
export function isOwner(actor: Actor): boolean {
  return actor.roles.some((role) => role.name === "owner");
}

/** Whether a role stands below the highest of a person's own, or the person is an owner (OriginChats part 3, 2.2). */
export function mayManage(actor: Actor, role: Role): boolean {
  return isOwner(actor) || actor.roles.some((own) => own.position < role.position);
}

/** The hierarchy number: the highest rank of the person's roles, 0 without any. */
export function rankOf(actor: Actor): number {
  return actor.roles.reduce((highest, role) => Math.max(highest, role.rank), 0);
}

/** The rank rule: a target may be acted upon only if it ranks lower. */
export function outranks(actor: Actor, target: Actor): boolean {
  return rankOf(actor) > rankOf(target);
}

/** The lists that a channel without any permission has (OriginChats part 3, 1.2). */
export const freshChannelPermissions = {
  view: ["owner"],
  send: ["owner"],
  delete: ["owner"],
  delete_own: ["user"],
  edit_own: ["user"],
  react: ["user"],
  pin: ["owner"],
  create_thread: ["owner"],
} as const satisfies Record<ChannelRight, readonly string[]>;

/** What an absent list means where others exist (OriginChats part 3, 1.2). */
const absentList: Record<ChannelRight, readonly string[]> = {
  view: [],
  send: [],
  delete: [],
  delete_own: ["user"],
  edit_own: ["user"],
  react: ["user"],
  pin: ["owner"],
  create_thread: [],
};

const whisperRights: ReadonlySet<ChannelRight> = new Set([
  "view",
  "send",
  "delete_own",
  "edit_own",
  "react",
]);

/** The list that decides a right in a channel. Empty lists count as absent, as the original drops them. */
export function channelList(channel: Channel, right: ChannelRight): readonly string[] {
  const list = channel.permissions[right];
  if (list !== undefined && list.length > 0) return list;
  return Object.keys(channel.permissions).length === 0
    ? freshChannelPermissions[right]
    : absentList[right];
}

/**
 * Whether a person has a right in a channel. No role bypasses the lists (as in the original); any matching
 * `!role` refuses; a whisper channel belongs to its two people alone.
 */
export function allows(channel: Channel, right: ChannelRight, actor: Actor): boolean {
  if (channel.kind === "whisper") {
    return whisperRights.has(right) && (channel.peopleIds?.includes(actor.userId) ?? false);
  }
  const list = channelList(channel, right);
  let allowed = false;
  for (const role of actor.roles) {
    if (list.includes(`!${role.name}`)) return false;
    if (list.includes(role.name)) allowed = true;
  }
  return allowed;
}

/** Whether a channel may be seen in lists and entered: its view list, and its minimum rank. */
export function sees(channel: Channel, actor: Actor): boolean {
  return allows(channel, "view", actor) && rankOf(actor) >= channel.minRank;
}

/**
 * Whether a person may read a channel: it is seen, and under a password the person is admitted, or owns it, or
 * manages channels.
 * @param admission the `passwordId` that the person was admitted by, if any
 */
export function views(channel: Channel, actor: Actor, admission?: CredentialId): boolean {
  return sees(channel, actor) && isOpenTo(channel, actor, admission);
}

/** Whether a person needs no password for a channel. */
export function isOpenTo(channel: Channel, actor: Actor, admission?: CredentialId): boolean {
  return (
    !channel.hasPassword ||
    (admission !== undefined && admission === channel.passwordId) ||
    channel.ownerId === actor.userId ||
    holds(actor, "manageChannels")
  );
}

/** Whether a channel's lists name a role, plainly or with `!`. */
export function namesRole(channel: Channel, name: string): boolean {
  return Object.values(channel.permissions).some(
    (list) => list !== undefined && (list.includes(name) || list.includes(`!${name}`)),
  );
}

/** A channel after a role's change of name: its lists follow. The same object where they do not name it. */
export function withRoleRenamed(channel: Channel, from: string, to: string): Channel {
  if (!namesRole(channel, from)) return channel;
  const permissions: ChannelPermissions = {};
  for (const right of channelRights) {
    const list = channel.permissions[right];
    if (list === undefined) continue;
    permissions[right] = list.map((name) =>
      name === from ? to : name === `!${from}` ? `!${to}` : name,
    );
  }
  return { ...channel, permissions };
}
