/** Polls (part 2, section 13). */
import {
  aheadMs,
  allows,
  type CommandOf,
  clipped,
  holds,
  isLonger,
  type PollOption,
  pollLimits,
} from "@dragoman/bus-schema";
import type { Step, View } from "@dragoman/gateway-kit";
import { z } from "zod";
import { type Ask, fail, query, reply, thenReply } from "../answer.ts";
import { pollPlace } from "../packet.ts";
import { pollBody, pollResults } from "../poll.ts";
import { type OwnTexts, refuse } from "../rejection.ts";
import { secondsOfUs } from "../time.ts";
import { nameOf, namesOf } from "../view.ts";
import { isTruthy } from "../wire.ts";
import { type CommandRows, findPlace, optionalText, placeFields, row } from "./row.ts";

const noSending = "You do not have permission to send messages in this";
/** The last second that a poll may end in. */
const secondsMax = 253_402_300_799;
const hourMs = 3_600_000;
/** The longest id that the bus carries; longer ones name nothing. */
const idMax = 64;
/** The same of an option, and of the options that one request may name. */
const optionMax = 200;
const chosenMax = 100;

// ---- poll_create ------------------------------------------------------------------------------------------

const CreateShape = z.object({
  ...placeFields,
  question: optionalText,
  options: z.array(z.unknown()).nullable().exactOptional(),
  allow_multiselect: z.unknown().exactOptional(),
  expires_at: z.number().min(0).max(secondsMax).nullable().exactOptional(),
  duration_hours: z
    .number()
    .min(0)
    .max(secondsMax / 3600)
    .nullable()
    .exactOptional(),
});
type Create = z.infer<typeof CreateShape>;

const exceeds = (what: string, max: number): string => `${what} cannot exceed ${max} characters`;

/** One option, or the error's text. A plain text gets its index as id. */
function optionOf(given: unknown, index: number): PollOption | string {
  const faulty = `Option ${index} must have 'text'`;
  const object = typeof given === "string" ? { text: given } : given;
  if (typeof object !== "object" || object === null || Array.isArray(object)) return faulty;
  const { text, id = String(index), emoji } = object as Readonly<Record<string, unknown>>;
  if (typeof text !== "string" || text.trim() === "") return faulty;
  if (typeof id !== "string" || id === "")
    return `Option ${index} must have an 'id' that is a string`;
  if (isLonger(text, pollLimits.optionText)) {
    return exceeds("Option text", pollLimits.optionText);
  }
  if (isLonger(id, pollLimits.optionId)) return exceeds("Option id", pollLimits.optionId);
  const shown = typeof emoji === "string" && emoji !== "" && emoji.length <= 400;
  return { optionId: id, text, ...(shown ? { emoji } : {}) };
}

/** All options, or the error's text. */
function optionsOf(given: readonly unknown[]): PollOption[] | string {
  if (given.length < pollLimits.optionsMin) {
    return `At least ${pollLimits.optionsMin} options are required`;
  }
  if (given.length > pollLimits.optionsMax) {
    return `Cannot have more than ${pollLimits.optionsMax} options`;
  }
  const options: PollOption[] = [];
  for (const [index, each] of given.entries()) {
    const option = optionOf(each, index);
    if (typeof option === "string") return option;
    if (options.some(({ optionId }) => optionId === option.optionId)) {
      return "Option ids must be unique";
    }
    options.push(option);
  }
  return options;
}

/** `expires_at`, a time of people's clocks, goes before `duration_hours`. */
function endsMs(packet: Create, { nowMs, clockMs }: View): number | null {
  if (packet.expires_at) return Math.round(packet.expires_at * 1000) + aheadMs(nowMs, clockMs);
  return packet.duration_hours ? Math.round(nowMs + packet.duration_hours * hourMs) : null;
}

/** The checks in the reference's order. */
function create(packet: Create, ask: Ask): readonly Step[] {
  const actor = ask.view.roster.actor(ask.session.userId);
  if (!holds(actor, "sendMessages")) {
    return fail(ask, "Access denied: 'send_messages' permission required");
  }
  if (!packet.channel && !packet.thread_id) return fail(ask, "Channel or thread_id is required");
  const question = packet.question?.trim() ?? "";
  if (question === "") return fail(ask, "Question is required");
  if (isLonger(question, pollLimits.question)) {
    return fail(ask, exceeds("Question", pollLimits.question));
  }
  const options = optionsOf(packet.options ?? []);
  if (typeof options === "string") return fail(ask, options);
  const unsendable = `${noSending} ${packet.thread_id ? "thread" : "channel"}`;
  const found = findPlace(ask, packet);
  if (!found.ok) return fail(ask, found.error);
  if (!allows(found.channel, "send", actor)) return fail(ask, unsendable);
  return [
    {
      do: "command",
      body: {
        type: "poll.create",
        place: found.place,
        question,
        options,
        multi: isTruthy(packet.allow_multiselect),
        endsMs: endsMs(packet, ask.view),
      },
      settle: thenReply(ask, (commit, { roster }) => {
        const event = commit.events.find((each) => each.type === "message.posted");
        const poll = event?.message.poll;
        return {
          cmd: "poll_create",
          poll_id: poll?.pollId,
          message_id: event?.message.messageId,
          ...pollPlace(found.place, ask.session.userId, roster),
          ...(poll === undefined ? {} : pollBody(poll)),
        };
      }),
      refuse: refuse(ask, {
        invalid: ({ field }) =>
          field === "channel" ? "Cannot send messages in this channel type" : undefined,
        not_permitted: ({ need }) => (need === "send" ? unsendable : undefined),
      }),
    },
  ];
}

// ---- commands about one poll ------------------------------------------------------------------------------

const which = { poll_id: optionalText, message_id: optionalText };
const WhichShape = z.object(which);

/** The id that a poll goes by, undefined where none is given. */
function idOf(packet: z.infer<typeof WhichShape>): string | undefined {
  const id = packet.poll_id || packet.message_id;
  return id ? clipped(id, idMax) : undefined;
}

const noId = "poll_id or message_id is required";

const VoteShape = z.object({
  ...which,
  option_id: z.unknown().exactOptional(),
  option_ids: z.unknown().exactOptional(),
});

/** The chosen ids; undefined where none are given, or the name of the field that is no such thing. */
function chosenOf(packet: z.infer<typeof VoteShape>): readonly string[] | string | undefined {
  const key = isTruthy(packet.option_ids) ? "option_ids" : "option_id";
  const given = packet[key];
  if (!isTruthy(given)) return undefined;
  if (typeof given === "string") return [clipped(given, optionMax)];
  const isList = Array.isArray(given) && given.length <= chosenMax;
  if (!isList || !given.every((each) => typeof each === "string")) return key;
  return given.map((each: string) => clipped(each, optionMax));
}

const voteTexts: OwnTexts = {
  not_found: ({ what, given }) => (what === "option" ? `Invalid option: ${given}` : undefined),
};

function vote(packet: z.infer<typeof VoteShape>, ask: Ask): readonly Step[] {
  const id = idOf(packet);
  if (id === undefined) return fail(ask, noId);
  const chosen = chosenOf(packet);
  // The poll is looked for before its options.
  if (chosen === undefined) {
    return state(ask, id, () => fail(ask, "option_id or option_ids is required"));
  }
  if (typeof chosen === "string") return fail(ask, `Invalid request: ${chosen}`);
  const body: CommandOf<"poll.vote"> = { type: "poll.vote", poll: id, options: [...chosen] };
  return [
    {
      do: "command",
      body,
      settle: thenReply(ask, (commit) => {
        const event = commit.events.find((each) => each.type === "poll.voted");
        return {
          cmd: "poll_vote",
          poll_id: event?.pollId,
          option_ids: chosen,
          ...(event === undefined ? {} : { results: pollResults(event.poll) }),
        };
      }),
      unchanged: () =>
        state(ask, id, ({ poll }) => [
          reply(ask, {
            cmd: "poll_vote",
            poll_id: poll.pollId,
            option_ids: chosen,
            results: pollResults(withoutOwn(poll)),
          }),
        ]),
      refuse: refuse(ask, voteTexts),
    },
  ];
}

type PollState = Parameters<
  Extract<Step, { do: "query"; body: { type: "poll.state" } }>["answer"]
>[0];

const withoutOwn = ({ ownIds: _, ...poll }: PollState["poll"]): PollState["poll"] => poll;

/** Asks how a poll stands. */
function state(
  ask: Ask,
  id: string,
  answer: (answer: PollState, view: View) => readonly Step[],
): readonly Step[] {
  return [query({ body: { type: "poll.state", poll: id }, answer, refuse: refuse(ask) })];
}

function end(packet: z.infer<typeof WhichShape>, ask: Ask): readonly Step[] {
  const id = idOf(packet);
  if (id === undefined) return fail(ask, noId);
  return [
    {
      do: "command",
      body: { type: "poll.end", poll: id },
      settle: thenReply(ask, (commit, { roster }) => {
        const event = commit.events.find((each) => each.type === "poll.ended");
        return {
          cmd: "poll_end",
          poll_id: event?.pollId,
          ...(event === undefined
            ? {}
            : { results: pollResults(event.poll, namesOf(event.voters, roster)) }),
        };
      }),
      refuse: refuse(ask, { ended: () => "Poll has already ended" }),
    },
  ];
}

function getResults(packet: z.infer<typeof WhichShape>, ask: Ask): readonly Step[] {
  const id = idOf(packet);
  if (id === undefined) return fail(ask, noId);
  return state(ask, id, ({ poll, messageId, voters }, { roster }) => [
    reply(ask, {
      cmd: "poll_results",
      poll_id: poll.pollId,
      message_id: messageId,
      results: pollResults(poll, namesOf(voters, roster)),
    }),
  ]);
}

function get(packet: z.infer<typeof WhichShape>, ask: Ask): readonly Step[] {
  const id = idOf(packet);
  if (id === undefined) return fail(ask, noId);
  return state(ask, id, ({ poll, messageId, place }, { roster }) => [
    reply(ask, {
      cmd: "poll_get",
      poll: {
        id: poll.pollId,
        message_id: messageId,
        ...pollPlace(place, ask.session.userId, roster),
        ...pollBody(poll),
        created_by: nameOf(poll.creatorId, roster),
        created_at: secondsOfUs(poll.createdAtUs),
        ended: poll.endedAtUs !== null,
        ended_at: poll.endedAtUs === null ? null : secondsOfUs(poll.endedAtUs),
        user_votes: poll.ownIds ?? [],
      },
    }),
  ]);
}

export const pollCommands = {
  poll_create: row({ shape: CreateShape, translate: create }),
  poll_vote: row({ shape: VoteShape, translate: vote }),
  poll_end: row({ shape: WhichShape, translate: end }),
  poll_results: row({ shape: WhichShape, translate: getResults }),
  poll_get: row({ shape: WhichShape, translate: get }),
} as const satisfies CommandRows;
