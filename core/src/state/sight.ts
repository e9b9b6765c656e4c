/** What somebody may see: what is hidden from a person is nothing here, as if it had never been. */
import type { Actor, Channel, Place, Rejection, Thread, ThreadId } from "@dragoman/bus-schema";
import { attachmentAt } from "./file.ts";
import { viewsNow } from "./find.ts";
import { threadOf } from "./place.ts";
import type { HeldAttachment, Reading, State } from "./shape.ts";

/** Whether a channel is seen by whoever asks. */
export type Sight = (channel: Channel) => boolean;

/** The sight of a person as things stand. */
export function sightOf(state: Reading<State>, actor: Actor): Sight {
  return (channel) => viewsNow(state, channel, actor);
}

/** The channel of a place, if the place is there and seen. */
export function seenChannel(state: Reading<State>, place: Place, sees: Sight): Channel | undefined {
  const channel = state.channels.get(place.channelId);
  const stands = place.threadId === undefined || threadOf(state, place) !== undefined;
  return stands && channel !== undefined && sees(channel) ? channel : undefined;
}

/** A thread whose forum is seen. */
export function seenThread(
  state: Reading<State>,
  threadId: ThreadId,
  sees: Sight,
): Thread | undefined {
  const thread = state.threads.get(threadId);
  return thread !== undefined && seenChannel(state, thread, sees) !== undefined
    ? thread
    : undefined;
}

/** An upload that has not expired: in a message that is seen, or in none yet and for a channel that is. */
export function seenAttachment(
  state: Reading<State>,
  given: string,
  nowMs: number,
  sees: Sight,
): HeldAttachment | undefined {
  const held = attachmentAt(state, given, nowMs);
  if (held === undefined) return undefined;
  const { channelId } = held.attachment;
  const places: readonly Place[] =
    held.uses.length === 0 ? [{ channelId }] : held.uses.map(({ place }) => place);
  return places.some((place) => seenChannel(state, place, sees) !== undefined) ? held : undefined;
}

/** The rejection for a place that is not there, and the same for one that whoever asks may not see. */
export function placeNotFound({ channelId, threadId }: Place): Rejection {
  return threadId === undefined
    ? { code: "not_found", what: "channel", given: channelId }
    : { code: "not_found", what: "thread", given: threadId };
}
