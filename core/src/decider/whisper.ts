/** Whisper channels: whoever has closed one has it back with the next words in it, and who has heard them has read them. */
import type { Channel, Event, Message, UserId } from "@dragoman/bus-schema";
import { sessionsOf } from "../state/find.ts";
import { hasReadAll } from "../state/readers.ts";
import type { Reading, State } from "../state/shape.ts";
import type { Decision } from "./contract.ts";
import { accept, type SessionContext } from "./row.ts";

/** `channel.updated` of one that others have closed; none where nobody has. */
export function openedAgainEvents(channel: Channel): readonly Event[] {
  if (channel.closedBy === undefined) return [];
  const { closedBy: _, ...opened } = channel;
  return [{ type: "channel.updated", channel: opened, before: channel }];
}

/** Decides `channel.leave` of a whisper channel of one's own. */
export function closeWhisper({ asker: { actor } }: SessionContext, channel: Channel): Decision {
  const { closedBy = [] } = channel;
  if (closedBy.includes(actor.userId)) return accept();
  const closed = { ...channel, closedBy: [...closedBy, actor.userId] };
  return accept({ type: "channel.updated", channel: closed, before: channel });
}

/**
 * Whether a person is told of whispers where they stand, and nowhere else: what they hear there they have read. With all
 * places at once nobody knows what is on the screen.
 */
function hears(state: Reading<State>, userId: UserId): boolean {
  const live = sessionsOf(state, userId).filter(({ droppedUntilMs }) => droppedUntilMs === null);
  return live.length > 0 && live.every(({ session: { traits } }) => traits.stands === "one place");
}

/** `unread.marked` of a new whisper where the other hears it and had read all before it; else none. */
export function heardEvents(
  state: Reading<State>,
  channel: Channel,
  { place, messageId, author }: Message,
): readonly Event[] {
  const authorId = author.kind === "user" ? author.userId : undefined;
  return (channel.peopleIds ?? [])
    .filter((id) => id !== authorId && hears(state, id) && hasReadAll(state, id, place))
    .map((userId): Event => ({ type: "unread.marked", userId, place, messageId }));
}
