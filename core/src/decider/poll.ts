/** Polls (OriginChats part 2, section 13). A poll comes and goes with the message that carries it. */
import {
  allows,
  type CommandOf,
  type Event,
  holds,
  isLonger,
  type OptionId,
  type Place,
  type Poll,
  type PollId,
  pollLimits,
  type Rejection,
  type Result,
  samePlace,
} from "@dragoman/bus-schema";
import { factOf, isOf, pollKey } from "../state/find.ts";
import { pollByRef, threadOf, votersBy } from "../state/place.ts";
import type { LivePoll, Reading, State } from "../state/shape.ts";
import { placeNotFound, seenChannel } from "../state/sight.ts";
import { touch } from "../state/touch.ts";
import type { BodyOf, Decision, Need } from "./contract.ts";
import { drafts } from "./draft.ts";
import { notPermitted } from "./guard.ts";
import { markedEvents } from "./message.ts";
import { partakingEvents, reopenedEvents, sightIn, takesMessages, visible } from "./place.ts";
import {
  accept,
  busy,
  type CommandRows,
  type CoreAsker,
  type DecisionContext,
  type EventRows,
  refuse,
  type SessionContext,
} from "./row.ts";
import { backEvents } from "./status.ts";
import { openedAgainEvents } from "./whisper.ts";

type Create = CommandOf<"poll.create">;

/** The rejection of a poll of a wrong shape, which gateways check too, in their protocol's words. Null: it is right. */
function shapeFault({ question, options }: Create): Rejection | null {
  const long = (field: string, text: string, max: number): Rejection | null =>
    isLonger(text, max) ? { code: "too_long", field, max } : null;
  if (question.trim() === "") return { code: "invalid", field: "question", why: "empty" };
  if (options.length < pollLimits.optionsMin) {
    return { code: "invalid", field: "options", why: "too few" };
  }
  if (new Set(options.map(({ optionId }) => optionId)).size < options.length) {
    return { code: "invalid", field: "options", why: "one id twice" };
  }
  const faults = options.map(
    ({ optionId, text }) =>
      long("option", text, pollLimits.optionText) ?? long("id", optionId, pollLimits.optionId),
  );
  return (
    long("question", question, pollLimits.question) ?? faults.find((each) => each !== null) ?? null
  );
}

function create(context: SessionContext, body: Create): Decision {
  const { place, question, options, multi, endsMs } = body;
  const { actor } = context.asker;
  const channel = visible(context, place);
  if (channel === undefined) return refuse(placeNotFound(place));
  const thread = threadOf(context.state, place);
  if (thread?.locked === true) return refuse({ code: "locked", archived: false });
  if (!allows(channel, "send", actor)) return notPermitted("send");
  if (!takesMessages(channel, place)) {
    return refuse({ code: "invalid", field: "channel", why: channel.kind });
  }
  const poll: Poll = {
    pollId: context.inputs.newUuid() as PollId,
    creatorId: actor.userId,
    createdAtUs: context.inputs.clockMs * 1000,
    question,
    options: options.map((option) => ({ ...option, votes: 0 })),
    multi,
    endsMs,
    endedAtUs: null,
  };
  const posted = drafts(context)({
    place,
    author: { kind: "user", userId: actor.userId },
    kind: "text",
    content: { text: "", markup: "markdown" },
    poll,
  });
  return accept(
    ...reopenedEvents(thread),
    ...partakingEvents(context, thread),
    ...backEvents(context.asker.person),
    ...openedAgainEvents(channel),
    posted,
    ...markedEvents(context, posted.message),
  );
}

/** The rejection where a poll has ended, by its time or by somebody. Null: it is open. */
function endOf({ endsMs, endedAtUs }: Poll, nowMs: number): Rejection | null {
  const due = endsMs !== null && endsMs * 1000 <= (endedAtUs ?? nowMs * 1000);
  return endedAtUs === null && !due ? null : { code: "ended", expired: due };
}

/** The poll that is meant, where it is seen: by an id, or the newest open one of a place. */
function pollOf(context: SessionContext, given: string | Place): Result<LivePoll> {
  const { state } = context;
  const notFound: Result<LivePoll> = refuse({
    code: "not_found",
    what: "poll",
    given: typeof given === "string" ? given : "",
  });
  if (typeof given !== "string") {
    if (visible(context, given) === undefined) return notFound;
    const newest = [...state.polls.values()].findLast(
      ({ place, poll }) => samePlace(place, given) && endOf(poll, context.nowMs) === null,
    );
    return newest === undefined ? notFound : { ok: true, value: newest };
  }
  const live = pollByRef(state, given) ?? endedPoll(context, given);
  if (live === "unknown") return busy;
  return live !== undefined && seenChannel(state, live.place, sightIn(context)) !== undefined
    ? { ok: true, value: live }
    : notFound;
}

/** A poll that is state's no more, as it was looked up; `unknown` where that may have missed something (docs/journal.md 2.8). */
function endedPoll(
  { state, inputs }: SessionContext,
  given: string,
): LivePoll | undefined | "unknown" {
  const found = inputs.lookups.polls?.get(given);
  if (found === undefined || found.through < state.pollsForgotten) return "unknown";
  const { message } = found;
  if (message?.poll === undefined || factOf(state, message.messageId)?.message === null) {
    return undefined;
  }
  const { poll, messageId, place } = message;
  return { poll, messageId, place };
}

/** A poll is looked up that state does not know. */
function pollNeeds(state: Reading<State>, given: string | Place): readonly Need[] {
  return typeof given !== "string" || pollByRef(state, given) !== undefined
    ? []
    : [{ kind: "poll", ref: given }];
}

/** The ids of the chosen options, each once, without `multi` the last alone; or the choice that is no option. */
function chosenIds(
  { options, multi }: Poll,
  given: readonly (string | number)[],
): readonly OptionId[] | { readonly unknown: string } {
  const chosen: OptionId[] = [];
  for (const each of given) {
    const option =
      typeof each === "number"
        ? options[each - 1]
        : options.find(({ optionId }) => optionId === each);
    if (option === undefined) return { unknown: String(each) };
    chosen.push(option.optionId);
  }
  return multi ? [...new Set(chosen)] : chosen.slice(-1);
}

function vote(context: SessionContext, body: CommandOf<"poll.vote">): Decision {
  const found = pollOf(context, body.poll);
  if (!found.ok) return found;
  const { poll, messageId, place } = found.value;
  const ended = endOf(poll, context.nowMs);
  if (ended !== null) return refuse(ended);
  const optionIds = chosenIds(poll, body.options);
  if ("unknown" in optionIds) {
    return refuse({ code: "not_found", what: "option", given: optionIds.unknown });
  }
  const { userId } = context.asker.actor;
  const before = context.state.votes.get(poll.pollId)?.get(userId) ?? [];
  const same = before.length === optionIds.length && before.every((id) => optionIds.includes(id));
  if (same) return accept();
  const options = poll.options.map((option) => {
    const was = before.includes(option.optionId) ? 1 : 0;
    const is = optionIds.includes(option.optionId) ? 1 : 0;
    return { ...option, votes: option.votes - was + is };
  });
  return accept({
    type: "poll.voted",
    pollId: poll.pollId,
    messageId,
    place,
    userId,
    optionIds: [...optionIds],
    poll: { ...poll, options },
  });
}

/** `poll.ended`, with the names of the voters, which were kept back until now. */
function endedEvent(context: DecisionContext, live: LivePoll, endedAtUs: number): Event {
  const { poll, messageId, place } = live;
  return {
    type: "poll.ended",
    pollId: poll.pollId,
    messageId,
    place,
    byId: context.asker.kind === "session" ? context.asker.actor.userId : null,
    poll: { ...poll, endedAtUs },
    voters: votersBy(poll, [...(context.state.votes.get(poll.pollId) ?? [])]),
  };
}

/** Decides `poll.end`: for its maker, and whoever manages messages. */
function end(context: SessionContext, { poll: given }: CommandOf<"poll.end">): Decision {
  const found = pollOf(context, given);
  if (!found.ok) return found;
  const live = found.value;
  const over = endOf(live.poll, context.nowMs);
  if (over !== null) return refuse(over);
  const { actor } = context.asker;
  const own = isOf(context.state, live.poll.creatorId, actor.userId);
  if (!own && !holds(actor, "manageMessages")) return notPermitted("manageMessages");
  return accept(endedEvent(context, live, context.nowMs * 1000));
}

function expire(context: DecisionContext<CoreAsker>, { pollId }: BodyOf<"poll.expire">): Decision {
  const live = context.state.polls.get(pollId);
  if (live === undefined || live.poll.endedAtUs !== null) return accept();
  const { endsMs } = live.poll;
  if (endsMs === null || endsMs > context.nowMs) return accept();
  return accept(endedEvent(context, live, endsMs * 1000));
}

export const pollCommands: CommandRows<"poll"> = {
  "poll.create": {
    by: "session",
    speaks: () => true,
    shape: (_, body) => shapeFault(body),
    right: "sendMessages",
    bulky: () => true,
    decide: create,
  },
  "poll.vote": {
    by: "session",
    speaks: () => true,
    needs: (state, { poll }) => pollNeeds(state, poll),
    decide: vote,
  },
  "poll.end": { by: "session", needs: (state, { poll }) => pollNeeds(state, poll), decide: end },
  "poll.expire": { by: "core", decide: expire },
};

export const pollEvents: EventRows<"poll"> = {
  "poll.voted": (state, { pollId, userId, optionIds, poll }) => {
    const live = state.polls.get(pollId);
    if (live !== undefined) state.polls.set(pollId, { ...live, poll });
    state.votes.get(pollId)?.set(userId, optionIds);
  },
  "poll.ended": (state, { pollId, messageId, poll }, { position }) => {
    const live = state.polls.get(pollId);
    if (live !== undefined) state.polls.set(pollId, { ...live, poll, overAt: position.at });
    touch(state, messageId, { kind: "ended", poll }, position.seq);
    // Who chose what stands in the projection from now on.
    state.votes.delete(pollId);
    state.timers.delete(pollKey(pollId));
  },
};
