/** Which places whoever asks may see. */
import type { Channel, Event, Place, Rejection, Thread } from "@dragoman/bus-schema";
import { viewsNow } from "../state/find.ts";
import { threadOf } from "../state/place.ts";
import type { MemberContext } from "./row.ts";

/** The channel of a place, if whoever asks may see it. Operators see all but whispers. */
export function visible(context: MemberContext, place: Place): Channel | undefined {
  if (place.threadId !== undefined && threadOf(context.state, place) === undefined)
    return undefined;
  const channel = context.state.channels.get(place.channelId);
  if (channel === undefined) return undefined;
  const seen =
    context.asker.kind === "operator"
      ? channel.kind !== "whisper"
      : viewsNow(context.state, channel, context.asker.actor);
  return seen ? channel : undefined;
}

/** The rejection for a place that is not there, and the same for one that whoever asks may not see. */
export function placeNotFound(place: Place): Rejection {
  return place.threadId === undefined
    ? { code: "not_found", what: "channel", given: place.channelId }
    : { code: "not_found", what: "thread", given: place.threadId };
}

/** Whether messages stand there at all: in a forum they stand in its threads. */
export function takesMessages({ kind }: Channel, { threadId }: Place): boolean {
  return threadId === undefined ? kind === "text" || kind === "whisper" : kind === "forum";
}

/** The rejection where a thread is locked or archived: nothing in it may be changed. Null: it is open, or no thread. */
export function closedBy(thread: Thread | undefined): Rejection | null {
  if (thread === undefined || !(thread.locked || thread.archived)) return null;
  return { code: "locked", archived: !thread.locked };
}

/** `thread.updated` that opens an archived thread again, as a new message does; none where it is open. */
export function reopenedEvents(thread: Thread | undefined): readonly Event[] {
  if (thread === undefined || !thread.archived) return [];
  const { threadId, channelId, name, slug, locked } = thread;
  const before = { name, slug, locked, archived: true };
  const after = { ...before, archived: false };
  return [{ type: "thread.updated", threadId, channelId, after, before }];
}
