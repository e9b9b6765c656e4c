/** Polls as they stand now: by themselves, and in the messages of every other answer. */
import type { Actor, Message, OptionId, Poll, PollId, QueryType } from "@dragoman/bus-schema";
import { pollByRef, votersBy, votersMax } from "../state/place.ts";
import type { LivePoll } from "../state/shape.ts";
import { seenChannel, sightOf } from "../state/sight.ts";
import { busy, type Row, refuse, type Sources, signedIn } from "./row.ts";

/** How long an answer waits for the projection (docs/journal.md 4.3). */
const reachMs = 500;

/** Whatever answers hold messages in. */
interface WithMessages {
  readonly messages?: readonly Message[];
  readonly message?: Message | null;
}

/** An answer whose messages show their polls as the asking person sees them; null: not known in time. */
export async function inEyes<A extends object>(
  answer: A,
  asker: Actor,
  from: Sources,
): Promise<A | null> {
  const { state } = from.replica;
  const { messages, message } = answer as WithMessages;
  const polls = [...(messages ?? []), message].flatMap((each) => {
    // What the state does not know has ended, and the message shows how.
    return each?.poll === undefined ? [] : [state.polls.get(each.poll.pollId)?.poll ?? each.poll];
  });
  if (polls.length === 0) return answer;
  const own = await ownPolls(polls, asker, from);
  if (own === null) return null;
  const shown = (each: Message): Message => {
    const poll = each.poll === undefined ? undefined : own.get(each.poll.pollId);
    return poll === undefined ? each : { ...each, poll };
  };
  if (messages !== undefined) return { ...answer, messages: messages.map(shown) };
  return message == null ? answer : { ...answer, message: shown(message) };
}

/** The polls as a person sees them. Choices in ended ones come from the projection. */
async function ownPolls(
  polls: readonly Poll[],
  { userId }: Actor,
  { replica, history }: Sources,
): Promise<ReadonlyMap<PollId, Poll> | null> {
  const { votes } = replica.state;
  const chosen = new Map<PollId, readonly OptionId[]>();
  const over = polls.filter(({ pollId }) => !votes.has(pollId)).map(({ pollId }) => pollId);
  for (const { pollId } of polls) chosen.set(pollId, votes.get(pollId)?.get(userId) ?? []);
  if (over.length > 0) {
    if (!(await history.reached(replica.position.seq, reachMs))) return null;
    for (const vote of await history.votes(userId, over)) chosen.set(vote.pollId, vote.optionIds);
  }
  return new Map(
    polls.map((poll) => [poll.pollId, { ...poll, ownIds: [...(chosen.get(poll.pollId) ?? [])] }]),
  );
}

/** A poll that is state's no more; null: not known in time. */
async function endedPoll(
  given: string,
  { replica, history }: Sources,
): Promise<LivePoll | undefined | null> {
  if (!(await history.reached(replica.position.seq, reachMs))) return null;
  const { message } = await history.endedPoll(given);
  if (message?.poll === undefined) return undefined;
  const { poll, messageId, place } = message;
  return { poll, messageId, place };
}

type PollRows = {
  readonly [T in QueryType as T extends `poll.${string}` ? T : never]: Row<T>;
};

export const pollAnswers: PollRows = {
  "poll.state": signedIn(async ({ poll: given }, asker, from) => {
    const { state, position } = from.replica;
    const through = position.seq;
    const live = pollByRef(state, given) ?? (await endedPoll(given, from));
    if (live === null) return refuse(busy);
    if (live === undefined || seenChannel(state, live.place, sightOf(state, asker)) === undefined) {
      return refuse({ code: "not_found", what: "poll", given });
    }
    const { poll, messageId, place } = live;
    const own = (await ownPolls([poll], asker, from))?.get(poll.pollId);
    if (own === undefined) return refuse(busy);
    const votes = poll.endedAtUs === null ? [] : await from.history.voters(poll.pollId, votersMax);
    const voters = votersBy(
      poll,
      votes.map(({ userId, optionIds }) => [userId, optionIds]),
    );
    return { ok: true, value: { through, answer: { poll: own, messageId, place, voters } } };
  }),
};
