/** Threads and polls in the state, and what is forgotten with a place. */
import {
  type Channel,
  type ChannelId,
  type Message,
  type MessageId,
  type OptionId,
  type Place,
  type Poll,
  type PollId,
  samePlace,
  type Thread,
  type ThreadId,
  type UserId,
} from "@dragoman/bus-schema";
import { placeKey, pollKey } from "./find.ts";
import type { LivePoll, Reading, State } from "./shape.ts";

/** The thread of a place; undefined where there is none, or not in that channel. */
export function threadOf(state: Reading<State>, place: Place): Thread | undefined {
  if (place.threadId === undefined) return undefined;
  const thread = state.threads.get(place.threadId);
  return thread?.channelId === place.channelId ? thread : undefined;
}

/** The place that a thread is. */
export function placeOfThread({ channelId, threadId }: Thread): Place {
  return { channelId, threadId };
}

/** A thread that may be entered at this moment, by its slug, whatever the case, or its id. */
export function threadByRef(state: Reading<State>, given: string): Thread | undefined {
  const id = state.threadSlugs.get(given.trim().toLowerCase()) ?? (given as ThreadId);
  const thread = state.threads.get(id);
  return thread?.archived === false ? thread : undefined;
}

/** Puts a thread in, or in the place of what it was. */
export function setThread(state: State, thread: Thread): void {
  const before = state.threads.get(thread.threadId);
  if (before !== undefined) state.threadSlugs.delete(before.slug.toLowerCase());
  state.threads.set(thread.threadId, thread);
  state.threadSlugs.set(thread.slug.toLowerCase(), thread.threadId);
}

/** Forgets a thread with everything in it. */
export function dropThread(state: State, threadId: ThreadId): void {
  const thread = state.threads.get(threadId);
  if (thread === undefined) return;
  state.threads.delete(threadId);
  state.threadSlugs.delete(thread.slug.toLowerCase());
  forgetPlace(state, placeOfThread(thread));
}

/** Forgets what state keeps of a place that is gone: its newest messages, who has read them, its polls. */
function forgetPlace(state: State, place: Place): void {
  const key = placeKey(place);
  state.rings.delete(key);
  state.readers.delete(key);
  for (const { poll, place: stands } of state.polls.values()) {
    if (samePlace(stands, place)) dropPoll(state, poll.pollId);
  }
}

/** Forgets the threads and polls of a channel that is gone. */
export function dropChannelThings(state: State, channelId: ChannelId): void {
  for (const thread of state.threads.values()) {
    if (thread.channelId === channelId) dropThread(state, thread.threadId);
  }
  for (const { poll, place } of state.polls.values()) {
    if (place.channelId === channelId) dropPoll(state, poll.pollId);
  }
}

/** A channel is found by its name and its slug from now on. */
export function enterChannelNames(
  state: Pick<State, "channelNames" | "channelSlugs">,
  { channelId, name, slug }: Channel,
): void {
  state.channelNames.set(name.toLowerCase(), channelId);
  state.channelSlugs.set(slug.toLowerCase(), channelId);
}

/** A poll by its id or its message's. */
export function pollByRef(state: Reading<State>, given: string): LivePoll | undefined {
  const id = state.pollOf.get(given as MessageId) ?? (given as PollId);
  return state.polls.get(id);
}

/** A message as it stands now: with the present state of its poll. */
export function withPoll(state: Reading<State>, message: Message): Message {
  const live = message.poll === undefined ? undefined : state.polls.get(message.poll.pollId);
  return live === undefined ? message : { ...message, poll: live.poll };
}

/** So many voters are named at most. */
export const votersMax = 1_000;

/** Who chose each option, by votes in the order in which they were first given. */
export function votersBy(
  { options }: Poll,
  votes: readonly (readonly [userId: UserId, chosen: readonly OptionId[]])[],
): UserId[][] {
  const named = votes.slice(0, votersMax);
  return options.map(({ optionId }) =>
    named.filter(([, chosen]) => chosen.includes(optionId)).map(([userId]) => userId),
  );
}

/** Takes the poll of a new message in. */
export function openPoll(state: State, { messageId, place, poll }: Message): void {
  if (poll === undefined) return;
  const { pollId, endsMs } = poll;
  state.polls.set(pollId, { poll, messageId, place });
  state.pollOf.set(messageId, pollId);
  state.votes.set(pollId, new Map());
  if (endsMs === null) return;
  const key = pollKey(pollId);
  state.timers.set(key, { dueMs: endsMs, key, body: { type: "poll.expire", pollId } });
}

/** Forgets a poll. */
export function dropPoll(state: State, pollId: PollId): void {
  const live = state.polls.get(pollId);
  if (live === undefined) return;
  state.polls.delete(pollId);
  state.pollOf.delete(live.messageId);
  state.votes.delete(pollId);
  state.timers.delete(pollKey(pollId));
}
