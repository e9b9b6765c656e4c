/**
 * A person is forgotten (docs/decisions/erase.md): the account at once, in the commit of the operator's command, then what
 * hangs on it, by commands that the leader gives itself until each yields nothing (`leader/eraser.ts`). Each may be given
 * again at any time.
 */
import {
  type CommandOf,
  type Event,
  erasedMax,
  type Thread,
  type UserId,
} from "@dragoman/bus-schema";
import { mergedInto, personByRef } from "../state/find.ts";
import type { Erasure, Person, Reading, State } from "../state/shape.ts";
import { isTheirs } from "../state/theirs.ts";
import { isLastOwner } from "./assign.ts";
import { attachmentDeletedEvent } from "./attachment.ts";
import { slugFor } from "./channel-name.ts";
import type { BodyOf, Decision } from "./contract.ts";
import { unique } from "./name.ts";
import { accept, type CoreAsker, type DecisionContext, type OperatorAsker, refuse } from "./row.ts";
import { allClosedEvents } from "./session/presence.ts";

type Own = DecisionContext<CoreAsker>;

/** Events of one of core's own commands: its commit stays small. */
const eventsMax = 40;
const nameMax = 32;
/** What a thread is called whose name was the person's. */
const threadName = "thread";

/** Decides `user.erase`; nothing new while the person is being forgotten. Whoever was forgotten before is looked for once more. */
export function erase(
  { state }: DecisionContext<OperatorAsker>,
  { target }: CommandOf<"user.erase">,
): Decision {
  const person = personByRef(state, target);
  if (person === undefined) return refuse({ code: "not_found", what: "user", given: target });
  const { userId } = person.user;
  if (state.erasures.has(userId)) return accept();
  if (!person.departed && isLastOwner(state, person)) {
    return refuse({ code: "protected", what: "owner" });
  }
  const all = [person, ...mergedInto(state, userId)];
  if (all.length > erasedMax) {
    return refuse({ code: "limit_reached", what: "accounts of one person", max: erasedMax });
  }
  const userIds = all.map(({ user }) => user.userId);
  const departed: readonly Event[] = person.departed
    ? []
    : [{ type: "user.departed", userId, byId: null }];
  return accept(...departed, ...allClosedEvents(state, userId, "depart"), {
    type: "user.erased",
    userId,
    accounts: all.map(({ user }) => ({
      userId: user.userId,
      name: namelessly(state, user.number),
    })),
    called: all.flatMap((each) => calledIn(state, each)),
    credentialIds: all.flatMap(({ credentialId }) => credentialId ?? []),
    subscriptionIds: [...state.pushes].flatMap(([id, holder]) =>
      userIds.includes(holder) ? [id] : [],
    ),
  });
}

/** A name that says nothing but the number. */
function namelessly(state: Reading<State>, number: number): string {
  const isTaken = (name: string): boolean => {
    const holder = state.names.get(name);
    return holder !== undefined && state.people.get(holder)?.user.number !== number;
  };
  return unique(`erased-${number}`, nameMax, isTaken);
}

/** Every name that finds the account, and those that it was called by besides. */
function calledIn(state: Reading<State>, { user, formerNames = [] }: Person): readonly string[] {
  const { userId, name, handle, nickname, lastingNickname } = user;
  const kept = [...state.names.holding(userId)].flatMap(([key, owner]) =>
    owner === userId ? [key] : [],
  );
  const others = [name, handle, nickname, lastingNickname, ...formerNames];
  return [...new Set([...others.filter((each) => typeof each === "string"), ...kept])];
}

/** Whether something hangs on the accounts that `user.clear` takes away. */
export const hasBelongings = (state: Reading<State>, userIds: readonly UserId[]): boolean =>
  belongings(state, userIds).next().done !== true;

/** Decides `user.clear`: what hangs on the accounts besides messages, some of it. */
export function clear({ state }: Own, { userId }: BodyOf<"user.clear">): Decision {
  const erasure = state.erasures.get(userId);
  if (erasure === undefined) return accept();
  const events: Event[] = [];
  for (const event of belongings(state, erasure.userIds)) {
    events.push(event);
    // Two names of threads that are made at once would be one.
    if (events.length >= eventsMax || event.type === "thread.updated") break;
  }
  return accept(...events);
}

function* belongings(state: Reading<State>, userIds: readonly UserId[]): Generator<Event> {
  for (const webhook of state.webhooks.values()) {
    if (userIds.includes(webhook.createdById)) yield { type: "webhook.deleted", webhook };
  }
  for (const userId of userIds) {
    for (const attachmentId of state.attachmentsOf.get(userId) ?? []) {
      const held = state.attachments.get(attachmentId);
      if (held !== undefined) yield attachmentDeletedEvent(held, "deleted", null);
    }
    yield* votes(state, userId);
    for (const [, thread] of state.threads.holding(userId)) yield* inThread(state, thread, userId);
  }
}

/** Votes in polls that are open are taken back; of those that have ended the counts alone stay. */
function* votes(state: Reading<State>, userId: UserId): Generator<Event> {
  for (const [pollId, live] of state.polls) {
    const chosen = state.votes.get(pollId)?.get(userId) ?? [];
    if (chosen.length === 0) continue;
    const { poll, messageId, place } = live;
    const options = poll.options.map((option) =>
      chosen.includes(option.optionId) ? { ...option, votes: option.votes - 1 } : option,
    );
    const now = { ...poll, options };
    yield { type: "poll.voted", pollId, messageId, place, userId, optionIds: [], poll: now };
  }
}

/** The name of a thread is its maker's words, and goes while the maker is known to be in it. What others said in it stays. */
function* inThread(state: Reading<State>, thread: Thread, userId: UserId): Generator<Event> {
  const { threadId, channelId, name, slug, locked, archived } = thread;
  if (thread.creatorId === userId && name !== threadName) {
    const above = state.channels.get(channelId)?.slug ?? "";
    const before = { name, slug, locked, archived };
    const after = {
      ...before,
      name: threadName,
      slug: slugFor(state, { name: threadName, kind: "thread", above }, threadId),
    };
    yield { type: "thread.updated", threadId, channelId, after, before };
  }
  if (thread.participantIds.includes(userId)) {
    yield { type: "thread.left", threadId, channelId, userId };
  }
}

/** Whether a poll of theirs, or what is among the newest of a place, is still there: its end is to be told first. */
function isThere(state: Reading<State>, erasure: Reading<Erasure>): boolean {
  for (const { poll } of state.polls.values())
    if (erasure.userIds.includes(poll.creatorId)) return true;
  for (const { entries } of state.rings.values()) {
    for (const { messageId } of entries) {
      const message = state.recent.get(messageId)?.message;
      if (message !== undefined && message !== null && isTheirs(message, erasure)) return true;
    }
  }
  return false;
}

/** Decides `user.forget`, which comes when nothing is left of what they said. */
export function forget({ state }: Own, body: BodyOf<"user.forget">): Decision {
  const erasure = state.erasures.get(body.userId);
  if (erasure === undefined || isThere(state, erasure)) return accept();
  const { quotedIn, done } = body;
  return accept({
    type: "user.forgotten",
    userIds: [...erasure.userIds],
    quotedIn: [...quotedIn],
    ...(done ? { done: true as const } : {}),
  });
}
