/** What of the events that waited for a page of history has been told by it already (docs/journal.md 4.3). */
import {
  type Event,
  type EventTable,
  ignoring,
  type Message,
  type Place,
  runnerOf,
  samePlace,
} from "@dragoman/bus-schema";

const ofMessage = ({ message }: { readonly message: Message }, place: Place): boolean =>
  samePlace(message.place, place);

/** Whether a page of the history of a place tells what an event tells. */
const table: EventTable<[of: Place], boolean> = {
  "message.posted": ofMessage,
  "message.announced": ofMessage,
  "message.edited": ofMessage,
  "message.deleted": ({ place }, of) => samePlace(place, of),
  ...ignoring(
    "it is told by a notice, and the page holds none",
    "poll.voted",
    "poll.ended",
    "reaction.added",
    "reaction.removed",
    "pin.added",
    "pin.removed",
  ),
  ...ignoring(
    "a page of lines does not tell it",
    "leader.started",
    "journal.skipped",
    "journal.levelled",
    "server.updated",
    "role.created",
    "role.updated",
    "role.deleted",
    "role.reordered",
    "channel.created",
    "channel.updated",
    "channel.moved",
    "channel.deleted",
    "channel.admitted",
    "channel.dismissed",
    "thread.created",
    "thread.updated",
    "thread.deleted",
    "thread.joined",
    "thread.left",
    "user.joined",
    "user.departed",
    "user.nicknamed",
    "user.renamed",
    "user.pictured",
    "user.assigned",
    "user.merged",
    "user.revoked",
    "link.joined",
    "link.removed",
    "session.opened",
    "session.moved",
    "session.dropped",
    "session.closed",
    "presence.began",
    "presence.ended",
    "status.changed",
    "moderation.kicked",
    "moderation.banned",
    "moderation.unbanned",
    "moderation.silenced",
    "moderation.unsilenced",
    "moderation.refilled",
    "unread.marked",
    "attachment.added",
    "attachment.deleted",
    "emoji.added",
    "emoji.updated",
    "emoji.deleted",
    "webhook.created",
    "webhook.updated",
    "webhook.renewed",
    "webhook.deleted",
    "voice.joined",
    "voice.left",
    "voice.muted",
    "slash.registered",
    "slash.removed",
    "slash.called",
    "slash.answered",
    "push.subscribed",
    "push.unsubscribed",
  ),
};

const covers = runnerOf(table);

/** Whether a page of the history of `place` tells an event already. */
export const coversOf =
  (place: Place) =>
  (event: Event): boolean =>
    covers(event, place) ?? false;
