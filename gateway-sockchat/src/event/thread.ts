/** Packets 4.x for threads, which are channels while they are open (bridge table, forum and threads). */
import {
  type ChannelId,
  type EventOf,
  sees,
  type ThreadId,
  type ThreadState,
  type UserId,
} from "@dragoman/bus-schema";
import type { Roster } from "@dragoman/gateway-kit";
import { silent } from "@dragoman/gateway-kit";
import {
  channelAddPacket,
  channelRemovePacket,
  channelUpdatePacket,
  channelUserSwitchPacket,
  type ListedChannel,
} from "../packet.ts";
import { roomAt } from "../room.ts";
import { vouch } from "../text.ts";
import { type Delivery, hearersOf, type Rows, to } from "./row.ts";

/** To everybody who is shown the forum's threads in the channel list, with its password or without. */
function toListers(
  channelId: ChannelId,
  packets: readonly string[],
  roster: Roster,
): readonly Delivery[] {
  const forum = roster.channel(channelId);
  if (forum === undefined) return [];
  const userIds = new Set<UserId>();
  for (const { protocol, userId } of roster.sessions) {
    if (protocol === "sockchat" && sees(forum, roster.actor(userId))) userIds.add(userId);
  }
  return userIds.size === 0 ? [] : [to({ to: "people", userIds: [...userIds] }, packets)];
}

function listedThread(
  channelId: ChannelId,
  { slug }: Pick<ThreadState, "slug">,
  roster: Roster,
): ListedChannel {
  const hasPassword = roster.channel(channelId)?.hasPassword === true;
  return { slug: vouch(slug), hasPassword, temporary: false };
}

/** 5.2 to those who are in a room that has a new name. */
function renderRenamed(
  channelId: ChannelId,
  threadId: ThreadId,
  roster: Roster,
): readonly Delivery[] {
  const room = roomAt({ channelId, threadId }, roster);
  return room === undefined
    ? []
    : [to(hearersOf(room), [channelUserSwitchPacket(vouch(room.slug))])];
}

function renderUpdated(event: EventOf<"thread.updated">, roster: Roster): readonly Delivery[] {
  const { channelId, threadId, before, after } = event;
  const room = listedThread(channelId, after, roster);
  const old = vouch(before.slug);
  if (before.archived && after.archived) return [];
  if (before.archived) return toListers(channelId, [channelAddPacket(room)], roster);
  if (after.archived) return toListers(channelId, [channelRemovePacket(old)], roster);
  if (before.slug === after.slug) return [];
  return [
    ...toListers(channelId, [channelUpdatePacket(old, room)], roster),
    ...renderRenamed(channelId, threadId, roster),
  ];
}

export const threadRows: Rows<"thread"> = {
  "thread.created": ({ thread }, _commit, { roster }) =>
    toListers(
      thread.channelId,
      [channelAddPacket(listedThread(thread.channelId, thread, roster))],
      roster,
    ),
  "thread.updated": (event, _commit, { roster }) => renderUpdated(event, roster),
  "thread.deleted": ({ channelId, before }, _commit, { roster }) =>
    before.archived ? [] : toListers(channelId, [channelRemovePacket(vouch(before.slug))], roster),
  "thread.joined": silent("participants are a list for show"),
  "thread.left": silent("participants are a list for show"),
};
