/**
 * What a journal record means for the history projection: each event reduced to the row that is stored of it, if
 * any. Pure; runs on the main thread, so that the worker is sent strings and numbers and not whole records.
 */
import {
  type EventTable,
  ignored,
  ignoring,
  type Message,
  type MessageId,
  type Place,
  type PollId,
  runnerOf,
  type UserId,
} from "@dragoman/bus-schema";
import type { FeedRecord, Position } from "@dragoman/service-kit";
import { type AuditChange, auditOf } from "./audit.ts";
import { searchText, tokensOf } from "./mention.ts";
import type { Vote } from "./vote-table.ts";

/**
 * A message as it is stored: whole, but for pin and reactions, which no edit changes. `text` is what a search
 * looks through, `tokens` are whom it pings.
 */
interface Stored {
  readonly number: number;
  readonly json: string;
  readonly text: string;
  readonly tokens: readonly string[];
}

/** One change of the projection. */
export type Change =
  | (Stored & {
      readonly do: "post";
      readonly id: MessageId;
      readonly place: Place;
      readonly replyTo: MessageId | null;
    })
  | (Stored & { readonly do: "edit" })
  | { readonly do: "delete"; readonly number: number }
  | { readonly do: "pin"; readonly number: number; readonly pinned: boolean }
  | {
      readonly do: "react";
      readonly number: number;
      readonly emoji: string;
      readonly userId: UserId;
      readonly added: boolean;
    }
  /** A thread, or a channel with all its threads, is gone with all that stood there. */
  | { readonly do: "clear"; readonly place: Place }
  | {
      readonly do: "mark";
      readonly userId: UserId;
      readonly place: Place;
      readonly messageId: MessageId;
    }
  | (Vote & { readonly do: "vote" })
  /** A poll has ended: its message shows it so. */
  | {
      readonly do: "end";
      readonly id: MessageId;
      readonly pollId: PollId;
      readonly json: string;
    }
  /** An account became part of another, with what it read and chose; its messages stay by it. */
  | { readonly do: "merge"; readonly intoId: UserId; readonly fromId: UserId }
  | AuditChange;

/** A record as the worker gets it: its place in the journal and what it changes (often nothing). */
export interface Advance extends Position {
  readonly prev: string;
  readonly changes: readonly Change[];
}

function stored(message: Message): Stored {
  const { pinned: _, reactions: __, ...kept } = message;
  return {
    number: message.number,
    json: JSON.stringify(kept),
    text: searchText(message.content.text),
    tokens: tokensOf(message),
  };
}

const posted = (message: Message): Change => ({
  do: "post",
  id: message.messageId,
  place: message.place,
  replyTo: message.replyTo?.messageId ?? null,
  ...stored(message),
});

const inState =
  "how it is now stands in the state; how it was is asked of the audit log, if at all";

/** What the projection stores of each event, besides the audit log. */
const table: EventTable<[], Change> = {
  ...ignoring(
    inState,
    "server.updated",
    "role.created",
    "role.updated",
    "role.deleted",
    "role.reordered",
    "channel.created",
    "channel.updated",
    "channel.moved",
    "channel.admitted",
    "channel.dismissed",
    "thread.created",
    "thread.updated",
    "thread.joined",
    "thread.left",
    "user.joined",
    "user.departed",
    "user.nicknamed",
    "user.renamed",
    "user.pictured",
    "user.assigned",
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
    "push.subscribed",
    "push.unsubscribed",
  ),
  "journal.skipped": ignored("the feed passes the record over; the audit log has it"),
  "journal.levelled": ignored("what may be written is the journal's own business"),
  "leader.started": ignored("terms are the journal's own business"),
  "user.merged": ({ intoId, fromId }) => ({ do: "merge", intoId, fromId }),
  "poll.ended": ({ messageId, pollId, poll }) => ({
    do: "end",
    id: messageId,
    pollId,
    json: JSON.stringify(poll),
  }),
  "slash.called": ignored("a call is no message; its answer is"),
  "slash.answered": ignored("an answer for the caller's eyes is kept nowhere"),
  "message.posted": (event) => posted(event.message),
  "message.announced": (event) => posted(event.message),
  "message.edited": (event) => ({ do: "edit", ...stored(event.message) }),
  "message.deleted": (event) => ({ do: "delete", number: event.number }),
  "pin.added": ({ number }) => ({ do: "pin", number, pinned: true }),
  "pin.removed": ({ number }) => ({ do: "pin", number, pinned: false }),
  "reaction.added": ({ number, emoji, userId }) => ({
    do: "react",
    number,
    emoji,
    userId,
    added: true,
  }),
  "reaction.removed": ({ number, emoji, userId }) => ({
    do: "react",
    number,
    emoji,
    userId,
    added: false,
  }),
  "channel.deleted": ({ channel }) => ({ do: "clear", place: { channelId: channel.channelId } }),
  "thread.deleted": ({ channelId, threadId }) => ({ do: "clear", place: { channelId, threadId } }),
  "poll.voted": ({ pollId, userId, optionIds }) => ({ do: "vote", pollId, userId, optionIds }),
  "unread.marked": (event) => ({
    do: "mark",
    userId: event.userId,
    place: event.place,
    messageId: event.messageId,
  }),
};

const changeOf = runnerOf(table);

/** Reduces a record to what the projection needs of it. */
export function advanceOf(record: FeedRecord): Advance {
  const changes: Change[] = [];
  for (const commit of record.batch.commits) {
    for (const event of commit.events) {
      const change = changeOf(event);
      if (change !== undefined) changes.push(change);
      const act = auditOf(event, commit, record.batch);
      if (act !== undefined) changes.push(act);
    }
  }
  return { seq: record.seq, id: record.batch.id, prev: record.batch.prev, changes };
}
