/**
 * Which events put somebody out or may take from somebody the right to read (docs/journal.md 4.5). Whoever brought one
 * about is told so when every gateway has applied it, or delivers nothing any more: it is so everywhere then.
 */
import type { Event, EventOf } from "./event/index.ts";
import { type EventTable, ignoring, runnerOf } from "./table.ts";

const closings = new Set<EventOf<"session.closed">["why"]>([
  "kick",
  "ban",
  "flood",
  "depart",
  "password",
  "merged",
]);

const always = (): boolean => true;

const withdrawn = runnerOf<readonly [], boolean>({
  "moderation.banned": always,
  "moderation.kicked": always,
  "user.assigned": always,
  "user.merged": always,
  "user.departed": always,
  "role.updated": always,
  "role.deleted": always,
  "role.reordered": always,
  "channel.updated": always,
  "channel.deleted": always,
  "channel.dismissed": always,
  "thread.updated": always,
  "thread.deleted": always,
  "session.closed": ({ why }) => closings.has(why),
  ...ignoring(
    "whoever could read before can read after it",
    "leader.started",
    "journal.skipped",
    "journal.levelled",
    "server.updated",
    "role.created",
    "channel.created",
    "channel.moved",
    "channel.admitted",
    "thread.created",
    "thread.joined",
    "thread.left",
    "poll.voted",
    "poll.ended",
    "user.joined",
    "user.nicknamed",
    "user.renamed",
    "user.pictured",
    "user.revoked",
    "link.joined",
    "link.removed",
    "session.opened",
    "session.moved",
    "session.dropped",
    "presence.began",
    "presence.ended",
    "status.changed",
    "message.posted",
    "message.announced",
    "message.edited",
    "message.deleted",
    "reaction.added",
    "reaction.removed",
    "pin.added",
    "pin.removed",
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
} satisfies EventTable<readonly [], boolean>);

/** Whether the event puts somebody out, or may take from somebody the right to read. */
export function withdraws(event: Event): boolean {
  return withdrawn(event) ?? false;
}
