/** The packets that both answers and events consist of, as objects. Section numbers are the reference's. */
import type {
  Channel,
  EventOf,
  Message,
  Place,
  RosterUser,
  Status,
  Thread,
  ThreadId,
  UserId,
} from "@dragoman/bus-schema";
import type { Roster } from "@dragoman/gateway-kit";
import { shownName } from "./place.ts";
import { embedsOf, pollResults } from "./poll.ts";
import { mentionsIn } from "./text.ts";
import { secondsOfUs } from "./time.ts";
import {
  authorName,
  colorOf,
  comingUser,
  forumName,
  listedChannel,
  listedRole,
  messageObject,
  nameOf,
  namesOf,
  ownUser,
  plainStatus,
  roleNames,
  threadObject,
} from "./view.ts";

/**
 * Part 1, 3.2 and part 3, 1.5: a channel in its new form, whole, for clients to put in the place of the one that they
 * know as `before`.
 */
export const channelUpdate = (
  channel: Channel,
  before: string,
  roster: Roster,
  viewerId?: UserId,
): object => ({
  cmd: "channel_update",
  channel: listedChannel(channel, viewerId, roster),
  current_name: before,
});

/** Part 3, 2.1: an object by name, written in order of position. */
export function rolesList(roster: Roster): object {
  const roles = [...roster.roles].sort((a, b) => a.position - b.position);
  return {
    cmd: "roles_list",
    roles: Object.fromEntries(roles.map((role) => [role.name, listedRole(role)])),
  };
}

/** Part 1, 2.6: who the connection is. `validator` is the connection's own. */
export const ready = (user: RosterUser, validator: string, roster: Roster): object => ({
  cmd: "ready",
  user: ownUser(user, roster),
  validator,
});

/** Part 3, 2.4: somebody's roles. `global` where another assigned them. */
export const userRolesGet = (user: RosterUser, global: boolean, roster: Roster): object => ({
  cmd: "user_roles_get",
  user: user.name,
  roles: user.banned
    ? ["banned", ...user.roleIds.flatMap((roleId) => roster.role(roleId)?.name ?? [])]
    : roleNames(user.userId, roster),
  color: colorOf(user.userId, roster),
  ...(global ? { global: true } : {}),
});

/** Part 3, section 4: somebody's status, to everybody. */
export const statusGet = (username: string, status: Status): object => ({
  cmd: "status_get",
  username,
  status: plainStatus(status),
  global: true,
});

/** Part 3, section 4: what somebody who hides is told about themselves. */
export const statusSet = (status: Status): object => ({
  cmd: "status_set",
  status: plainStatus(status),
  global: true,
});

/** Part 3, 3.2. The stock client takes it for all that it knows of the person, in the eyes of `viewerId`. */
export const userJoin = (user: RosterUser, roster: Roster, viewerId?: UserId): object => ({
  cmd: "user_join",
  user: comingUser(user, roster, viewerId),
});

/** Part 3, 3.2: the stock client forgets the person. */
export const userLeave = (username: string): object => ({ cmd: "user_leave", username });

/** Part 3, 3.2. */
export const userConnect = (user: RosterUser, roster: Roster): object => ({
  cmd: "user_connect",
  user: comingUser(user, roster),
});

/**
 * Part 2, section 3, with the pings of section 2 where a person wrote it. Answers of slash commands have no
 * pings and name no thread (part 3, 7.3 and 7.4).
 */
export function messageNew(
  message: Message,
  channel: Channel,
  viewerId: UserId | undefined,
  roster: Roster,
): object {
  const isWritten = message.author.kind === "user" && message.interaction === undefined;
  const pings = isWritten ? { pings: pingsOf(message, roster) } : {};
  return {
    cmd: "message_new",
    message: { ...messageObject(message, roster), ...pings },
    channel: shownName(channel, viewerId, roster),
    ...(message.interaction === undefined || message.place.threadId !== undefined
      ? { thread_id: message.place.threadId ?? null }
      : {}),
    global: true,
    ...flatPoll(message, roster),
  };
}

/** What bots of the original read of a new poll (part 2, 13.2). */
function flatPoll(message: Message, roster: Roster): object {
  if (message.poll === undefined) return {};
  return {
    id: message.messageId,
    user: authorName(message.author, roster),
    content: "",
    timestamp: secondsOfUs(message.createdAtUs),
    embeds: embedsOf(message),
    poll_id: message.poll.pollId,
  };
}

function pingsOf(message: Message, roster: Roster): object {
  const { users, roles } = mentionsIn(message.content, roster);
  const original = message.replyTo?.author;
  const pinged = original?.kind === "user" && message.ping !== false;
  return { users, roles, replies: pinged ? [authorName(original, roster)] : [] };
}

/** Part 2, section 4. Pings only where there are any, replies never. */
export function messageEdit(
  message: Message,
  channel: Channel,
  viewerId: UserId | undefined,
  roster: Roster,
): object {
  const { users, roles } = mentionsIn(message.content, roster);
  const mentions = users.length + roles.length > 0;
  const whole = messageObject(message, roster) as { readonly content: string };
  return {
    cmd: "message_edit",
    id: message.messageId,
    content: whole.content,
    message: mentions ? { ...whole, pings: { users, roles, replies: [] } } : whole,
    channel: shownName(channel, viewerId, roster),
    ...(message.place.threadId === undefined ? {} : { thread_id: message.place.threadId }),
    global: true,
  };
}

/** Part 2, section 7. */
export const messageReact = (
  event: EventOf<"reaction.added"> | EventOf<"reaction.removed">,
  channel: Channel,
  viewerId: UserId | undefined,
  roster: Roster,
): object => ({
  cmd: event.type === "reaction.added" ? "message_react_add" : "message_react_remove",
  id: event.messageId,
  emoji: event.emoji,
  channel: shownName(channel, viewerId, roster),
  ...(event.place.threadId === undefined ? {} : { thread_id: event.place.threadId }),
  from: nameOf(event.userId, roster),
  global: true,
});

/** Part 2, section 6. */
export const messagePin = (
  event: EventOf<"pin.added"> | EventOf<"pin.removed">,
  channel: Channel,
  viewerId: UserId | undefined,
  roster: Roster,
): object => ({
  cmd: event.type === "pin.added" ? "message_pin" : "message_unpin",
  id: event.messageId,
  channel: shownName(channel, viewerId, roster),
  pinned: event.type === "pin.added",
  global: true,
});

/** Positions of a page as the request has them (part 2, 9.1). */
export interface PageRange {
  readonly start: number;
  readonly end: number;
}

/** A page of a place. */
interface Page {
  readonly cmd: "messages_get";
  readonly channel: string;
  readonly messages: readonly object[];
}

/** Part 2, 9.1: a page, oldest first. `range` is the request's own. */
export function messagesGet(
  messages: readonly Message[],
  range: PageRange,
  channel: Channel,
  viewerId: UserId,
  roster: Roster,
  threadId?: ThreadId,
): Page {
  return {
    cmd: "messages_get",
    channel: shownName(channel, viewerId, roster),
    ...(threadId === undefined ? {} : { thread_id: threadId }),
    messages: messages.map((message) => messageObject(message, roster)),
    range,
  } as Page;
}

/** The same as clients of the newer dialect read it too (part 1, 2.9): twice as long, so for them alone. */
export const newerPage = (page: Page, holdsOldest: boolean): object => ({
  ...page,
  val: page.messages,
  at_start: holdsOldest,
});

/** The page of a place without a message. */
export function emptyPage(channel: string, range: PageRange, newer: boolean): object {
  const page = { cmd: "messages_get", channel, messages: [], range } as const;
  return newer ? newerPage(page, true) : page;
}

/** Part 2, 9.2: `range` counts positions from the oldest message of the place, its end exclusive. */
export function messagesAround(
  messages: readonly Message[],
  start: number,
  channel: string,
  roster: Roster,
): object {
  return {
    cmd: "messages_around",
    channel,
    thread_id: messages[0]?.place.threadId ?? null,
    messages: messages.map((message) => messageObject(message, roster)),
    range: { start, end: start + messages.length },
  };
}

/** Part 2, section 8. */
export const typing = (channel: string, user: string, threadId?: ThreadId): object => ({
  cmd: "typing",
  channel,
  user,
  thread_id: threadId ?? null,
  global: true,
});

/** Part 2, 11.3. */
export const unreadsUpdate = (lastRead: string, channel: string, threadId?: ThreadId): object => ({
  cmd: "unreads_update",
  last_read: lastRead,
  ...whereOf(channel, threadId),
});

/** The thread where there is one, else the channel: never both (part 2, 11). */
export const whereOf = (channel: string, threadId: ThreadId | undefined): object =>
  threadId === undefined ? { channel } : { thread_id: threadId };

/** Part 2, section 12: a packet about a thread that is there. */
export const threadPacket = (cmd: string, thread: Thread, roster: Roster): object => ({
  cmd,
  thread: threadObject(thread, roster),
  channel: forumName(thread, roster),
  global: true,
});

/** Part 2, section 12: somebody has joined or left. */
export const threadPeople = (
  cmd: "thread_join" | "thread_leave",
  thread: Thread,
  userId: UserId,
  roster: Roster,
): object => ({
  cmd,
  thread: threadObject(thread, roster),
  thread_id: thread.threadId,
  channel: forumName(thread, roster),
  user: nameOf(userId, roster),
  global: true,
});

/** Part 2, section 12. */
export const threadDelete = (threadId: ThreadId, channel: string): object => ({
  cmd: "thread_delete",
  thread_id: threadId,
  channel,
  global: true,
});

/** Part 2, 13.3 and 13.4: what a vote and an end have in common, and a poll. */
export function pollPlace(
  { channelId, threadId }: Place,
  viewerId: UserId | undefined,
  roster: Roster,
): object {
  const channel = roster.channel(channelId);
  return {
    channel: channel === undefined ? null : shownName(channel, viewerId, roster),
    thread_id: threadId ?? null,
  };
}

/** Part 2, 13.3. */
export const pollVoteUpdate = (
  event: EventOf<"poll.voted">,
  viewerId: UserId | undefined,
  roster: Roster,
): object => ({
  cmd: "poll_vote_update",
  poll_id: event.pollId,
  message_id: event.messageId,
  ...pollPlace(event.place, viewerId, roster),
  user: nameOf(event.userId, roster),
  option_ids: event.optionIds,
  results: pollResults(event.poll),
});

/** Part 2, 13.4, with the names that were kept back until now. */
export const pollEnd = (
  event: EventOf<"poll.ended">,
  viewerId: UserId | undefined,
  roster: Roster,
): object => ({
  cmd: "poll_end",
  poll_id: event.pollId,
  message_id: event.messageId,
  ...pollPlace(event.place, viewerId, roster),
  results: pollResults(event.poll, namesOf(event.voters, roster)),
});
