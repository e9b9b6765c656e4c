/** Who is notified of a message, and under which title (OriginChats part 2, section 2). Pure. */
import {
  beginning,
  type Channel,
  calledIn,
  type Message,
  textOf,
  treeOf,
  type UserId,
  views,
  withNames,
  withRoleNames,
} from "@dragoman/bus-schema";
import { actorOf, admissionOf, banOf, followed, personByRef, sessionsOf } from "../state/find.ts";
import { namesIn } from "../state/names.ts";
import type { Reading, State } from "../state/shape.ts";

export interface Notice {
  readonly userId: UserId;
  readonly title: string;
  /** The first words, as a reader sees them. */
  readonly body: string;
  readonly channelName: string;
}

const bodyMax = 120;
const rolePattern = /@&([A-Za-z0-9_]+)/g;

/** Titles by person: a mention goes before a role's, that before a reply. */
function titles(state: Reading<State>, message: Message, channel: Channel): Map<UserId, string> {
  const { author, content, replyTo, ping } = message;
  const found = new Map<UserId, string>();
  if (author.kind !== "user") return found;
  const by = followed(state, author.userId)?.user.name ?? author.userId;
  const head = `#${channel.name} — ${by}`;
  const add = (userId: UserId, title: string): void => {
    if (userId !== author.userId && !found.has(userId)) found.set(userId, title);
  };
  for (const { at, names } of calledIn(content.text)) {
    if (content.text[at - 2] === "&") continue;
    const name = names.find((each) => personByRef(state, each) !== undefined);
    const person = name === undefined ? undefined : personByRef(state, name);
    if (person !== undefined) add(person.user.userId, head);
  }
  for (const { userId } of content.mentions ?? []) add(userId, head);
  const named = new Set([...content.text.matchAll(rolePattern)].map(([, name]) => name));
  for (const role of named.size === 0 ? [] : state.roles.values()) {
    if (!named.has(role.name)) continue;
    for (const userId of new Set(state.pushes.values())) {
      const holds = state.people.get(userId)?.user.roleIds.includes(role.roleId);
      if (holds === true) add(userId, `${head} mentioned @${role.name}`);
    }
  }
  if (replyTo?.author.kind === "user" && ping !== false) {
    const person = followed(state, replyTo.author.userId);
    if (person !== undefined) add(person.user.userId, `${head} replied`);
  }
  return found;
}

/** A message as words alone. */
function wordsOf(state: Reading<State>, { content }: Message): string {
  const names = namesIn(state);
  return withRoleNames(withNames(textOf(treeOf(content)), names), names);
}

/** The notices of a message: one for each person who is away, has a subscription and may view the place. */
export function noticesOf(state: Reading<State>, message: Message, nowMs: number): Notice[] {
  if (state.pushes.size === 0) return [];
  const channel = state.channels.get(message.place.channelId);
  if (channel === undefined) return [];
  const subscribed = new Set(state.pushes.values());
  const body = beginning(wordsOf(state, message), bodyMax);
  const notices: Notice[] = [];
  for (const [userId, title] of titles(state, message, channel)) {
    if (!subscribed.has(userId) || sessionsOf(state, userId).length > 0) continue;
    if (banOf(state, userId, nowMs) !== undefined) continue;
    const actor = actorOf(state, userId);
    if (!views(channel, actor, admissionOf(state, channel.channelId, userId))) continue;
    notices.push({ userId, title, body, channelName: channel.name });
  }
  return notices;
}
