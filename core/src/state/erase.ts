/** How the state forgets a person (docs/decisions/erase.md). The account's id and number stay, so that nobody else is given them. */
import type { Author, EventOf, Message, MessageNumber } from "@dragoman/bus-schema";
import { dropBan } from "./ban.ts";
import { banKey, identityKey, silenceKey } from "./find.ts";
import { forgetReader } from "./readers.ts";
import type { Erasure, Fact, HeldAttachment, MessageChange, State, Touch } from "./shape.ts";
import { isTheirs, quotes } from "./theirs.ts";

type Erased = EventOf<"user.erased">;

/** The accounts have a number and a name that says nothing; what else they had is gone, but for the messages. */
export function eraseAccounts(
  state: State,
  { userId, accounts, credentialIds, subscriptionIds }: Erased,
): void {
  const userIds = accounts.map((account) => account.userId);
  const webhookIds = [...state.webhooks.values()].flatMap(({ webhookId, createdById }) =>
    userIds.includes(createdById) ? [webhookId] : [],
  );
  for (const account of accounts) eraseAccount(state, account);
  for (const id of subscriptionIds) state.pushes.delete(id);
  const top = state.lastMessageNumber;
  state.erasures.set(userId, {
    ...{ userIds, webhookIds, credentialIds, subscriptionIds },
    fileIds: [],
    filled: 0,
    top,
    lowest: top + 1,
    ended: 0,
  });
}

function eraseAccount(state: State, { userId, name }: Erased["accounts"][number]): void {
  const person = state.people.get(userId);
  if (person === undefined) return;
  for (const names of [state.names, state.skeletons, state.nicknames, state.nicknameSkeletons]) {
    for (const [key, owner] of [...names.holding(userId)]) if (owner === userId) names.delete(key);
  }
  state.names.set(name.toLowerCase(), userId);
  for (const { provider, id } of person.identities ?? []) {
    state.identities.delete(identityKey(provider, id));
  }
  const { number } = person.user;
  const { epoch, mergedInto } = person;
  const status = { status: "offline", text: "" } as const;
  const user = { userId, number, name, handle: name, roleIds: [], status, local: false };
  state.people.set(userId, {
    user: { ...user, demo: false },
    departed: true,
    erased: true,
    epoch: epoch + 1,
    ...(mergedInto === undefined ? {} : { mergedInto }),
  });
  dropBan(state, userId);
  state.silences.delete(userId);
  for (const key of [banKey(userId), silenceKey(userId)]) state.timers.delete(key);
  state.hereLast.delete(userId);
  for (const kept of [state.seen, state.away, state.knownAddresses, state.spends, state.uploads]) {
    kept.delete(userId);
  }
  forgetReader(state, userId);
  for (const people of state.admissions.values()) people.delete(userId);
  for (const [callId, { call }] of state.calls) {
    if (call.invokerId === userId) state.calls.delete(callId);
  }
}

/** A message has ended: of whom it was is to know how far the erasure has come. */
export function noteEnded(state: State, author: Author, number: MessageNumber): void {
  if (state.erasures.size === 0 || author.kind !== "user") return;
  for (const [userId, erasure] of state.erasures) {
    if (!erasure.userIds.includes(author.userId)) continue;
    const lowest = Math.min(erasure.lowest, number);
    state.erasures.set(userId, { ...erasure, lowest, ended: erasure.ended + 1 });
  }
}

/** The journal was filled up by so many bytes, for the first who is being forgotten: one goes after the other. */
export function noteFilled(state: State, bytes: number): void {
  const [first] = state.erasures;
  if (first === undefined) return;
  const [userId, erasure] = first;
  state.erasures.set(userId, { ...erasure, filled: erasure.filled + bytes });
}

/** An upload goes: its bytes are to be taken away before the erasure is done. */
export function noteFile(state: State, held: HeldAttachment | undefined): void {
  if (held === undefined) return;
  const { ownerId, file } = held.attachment;
  for (const [userId, erasure] of state.erasures) {
    if (!erasure.userIds.includes(ownerId) || erasure.fileIds.includes(file.fileId)) continue;
    state.erasures.set(userId, { ...erasure, fileIds: [...erasure.fileIds, file.fileId] });
  }
}

/** What the state remembers of messages holds no words of the person's any more. */
export function scrubRecent(state: State, erasure: Pick<Erasure, "userIds" | "webhookIds">): void {
  for (const [index, fact] of state.recentOrder.entries()) {
    const clean = cleanFact(fact, erasure);
    if (clean === fact) continue;
    state.recentOrder[index] = clean;
    if (state.recent.get(fact.messageId) === fact) state.recent.set(fact.messageId, clean);
  }
  for (const [index, touch] of state.touchOrder.entries()) {
    const change = cleanChange(touch.change, erasure);
    if (change === touch.change) continue;
    const clean: Touch = { ...touch, change };
    state.touchOrder[index] = clean;
    const kept = state.touches.get(touch.messageId);
    if (kept?.includes(touch) !== true) continue;
    const now = kept.map((each) => (each === touch ? clean : each));
    state.touches.set(touch.messageId, now);
  }
}

function cleanFact(fact: Fact, erasure: Pick<Erasure, "userIds" | "webhookIds">): Fact {
  const { message } = fact;
  if (message === null) return fact;
  if (isTheirs(message, erasure)) return { ...fact, message: null };
  return quotes(message, erasure.userIds) ? { ...fact, message: unquoted(message) } : fact;
}

/** A change of a message that is gone changes nothing any more. */
function cleanChange(
  change: MessageChange,
  erasure: Pick<Erasure, "userIds" | "webhookIds">,
): MessageChange {
  const nothing = { kind: "pinned", pinned: false } as const;
  if (change.kind === "ended") {
    return erasure.userIds.includes(change.poll.creatorId) ? nothing : change;
  }
  if (change.kind !== "edited") return change;
  if (isTheirs(change.message, erasure)) return nothing;
  return quotes(change.message, erasure.userIds)
    ? { ...change, message: unquoted(change.message) }
    : change;
}

function unquoted(message: Message): Message {
  if (message.replyTo === undefined) return message;
  const { excerpt: _, ...replyTo } = message.replyTo;
  return { ...message, replyTo };
}
