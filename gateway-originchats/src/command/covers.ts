/** What of the events that waited for an answer has been told by it already (docs/journal.md 4.3). */
import {
  type Event,
  type EventTable,
  ignored,
  ignoring,
  type Message,
  type MessageId,
  runnerOf,
} from "@dragoman/bus-schema";

/** The messages that an answer held. */
type Given = ReadonlySet<MessageId>;

const ofMessage = ({ message }: { readonly message: Message }, given: Given): boolean =>
  given.has(message.messageId);
const onMessage = ({ messageId }: { readonly messageId: MessageId }, given: Given): boolean =>
  given.has(messageId);

/** Whether messages that were given tell what an event tells. */
const table: EventTable<[given: Given], boolean> = {
  "message.posted": ofMessage,
  "message.announced": ofMessage,
  "message.edited": ofMessage,
  "reaction.added": onMessage,
  "reaction.removed": onMessage,
  "pin.added": onMessage,
  "pin.removed": onMessage,
  "message.deleted": ignored("always told: the client may show the message from before"),
  ...ignoring(
    "its packet says more than the message does",
    "poll.voted",
    "poll.ended",
    "slash.answered",
  ),
  ...ignoring(
    "a list of messages does not tell it",
    "leader.started",
    "journal.skipped",
    "journal.levelled",
    "journal.filled",
    "import.stored",
    "server.updated",
    "server.phased",
    "server.signalled",
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
    "user.erased",
    "user.forgotten",
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
    "push.subscribed",
    "push.unsubscribed",
    "invite.created",
    "invite.revoked",
    "token.issued",
    "token.ended",
  ),
};

const covers = runnerOf(table);

/** Whether the messages in `given` tell an event already. `given` is filled by the answer and asked behind it. */
export function coversOf(given: Given): (event: Event) => boolean {
  return (event) => covers(event, given) ?? false;
}
