/** Canonical things as this protocol's objects (part 1, section 4). Key order as the reference shows it. */
import {
  type Author,
  type Channel,
  channelRights,
  colorOrNone,
  freshChannelPermissions,
  type Message,
  type Reaction,
  type Role,
  type RosterUser,
  type Status,
  type Thread,
  type UserId,
} from "@dragoman/bus-schema";
import type { Roster } from "@dragoman/gateway-kit";
import { filesOf } from "./file-view.ts";
import { shownName } from "./place.ts";
import { embedsOf } from "./poll.ts";
import { systemName } from "./system-name.ts";
import { contentOf } from "./text.ts";
import { secondsOfUs } from "./time.ts";

/** Whether somebody with this status wants to be taken for absent (bridge table, invisible). */
export function hides({ status }: Status): boolean {
  return status === "invisible" || status === "offline";
}

export const isHidden = (user: RosterUser): boolean => hides(user.status);

/** A status as packets carry one: `/afk` looks like the status that it sets. */
export const plainStatus = ({ status, text }: Status): object => ({ status, text });

/** A person's role names, in their own order. */
export function roleNames(userId: UserId, roster: Roster): readonly string[] {
  return roster.actor(userId).roles.map((role) => role.name);
}

/** The person's own colour, else that of the first role in its list, not of the highest. */
export function colorOf(userId: UserId, roster: Roster): string | null {
  return colorOrNone(roster.user(userId)?.color ?? roster.actor(userId).roles[0]?.color);
}

/** A person's status in the eyes of `viewerId`. */
function statusOf(user: RosterUser, viewerId: UserId | undefined, roster: Roster): object {
  if (!roster.isOnline(user.userId)) return { status: "offline", text: user.status.text };
  if (isHidden(user) && user.userId !== viewerId) return { status: "offline", text: "" };
  return plainStatus(user.status);
}

/** `ready.user`: the stored record (part 1, 4.1). */
export function ownUser(user: RosterUser, roster: Roster): object {
  return {
    username: user.name,
    ...(user.nickname === undefined ? {} : { nickname: user.nickname }),
    roles: roleNames(user.userId, roster),
    status: plainStatus(user.status),
    ...(user.local ? { pfp_url: user.pictureUrl ?? null } : {}),
    cracked: user.local,
  };
}

/** `users_list.users[]`. */
export function listedUser(user: RosterUser, viewerId: UserId | undefined, roster: Roster): object {
  return {
    username: user.name,
    nickname: user.nickname ?? null,
    roles: roleNames(user.userId, roster),
    color: colorOf(user.userId, roster),
    status: statusOf(user, viewerId, roster),
    cracked: user.local,
    pfp: user.pictureUrl ?? null,
  };
}

/** `users_online.users[]`. */
export function onlineUser(user: RosterUser, viewerId: UserId | undefined, roster: Roster): object {
  return {
    username: user.name,
    nickname: user.nickname ?? null,
    roles: roleNames(user.userId, roster),
    color: colorOf(user.userId, roster),
    status: statusOf(user, viewerId, roster),
  };
}

/** `user_join.user` and `user_connect.user`: the original's three fields and our four (part 1, 2.6). */
export function comingUser(user: RosterUser, roster: Roster, viewerId?: UserId): object {
  return {
    username: user.name,
    roles: roleNames(user.userId, roster),
    color: colorOf(user.userId, roster),
    nickname: user.nickname ?? null,
    cracked: user.local,
    pfp: user.pictureUrl ?? null,
    status: statusOf(user, viewerId, roster),
  };
}

/** What a channel says of itself; a temporary one that it is that (bridge table, temporary channel). */
function descriptionOf(channel: Channel, roster: Roster): string | undefined {
  const { description, temporary, ownerId } = channel;
  if (!temporary || ownerId === undefined) return description;
  const end = `Temporary channel: it goes when ${nameOf(ownerId, roster)} leaves.`;
  return description === undefined ? end : `${description} (${end})`;
}

/** The fields that a channel has by itself, whoever looks (part 3, 1.1). Whispers are of type `text`. */
function channelFields(channel: Channel, roster: Roster): object {
  const { displayName, icon, size } = channel;
  const description = descriptionOf(channel, roster);
  return {
    permissions: permissionsOf(channel, roster, [...roster.roles]),
    ...(description === undefined ? {} : { description }),
    ...(displayName === undefined ? {} : { display_name: displayName }),
    ...(icon === undefined ? {} : { icon }),
    ...(size === undefined ? {} : { size }),
  };
}

const wireType = ({ kind }: Channel): string => (kind === "whisper" ? "text" : kind);

/** A channel as the answers of `channel_create` and `channel_update` show it (part 3, 1.4 and 1.5). */
export function storedChannel(channel: Channel, roster: Roster): object {
  return { name: channel.name, type: wireType(channel), ...channelFields(channel, roster) };
}

/** What a list tells of a channel besides, by its type (part 3, 1.1). */
const listedMore: {
  readonly [K in Channel["kind"]]: (
    channel: Channel,
    roster: Roster,
    threads: readonly Thread[] | undefined,
  ) => object;
} = {
  text: lastOf,
  whisper: lastOf,
  voice: ({ channelId }, roster) => ({
    voice_state: roster
      .voicesIn(channelId)
      .map(({ userId, muted }) => ({ username: nameOf(userId, roster), muted })),
  }),
  forum: threadsOf,
  separator: () => ({}),
};

/** The threads with the newest activity stand first (part 3, 1.1). */
function threadsOf(
  { channelId }: Channel,
  roster: Roster,
  threads: readonly Thread[] = roster.threadsOf(channelId),
): object {
  return { threads: threads.map((thread) => threadObject(thread, roster)) };
}

/** The name of the forum that a thread is in. */
export function forumName(thread: Thread, roster: Roster): string {
  return roster.channel(thread.channelId)?.name ?? "";
}

/** A thread (part 2, 1.4). */
export function threadObject(thread: Thread, roster: Roster): object {
  const last = roster.lastMessage(thread.threadId);
  return {
    id: thread.threadId,
    name: thread.name,
    parent_channel: forumName(thread, roster),
    created_by: nameOf(thread.creatorId, roster),
    created_at: secondsOfUs(thread.createdAtUs),
    locked: thread.locked,
    archived: thread.archived,
    participants: thread.participantIds.map((userId) => nameOf(userId, roster)),
    last_message: last === undefined ? null : secondsOfUs(last.createdAtUs),
    last_message_id: last?.messageId ?? null,
  };
}

function lastOf({ channelId }: Channel, roster: Roster): object {
  const last = roster.lastMessage(channelId);
  return {
    last_message: last === undefined ? null : secondsOfUs(last.createdAtUs),
    last_message_id: last?.messageId ?? null,
  };
}

/** An entry of `channels_get.channels`, for clients that know no `val` (part 1, 2.9). */
export function shortChannel(channel: Channel, viewerId: UserId, roster: Roster): object {
  const description = descriptionOf(channel, roster);
  return {
    type: wireType(channel),
    name: shownName(channel, viewerId, roster),
    ...(description === undefined ? {} : { description }),
  };
}

/** An entry of `channels_get.val`, as `viewerId` sees it (part 1, 4.2). `threads` of a forum: absent, all. */
export function listedChannel(
  channel: Channel,
  viewerId: UserId | undefined,
  roster: Roster,
  threads?: readonly Thread[],
): object {
  return {
    type: wireType(channel),
    name: shownName(channel, viewerId, roster),
    ...channelFields(channel, roster),
    ...listedMore[channel.kind](channel, roster, threads),
  };
}

/**
 * The stock client draws its buttons by these lists. A whisper channel's hold the two names, by which it lets them write;
 * whom it lists it tells by roles alone, and nobody has one of another person's name: without `view` it lists everybody.
 * `roles` are all that there are.
 */
export function permissionsOf(
  channel: Channel,
  roster: Roster,
  roles: readonly Role[],
): Record<string, readonly string[]> {
  if (channel.kind === "whisper") {
    return { send: (channel.peopleIds ?? []).map((id) => nameOf(id, roster)) };
  }
  if (Object.keys(channel.permissions).length === 0) return freshChannelPermissions;
  const lists: Record<string, readonly string[]> = {};
  for (const right of channelRights) {
    const list = channel.permissions[right];
    if (list !== undefined && list.length > 0) lists[right] = list;
  }
  if (channel.minRank > 0) lists["view"] = rolesOfRank(channel, roles);
  return lists;
}

/** A minimum rank as role names (bridge table, minimum rank): those roles that have it. */
function rolesOfRank(channel: Channel, roles: readonly Role[]): readonly string[] {
  const high = roles.filter((role) => role.rank >= channel.minRank);
  const listed = channel.permissions.view ?? [];
  const kept = high.filter((role) => listed.includes(role.name));
  const refused = listed.filter((name) => name.startsWith("!"));
  return [...(kept.length > 0 ? kept : high).map((role) => role.name), ...refused];
}

/** A value of `roles_list.roles`, with the name inside (part 3, 2.1). */
export function listedRole(role: Role): object {
  return {
    id: role.roleId,
    name: role.name,
    description: role.description,
    color: colorOrNone(role.color),
    hoisted: role.hoisted,
    permissions: role.permissions,
    self_assignable: role.selfAssignable,
    category: role.category,
    position: role.position,
  };
}

/**
 * A person's present name; departed people keep their last one (part 2, 17). Of an account that became part of another
 * that one's.
 */
export function nameOf(userId: UserId, roster: Roster): string {
  return roster.person(userId)?.name ?? userId;
}

/** Present names for ids, list by list. */
export const namesOf = (
  lists: readonly (readonly UserId[])[],
  roster: Roster,
): readonly (readonly string[])[] =>
  lists.map((ids) => ids.map((userId) => nameOf(userId, roster)));

/** Who a line is by. */
export function authorName(author: Author, roster: Roster): string {
  return author.kind === "user" ? nameOf(author.userId, roster) : systemName;
}

/** Emoji to names, both in the order of their first reaction. */
function reactionsOf(reactions: readonly Reaction[], roster: Roster): object {
  return Object.fromEntries(
    reactions.map(({ emoji, userIds }) => {
      return [emoji, [...new Set(userIds.map((id) => nameOf(id, roster)))]];
    }),
  );
}

/** A message without its live `pings` (part 1, 4.3; part 2, 1.1). `kind` is ours and stands on actions only. */
export function messageObject(message: Message, roster: Roster): object {
  const embeds = embedsOf(message);
  const { replyTo, interaction } = message;
  return {
    user: authorName(message.author, roster),
    content: contentOf(message, roster),
    timestamp: secondsOfUs(message.createdAtUs),
    id: message.messageId,
    ...(replyTo === undefined
      ? {}
      : { reply_to: { id: replyTo.messageId, user: authorName(replyTo.author, roster) } }),
    ...(message.ping === undefined ? {} : { ping: message.ping }),
    ...(embeds === undefined ? {} : { embeds }),
    ...(message.editedAtUs === undefined ? {} : { edited: true }),
    ...(message.reactions === undefined
      ? {}
      : { reactions: reactionsOf(message.reactions, roster) }),
    ...filesOf(message, roster.fileBase),
    pinned: message.pinned === true,
    type: "message",
    interaction:
      interaction === undefined
        ? null
        : { command: interaction.command, username: nameOf(interaction.userId, roster) },
    ...(message.kind === "action" ? { kind: "action" } : {}),
  };
}
