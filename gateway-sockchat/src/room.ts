/**
 * Where one may stand: in a text channel, or in an open thread of a forum, which is a channel here under a name of
 * its own (bridge table, forum and threads).
 */
import {
  type Channel,
  type Place,
  type Session,
  samePlace,
  type Thread,
  type ThreadId,
} from "@dragoman/bus-schema";
import type { Roster } from "@dragoman/gateway-kit";

/** A channel as this protocol knows it. `channelId` is a thread's forum, whose rights are its own. */
export type Room = Channel & { readonly threadId?: ThreadId };

/** A thread as a room. In a channel that is no forum (any more) it is none that anybody could stand in. */
function roomOf({ threadId, name, slug }: Thread, forum: Channel): Room {
  const kind = forum.kind === "forum" ? "text" : "separator";
  return { ...forum, kind, name, slug, threadId };
}

/** The rooms that follow a channel: itself, and its open threads. */
export function roomsOfChannel(channel: Channel, roster: Roster): readonly Room[] {
  const open = roster.threadsOf(channel.channelId).filter(({ archived }) => !archived);
  return [...open.map((thread) => roomOf(thread, channel)), channel];
}

/** The place of what is said in a room. */
export function placeOf({ channelId, threadId }: Room): Place {
  return threadId === undefined ? { channelId } : { channelId, threadId };
}

/** Whether a session stands in a room. */
export function standsIn({ place }: Session, room: Room): boolean {
  return place !== undefined && samePlace(place, room);
}

/** What is at a place, a whisper too; undefined where nothing is. */
export function roomAt({ channelId, threadId }: Place, roster: Roster): Room | undefined {
  const channel = roster.channel(channelId);
  if (threadId === undefined || channel === undefined) return channel;
  const thread = roster.thread(threadId);
  return thread === undefined ? undefined : roomOf(thread, channel);
}

/** All rooms in display order, a forum's open threads where the forum stands; channels of other kinds as they are. */
export function roomsOf(roster: Roster): readonly Room[] {
  return [...roster.channels].flatMap((channel): readonly Room[] =>
    channel.kind === "forum" ? roomsOfChannel(channel, roster) : [channel],
  );
}

/** A room by its name, whatever the case. */
export function roomBySlug(slug: string, roster: Roster): Room | undefined {
  const channel = roster.channelBySlug(slug);
  if (channel !== undefined) return channel;
  const thread = roster.threadBySlug(slug);
  if (thread === undefined || thread.archived) return undefined;
  return roomAt(thread, roster);
}
