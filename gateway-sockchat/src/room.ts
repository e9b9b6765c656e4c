/**
 * Where one may stand: in a text channel, or in an open thread of a forum, which is a channel here under a name of
 * its own (bridge table, forum and threads).
 */
import {
  type Channel,
  type Event,
  type Place,
  type Session,
  samePlace,
  type Thread,
  type ThreadId,
} from "@dragoman/bus-schema";
import type { Roster, RosterExtension } from "@dragoman/gateway-kit";

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

/** Families whose events change no room. After all others the rooms are made anew. */
const withoutRooms: ReadonlySet<string> = new Set([
  "session",
  "presence",
  "status",
  "user",
  "moderation",
  "reaction",
  "pin",
  "unread",
]);

/** A message brings its thread to the front, and one elsewhere changes nothing. */
function bearsOnRooms(event: Event): boolean {
  switch (event.type) {
    case "message.posted":
    case "message.announced":
      return event.message.place.threadId !== undefined;
    case "message.edited":
    case "message.deleted":
      return false;
    default:
      return !withoutRooms.has(event.type.slice(0, event.type.indexOf(".")));
  }
}

/** All rooms, kept beside the roster: each who comes is shown them, and where there are thousands that takes long. */
export class Rooms implements RosterExtension {
  readonly #roster: Roster;
  #all: readonly Room[] | undefined;

  constructor(of: Roster) {
    this.#roster = of;
  }

  before(event: Event): void {
    if (bearsOnRooms(event)) this.#all = undefined;
  }

  get all(): readonly Room[] {
    this.#all ??= [...this.#roster.channels].flatMap((channel): readonly Room[] =>
      channel.kind === "forum" ? roomsOfChannel(channel, this.#roster) : [channel],
    );
    return this.#all;
  }
}

/** All rooms in display order, a forum's open threads where the forum stands; channels of other kinds as they are. */
export const roomsOf = (roster: Roster): readonly Room[] => roster.extension(Rooms).all;

/** A room by its name, whatever the case. */
export function roomBySlug(slug: string, roster: Roster): Room | undefined {
  const channel = roster.channelBySlug(slug);
  if (channel !== undefined) return channel;
  const thread = roster.threadBySlug(slug);
  if (thread === undefined || thread.archived) return undefined;
  return roomAt(thread, roster);
}
