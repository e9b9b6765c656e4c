/** Threads (part 2, section 12), to those who may view the forum. */
import type { ChannelId, ThreadId, UserId } from "@dragoman/bus-schema";
import type { Roster } from "@dragoman/gateway-kit";
import { threadDelete, threadPacket, threadPeople } from "../packet.ts";
import { type Delivery, type Rows, toChannel } from "./row.ts";

interface Which {
  readonly threadId: ThreadId;
  readonly channelId: ChannelId;
}

function renderThread(
  cmd: string,
  { threadId, channelId }: Which,
  roster: Roster,
): readonly Delivery[] {
  const thread = roster.thread(threadId);
  const channel = roster.channel(channelId);
  if (thread === undefined || channel === undefined) return [];
  return [toChannel(channel, () => threadPacket(cmd, thread, roster))];
}

function renderParticipant(
  cmd: "thread_join" | "thread_leave",
  { threadId, channelId, userId }: Which & { readonly userId: UserId },
  roster: Roster,
): readonly Delivery[] {
  const thread = roster.thread(threadId);
  const channel = roster.channel(channelId);
  if (thread === undefined || channel === undefined) return [];
  return [toChannel(channel, () => threadPeople(cmd, thread, userId, roster))];
}

export const threadRows: Rows<"thread"> = {
  "thread.created": ({ thread }, _commit, { roster }) =>
    renderThread("thread_create", thread, roster),
  "thread.updated": (event, _commit, { roster }) => renderThread("thread_update", event, roster),
  "thread.deleted": ({ threadId, channelId }, _commit, { roster }) => {
    const channel = roster.channel(channelId);
    return channel === undefined
      ? []
      : [toChannel(channel, () => threadDelete(threadId, channel.name))];
  },
  "thread.joined": (event, _commit, { roster }) => renderParticipant("thread_join", event, roster),
  "thread.left": (event, _commit, { roster }) => renderParticipant("thread_leave", event, roster),
};
