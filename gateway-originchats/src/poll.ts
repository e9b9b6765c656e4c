/** Polls as this protocol shows them (part 2, 13.1): the embed of their message, and the results. */
import type { Embed, Message, Poll } from "@dragoman/bus-schema";
import { secondsOfMs, secondsOfUs } from "./time.ts";

const endedAt = ({ endedAtUs }: Poll): number | null =>
  endedAtUs === null ? null : secondsOfUs(endedAtUs);

const total = ({ options }: Poll): number => options.reduce((sum, { votes }) => sum + votes, 0);

/** What a poll consists of, without its state. */
export function pollBody(poll: Poll): object {
  return {
    question: poll.question,
    options: poll.options.map(({ optionId, text, emoji }) => ({
      id: optionId,
      text,
      ...(emoji === undefined ? {} : { emoji }),
    })),
    allow_multiselect: poll.multi,
    expires_at: poll.endsMs === null ? null : secondsOfMs(poll.endsMs),
  };
}

/** Whether the asking person chose an option, where there is one. */
const votedField = ({ ownIds }: Poll, optionId: string): object =>
  ownIds === undefined ? {} : { voted: ownIds.includes(optionId) };

/** The results object. `voters`: names by option; nobody is named while it runs. */
export function pollResults(poll: Poll, voters: readonly (readonly string[])[] = []): object {
  return {
    poll_id: poll.pollId,
    question: poll.question,
    allow_multiselect: poll.multi,
    ended: poll.endedAtUs !== null,
    ended_at: endedAt(poll),
    total_votes: total(poll),
    results: poll.options.map(({ optionId, text, emoji = null, votes }, index) => ({
      id: optionId,
      text,
      emoji,
      votes,
      voters: voters[index] ?? [],
      ...votedField(poll, optionId),
    })),
  };
}

/** The embed, with the state that the stock client draws (part 2, 13.6). */
function pollEmbed(poll: Poll): Embed {
  return {
    type: "poll",
    poll: {
      id: poll.pollId,
      ...pollBody(poll),
      results: poll.options.map(({ optionId, text, emoji = null, votes }) => ({
        id: optionId,
        text,
        emoji,
        votes,
        ...votedField(poll, optionId),
      })),
      total_votes: total(poll),
      ended: poll.endedAtUs !== null,
      ended_at: endedAt(poll),
      ...(poll.ownIds === undefined ? {} : { user_votes: poll.ownIds }),
    },
    title: poll.question,
  } as Embed;
}

/** A message's embeds, that of its poll first; undefined where it was given none. */
export function embedsOf({ poll, embeds }: Message): readonly Embed[] | undefined {
  return poll === undefined ? embeds : [pollEmbed(poll), ...(embeds ?? [])];
}
