/** Messages: posting, editing, deleting, whispering; and what state remembers of them. */
import {
  type Author,
  allows,
  type Channel,
  type ChannelId,
  type CommandOf,
  type Content,
  commitBytesMax,
  type Event,
  type Message,
  type MessageRef,
  type Place,
  type Reaction,
  type Result,
  rankOf,
  samePlace,
  trimmed,
  type UserId,
} from "@dragoman/bus-schema";
import { charge, spentBy } from "../state/budget.ts";
import { noteEnded } from "../state/erase.ts";
import { releaseAttachments, useAttachments } from "../state/file.ts";
import { actorOf, banOf, followed, isOf, pairKey, personCalled, placeKey } from "../state/find.ts";
import { dropPoll, openPoll, pollByRef, threadOf, withPoll } from "../state/place.ts";
import { hasReadAll } from "../state/readers.ts";
import { dropNewest, presentFact, pushNewest, remember } from "../state/recent.ts";
import { newestCount, type Person, type Reading, type State } from "../state/shape.ts";
import { placeNotFound } from "../state/sight.ts";
import { touch } from "../state/touch.ts";
import { shownAttachments } from "./attachment.ts";
import { holderOf } from "./channel-name.ts";
import type { Decision } from "./contract.ts";
import { deletedEvents } from "./deletion.ts";
import { drafts, systemLine } from "./draft.ts";
import { eraseMessages } from "./erase-message.ts";
import { expireMessages } from "./expire.ts";
import { notPermitted } from "./guard.ts";
import { messageByRef, messageNeed, typedIn } from "./message-ref.ts";
import { unique } from "./name.ts";
import { closedBy, partakingEvents, reopenedEvents, takesMessages, visible } from "./place.ts";
import { presentReply, quotedBy, replyOf } from "./reply.ts";
import {
  type Around,
  accept,
  busy,
  type CommandRows,
  type DecisionContext,
  type EventRows,
  type MemberContext,
  refuse,
  type SessionContext,
} from "./row.ts";
import { backEvents } from "./status.ts";
import { checkText, cleanContent } from "./text.ts";
import { spendWebhook } from "./webhook.ts";
import { heardEvents, openedAgainEvents } from "./whisper.ts";

/**
 * The message that a command is about, where the asker may see it, it stands where the command says, and may be
 * changed there.
 */
function messageOf(
  context: SessionContext,
  ref: MessageRef,
  place: Place | undefined,
): Result<{ readonly message: Message; readonly channel: Channel }> {
  const found = messageByRef(context, ref, place);
  if (!found.ok) return found;
  const message = withPoll(context.state, found.value);
  const channel = visible(context, message.place);
  if (channel === undefined || (place !== undefined && !samePlace(place, message.place))) {
    return refuse({ code: "not_found", what: "message", given: typedIn(ref) });
  }
  const closed = closedBy(threadOf(context.state, message.place));
  if (closed !== null) return refuse(closed);
  return { ok: true, value: { message, channel } };
}

/** Whether whoever asks wrote it, also under an account that became part of theirs. */
function isOwn({ state, asker }: SessionContext, author: Author): boolean {
  return author.kind === "user" && isOf(state, author.userId, asker.actor.userId);
}

function authorOf(context: SessionContext): Author {
  return { kind: "user", userId: context.asker.actor.userId };
}

/** Whether a whisper can reach a person, online or not. */
function isReachable(context: SessionContext, person: Person): boolean {
  return (
    !person.departed && banOf(context.state, person.user.userId, context.nowMs)?.kind !== "ban"
  );
}

/** The other person of a whisper channel. */
function otherThan(context: SessionContext, channel: Channel): Person | undefined {
  const otherId = channel.peopleIds?.find((id) => id !== context.asker.actor.userId);
  return otherId === undefined ? undefined : context.state.people.get(otherId);
}

function post(context: SessionContext, body: CommandOf<"message.post">): Decision {
  const { place, kind, replyTo, ping, embeds = [] } = body;
  const channel = visible(context, place);
  if (channel === undefined) return refuse(placeNotFound(place));
  const thread = threadOf(context.state, place);
  if (thread?.locked === true) return refuse({ code: "locked", archived: false });
  if (!allows(channel, "send", context.asker.actor)) return notPermitted("send");
  if (!takesMessages(channel, place)) {
    return refuse({ code: "invalid", field: "channel", why: channel.kind });
  }
  const other = otherThan(context, channel);
  if (other !== undefined && !isReachable(context, other)) {
    return refuse({ code: "not_found", what: "user", given: other.user.name });
  }
  const reply = replyOf(context, replyTo, place);
  if (!reply.ok) return reply;
  const files = shownAttachments(context, body.attachmentIds ?? []);
  if (!files.ok) return files;
  const quoted = replyTo === undefined ? quotedBy(context, body, place) : undefined;
  const posted = drafts(context)({
    place,
    author: authorOf(context),
    kind,
    content: cleanContent(quoted?.content ?? body.content),
    ...(quoted === undefined ? reply.value : { replyTo: quoted.replyTo }),
    ...(ping === undefined ? {} : { ping }),
    ...(files.value.length === 0 ? {} : { attachments: [...files.value] }),
    ...(embeds.length === 0 ? {} : { embeds }),
  });
  return accept(
    ...reopenedEvents(thread),
    ...partakingEvents(context, thread),
    ...backEvents(context.asker.person),
    ...openedAgainEvents(channel),
    posted,
    ...markedEvents(context, posted.message),
    ...heardEvents(context.state, channel, posted.message),
  );
}

/** `unread.marked` of the own message where the author had read the place to its end; else none (part 2, 11.1). */
export function markedEvents(
  context: SessionContext,
  { place, messageId }: Message,
): readonly Event[] {
  const { userId } = context.asker.actor;
  return hasReadAll(context.state, userId, place)
    ? [{ type: "unread.marked", userId, place, messageId }]
    : [];
}

function edit(context: SessionContext, body: CommandOf<"message.edit">): Decision {
  const found = messageOf(context, body.message, body.place);
  if (!found.ok) return found;
  const { message, channel } = found.value;
  if (!isOwn(context, message.author)) return notPermitted("author");
  if (!allows(channel, "edit_own", context.asker.actor)) return notPermitted("edit_own");
  const { reactions = [], embeds: before, replyTo, ...kept } = message;
  const embeds = body.embeds ?? before;
  const mayBeEmpty =
    ((embeds?.length ?? 0) > 0 && message.kind === "text") || message.attachments !== undefined;
  const wrong = checkText(body.content, context.inputs.limits.postContent, mayBeEmpty);
  if (wrong !== null) return refuse(wrong);
  return accept({
    type: "message.edited",
    message: {
      ...kept,
      ...(replyTo === undefined ? {} : { replyTo: presentReply(context.state, replyTo) }),
      content: editedContent(body.content, message),
      editedAtUs: Math.max(context.inputs.clockMs * 1000, message.createdAtUs + 1),
      ...(embeds === undefined ? {} : { embeds }),
      ...(reactions.length === 0 || isMany(reactions) ? {} : { reactions }),
    },
    recent: isRecent(context.state, message),
  });
}

/** The content after an edit; an action, which is shown in italics and edited so, without them. */
function editedContent(content: Content, { kind }: Message): Content {
  const clean = cleanContent(content);
  if (kind !== "action" || clean.markup !== "markdown") return clean;
  const inner = /^_(.+)_$/s.exec(clean.text)?.[1];
  return inner === undefined ? clean : { ...clean, text: trimmed(inner) };
}

/** Whether reactions would take too much of an event that is about something else. */
function isMany(reactions: readonly Reaction[]): boolean {
  return JSON.stringify(reactions).length > 4_096;
}

/** Whether a message is among the newest of its place. */
function isRecent(state: Reading<State>, message: Message): boolean {
  const entries = state.rings.get(placeKey(message.place))?.entries ?? [];
  return entries.slice(-newestCount).some(({ messageId }) => messageId === message.messageId);
}

function remove(context: MemberContext, body: CommandOf<"message.delete">): Decision {
  if (context.asker.kind === "operator") return removeAsOperator(context, body);
  return removeAsPerson({ ...context, asker: context.asker }, body);
}

/** Wherever it stands, in a whisper too: somebody may have shown the operator its id. */
function removeAsOperator(context: MemberContext, body: CommandOf<"message.delete">): Decision {
  const found = messageByRef(context, body.message, undefined);
  return found.ok ? accept(...deletedEvents(context.state, found.value, null)) : found;
}

function removeAsPerson(context: SessionContext, body: CommandOf<"message.delete">): Decision {
  const found = messageOf(context, body.message, body.place);
  if (!found.ok) return found;
  const { message, channel } = found.value;
  const { actor } = context.asker;
  const own = isOwn(context, message.author);
  const need = own ? "delete_own" : "delete";
  if (!allows(channel, need, actor)) return notPermitted(need);
  if (!own && authorRank(context, message.author) > rankOf(actor)) {
    return refuse({ code: "rank_too_low", given: body.message });
  }
  return accept(...deletedEvents(context.state, message, actor.userId));
}

/** A system line ranks below everybody. */
function authorRank({ state }: SessionContext, author: Author): number {
  if (author.kind !== "user") return 0;
  const person = followed(state, author.userId);
  return rankOf(actorOf(state, person?.user.userId ?? author.userId));
}

function whisper(context: SessionContext, body: CommandOf<"message.whisper">): Decision {
  const target = personCalled(context.state, body.target);
  if (target === undefined || !isReachable(context, target)) {
    return refuse({ code: "not_found", what: "user", given: body.target });
  }
  const ownId = context.asker.actor.userId;
  const { userId } = target.user;
  if (userId === ownId) return refuse({ code: "self_target", given: body.target });
  const knownId = context.state.whispers.get(pairKey(ownId, userId));
  const known = knownId === undefined ? undefined : context.state.channels.get(knownId);
  const channel = known ?? whisperChannel(context, ownId, userId);
  const place = { channelId: channel.channelId };
  const quoted = quotedBy(context, body, place);
  const posted = drafts(context)({
    place,
    author: authorOf(context),
    kind: "text",
    content: cleanContent(quoted?.content ?? body.content),
    ...(quoted === undefined ? {} : { replyTo: quoted.replyTo }),
  });
  const open: readonly Event[] =
    known === undefined ? [{ type: "channel.created", channel }] : openedAgainEvents(known);
  return accept(
    ...backEvents(context.asker.person),
    ...open,
    posted,
    ...heardEvents(context.state, channel, posted.message),
  );
}

/** Its name is for the journal alone: gateways show each of the two the other's. */
function whisperChannel(context: DecisionContext, ownId: UserId, otherId: UserId): Channel {
  const { state } = context;
  const isTaken = (candidate: string): boolean => holderOf(state, candidate) !== undefined;
  const name = unique(`whisper-${state.whispers.size + 1}`, 30, isTaken);
  return {
    channelId: context.inputs.newUuid() as ChannelId,
    kind: "whisper",
    name,
    slug: name,
    permissions: {},
    minRank: 0,
    hasPassword: false,
    temporary: false,
    peopleIds: [ownId, otherId],
  };
}

/** Decides `message.announce`: a line by the server in the default channel, shown to everybody wherever they are. */
function announce(context: MemberContext, body: CommandOf<"message.announce">): Decision {
  const { server } = context.state;
  if (server === undefined) return busy;
  const { asker } = context;
  const { command } = body;
  const { message } = drafts(context)({
    ...systemLine(
      { channelId: server.defaultChannelId },
      "",
      asker.kind === "session" ? asker.actor.userId : undefined,
    ),
    content: cleanContent(body.content),
    ...(command === undefined || asker.kind === "operator"
      ? {}
      : { interaction: { command, userId: asker.actor.userId } }),
  });
  return accept({ type: "message.announced", message });
}

/** Whether a text alone may outgrow a commit: JSON may need six bytes for a unit. */
function isLong({ text }: Content): boolean {
  return text.length * 6 > commitBytesMax / 2;
}

export const messageCommands: CommandRows<"message"> = {
  "message.post": {
    by: "session",
    speaks: () => true,
    shape: ({ inputs }, { content, kind, embeds = [], attachmentIds = [] }) => {
      const more = (embeds.length > 0 && kind === "text") || attachmentIds.length > 0;
      return checkText(content, inputs.limits.postContent, more);
    },
    bulky: ({ content, embeds = [] }) => embeds.length > 0 || isLong(content),
    needs: (state, { replyTo, place }, command) => messageNeed(state, command, replyTo, place),
    decide: post,
  },
  "message.edit": {
    by: "session",
    speaks: () => true,
    bulky: () => true,
    needs: (state, { message, place }, command) => messageNeed(state, command, message, place),
    decide: edit,
  },
  "message.delete": {
    by: "session or operator",
    needs: (state, { message, place }, command) => messageNeed(state, command, message, place),
    decide: remove,
  },
  "message.expire": { by: "core", decide: expireMessages },
  "message.erase": { by: "core", decide: eraseMessages },
  "message.whisper": {
    by: "session",
    speaks: () => true,
    shape: ({ inputs }, { content }) => checkText(content, inputs.limits.postContent, false),
    bulky: ({ content }) => isLong(content),
    decide: whisper,
  },
  "message.announce": {
    by: "session or operator",
    speaks: () => true,
    shape: ({ inputs }, { content }) => checkText(content, inputs.limits.postContent, false),
    right: "announce",
    bulky: ({ content }) => isLong(content),
    decide: announce,
  },
};

/** Charges a person's own post, edit or answer; what the server says is free. */
function spend(state: State, message: Message, { cause, position }: Around): void {
  if (message.author.kind !== "user") return;
  if (cause.sessionId !== undefined) chargeFor(state, message.author.userId, position.at);
}

/** Charges a person for something said. */
export function chargeFor(state: State, userId: UserId, atMs: number): void {
  charge(spentBy(state.spends, userId).messages, atMs);
}

function takeIn(state: State, message: Message, seq: number): void {
  state.lastMessageNumber = Math.max(state.lastMessageNumber, message.number);
  openPoll(state, message);
  remember(state, presentFact(message, seq));
  pushNewest(state, message);
}

export const messageEvents: EventRows<"message"> = {
  "message.posted": (state, { message }, around) => {
    takeIn(state, message, around.position.seq);
    useAttachments(state, message);
    spendWebhook(state, message, around.position.at);
    spend(state, message, around);
  },
  "message.announced": (state, { message }, { cause, position }) => {
    takeIn(state, message, position.seq);
    if (cause.userId !== undefined) chargeFor(state, cause.userId, position.at);
  },
  "message.edited": (state, { message }, around) => {
    touch(state, message.messageId, { kind: "edited", message }, around.position.seq);
    spend(state, message, around);
  },
  "message.deleted": (state, { messageId, number, place, author }, { position }) => {
    remember(state, { messageId, number, place, author, message: null, seq: position.seq });
    noteEnded(state, author, number);
    dropNewest(state, { messageId, place });
    releaseAttachments(state, messageId);
    const live = pollByRef(state, messageId);
    if (live !== undefined) dropPoll(state, live.poll.pollId);
  },
};
