/** Polls as they stand now: by themselves, and in the messages of every other answer. */
import type { Actor, Message, QueryType } from "@dragoman/bus-schema";
import { viewsNow } from "../state/find.ts";
import { ownPoll, pollByRef, threadOf, votersOf, withPoll } from "../state/place.ts";
import { type Row, refuse, type Sources, signedIn } from "./row.ts";

/** Whatever answers hold messages in. */
interface WithMessages {
  readonly messages?: readonly Message[];
  readonly message?: Message | null;
}

/** An answer whose messages show their polls as the asking person sees them. */
export function inEyes<A extends object>(answer: A, asker: Actor, { replica }: Sources): A {
  const shown = (message: Message): Message => withPoll(replica.state, message, asker.userId);
  const { messages, message } = answer as WithMessages;
  if (messages !== undefined) return { ...answer, messages: messages.map(shown) };
  if (message === undefined || message === null) return answer;
  return { ...answer, message: shown(message) };
}

type PollRows = {
  readonly [T in QueryType as T extends `poll.${string}` ? T : never]: Row<T>;
};

export const pollAnswers: PollRows = {
  "poll.state": signedIn(({ poll: given }, asker, { replica }) => {
    const { state, position } = replica;
    const live = pollByRef(state, given);
    if (live === undefined) return refuse({ code: "not_found", what: "poll", given });
    const { poll, messageId, place } = live;
    const channel = state.channels.get(place.channelId);
    const here = place.threadId === undefined || threadOf(state, place) !== undefined;
    if (!here || channel === undefined || !viewsNow(state, channel, asker)) {
      return refuse({ code: "not_permitted", need: "view_poll", hidden: false });
    }
    const voters = poll.endedAtUs === null ? poll.options.map(() => []) : votersOf(state, poll);
    const own = ownPoll(state, poll, asker.userId);
    return {
      ok: true,
      value: { through: position.seq, answer: { poll: own, messageId, place, voters } },
    };
  }),
};
