/**
 * What a journal record means for the history projection: each event reduced to the row that is stored of it, if
 * any. Pure; runs on the main thread, so that the worker is sent strings and numbers and not whole records.
 */
import {
  type Carried,
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
import { type AdoptionChange, adoptionOf } from "./adoption.ts";
import { type AuditChange, auditOf } from "./audit.ts";
import { searchText, tokensOf } from "./mention.ts";
import type { EraseChange, ForgetChange } from "./traces.ts";
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

/** A message that was not there before. */
export interface Posted extends Stored {
  readonly id: MessageId;
  readonly place: Place;
  readonly replyTo: MessageId | null;
}

/** One change of the projection. */
export type Change =
  | (Posted & { readonly do: "post" })
  /** Of other servers' history, by rising numbers: where a message with the id of one is there already, it is passed over. */
  | { readonly do: "import"; readonly messages: readonly Posted[] }
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
      /** One that is further stays. */
      readonly onward?: true;
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
  | EraseChange
  | ForgetChange
  | AuditChange
  | AdoptionChange;

/** A record as the worker gets it: its place in the journal and what it changes (often nothing). */
export interface Advance extends Position {
  readonly prev: string;
  readonly changes: readonly Change[];
}

function stored(message: Message): Stored {
  return {
    number: message.number,
    json: JSON.stringify(keptOf(message)),
    text: searchText(message.content.text),
    tokens: tokensOf(message),
  };
}

/** Most have neither, and to copy one costs as much as to write it. */
function keptOf(message: Message): Message {
  if (message.pinned === undefined && message.reactions === undefined) return message;
  const { pinned: _, reactions: __, ...kept } = message;
  return kept;
}

const posted = (message: Message): Posted => ({
  id: message.messageId,
  place: message.place,
  replyTo: message.replyTo?.messageId ?? null,
  ...stored(message),
});

const inState =
  "how it is now stands in the state; how it was is asked of the audit log, if at all";

/** What has happened to a message that comes in. */
function happened(message: Message): Change[] {
  const { number, messageId, poll, pinned, reactions = [] } = message;
  const ended: readonly Change[] =
    poll === undefined || poll.endedAtUs === null
      ? []
      : [{ do: "end", id: messageId, pollId: poll.pollId, json: JSON.stringify(poll) }];
  const pin: readonly Change[] = pinned === true ? [{ do: "pin", number, pinned }] : [];
  return [
    ...ended,
    ...pin,
    ...reactions.flatMap(({ emoji, userIds }) =>
      userIds.map((userId): Change => ({ do: "react", number, emoji, userId, added: true })),
    ),
  ];
}

const messageOf = (event: Carried): readonly Posted[] =>
  event.type === "message.posted" ? [posted(event.message)] : [];

function ofCarried(event: Carried): readonly Change[] {
  if (event.type === "message.posted") return happened(event.message);
  if (event.type !== "unread.marked") return [];
  const { userId, place, messageId } = event;
  return [{ do: "mark", userId, place, messageId, onward: true }];
}

/** What the projection stores of each event, besides the audit log. */
const table: EventTable<[], Change | readonly Change[]> = {
  "import.stored": ({ events, votes = [] }) => [
    { do: "import", messages: events.flatMap(messageOf) },
    ...events.flatMap(ofCarried),
    ...votes.map((vote): Change => ({ ...vote, do: "vote" })),
  ],
  ...ignoring(
    inState,
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
    "session.moved",
    "session.dropped",
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
    "invite.created",
    "invite.revoked",
    "token.issued",
    "token.ended",
  ),
  ...ignoring("who comes and goes is counted by day", "session.opened", "session.closed"),
  "journal.skipped": ignored("the feed passes the record over; the audit log has it"),
  "journal.filled": ignored("it holds nothing"),
  "user.erased": ({ accounts, called }) => ({
    do: "erase",
    userIds: accounts.map(({ userId }) => userId),
    called,
  }),
  "user.forgotten": ({ quotedIn, done = false }) => ({ do: "forget", quotedIn, done }),
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
  "message.posted": ({ message }) => ({ do: "post", ...posted(message) }),
  "message.announced": ({ message }) => ({ do: "post", ...posted(message) }),
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
  const { at, clockMs = at } = record.batch;
  for (const commit of record.batch.commits) {
    for (const event of commit.events) {
      const change = changeOf(event);
      if (change !== undefined) changes.push(...[change].flat());
      const act = auditOf(event, commit, record.batch);
      if (act !== undefined) changes.push(act);
      const adoption = adoptionOf(event, commit, clockMs);
      if (adoption !== undefined) changes.push(adoption);
    }
  }
  return { seq: record.seq, id: record.batch.id, prev: record.batch.prev, changes };
}
