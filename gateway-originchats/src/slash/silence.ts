/**
 * `/mute`, `/unmute` (part 3, 7.4), and under Sock Chat's names `/silence`, `/unsilence` (bridge table). Their
 * answers are saved messages, in the same commit.
 */
import { type Channel, noReason, silencedLine, unsilencedLine } from "@dragoman/bus-schema";
import type { Step } from "@dragoman/gateway-kit";
import { type Ask, echoPosted, fail } from "../answer.ts";
import { refuse } from "../rejection.ts";
import type { JsonObject } from "../wire.ts";
import { type BuiltIn, integerArgument } from "./builtin.ts";
import { answerIn, foreverSeconds, readReason, readTarget, refusalTexts } from "./target.ts";

/** A length in whole seconds, null for ever; or the error's text. */
type Duration =
  | { readonly ok: true; readonly seconds: number | null }
  | { readonly ok: false; readonly error: string };

/** As the original reads it: checked before all else, whole numbers also as text. */
function muteDuration(args: JsonObject): Duration {
  const given = Object.hasOwn(args, "duration") ? args["duration"] : undefined;
  if (given === undefined || given === null || given === "" || given === 0 || given === false) {
    return { ok: false, error: "Duration is required" };
  }
  const seconds = given === true ? 1 : wholeNumber(given);
  if (seconds === undefined) return { ok: false, error: "Duration must be a valid number" };
  if (seconds <= 0) return { ok: false, error: "Duration must be a positive number" };
  return { ok: true, seconds: Math.min(seconds, foreverSeconds) };
}

function wholeNumber(given: unknown): number | undefined {
  const isText = typeof given === "string" && /^\s*[+-]?\d{1,15}\s*$/.test(given);
  const number = isText ? Number(given) : given;
  return typeof number === "number" && Number.isFinite(number) ? Math.trunc(number) : undefined;
}

/** Without a time, or with `-1`, for ever (bridge table, rules). */
function silenceDuration(args: JsonObject): Duration {
  const time = integerArgument(args, "seconds");
  if (!time.ok) return time;
  if (time.value === undefined || time.value === -1) return { ok: true, seconds: null };
  if (time.value <= 0) return { ok: false, error: "Duration must be a positive number" };
  return { ok: true, seconds: Math.min(time.value, foreverSeconds) };
}

function silenceBy(
  command: string,
  done: string,
  durationOf: (args: JsonObject) => Duration,
): BuiltIn["run"] {
  return (args: JsonObject, ask: Ask, channel: Channel): readonly Step[] => {
    const duration = durationOf(args);
    if (!duration.ok) return fail(ask, duration.error);
    const target = readTarget(args, ask);
    if (!target.ok) return fail(ask, target.error);
    const reason = readReason(args);
    if (!reason.ok) return fail(ask, reason.error);
    const { seconds } = duration;
    const text = silencedLine(target.given, done, seconds, reason.given.reason);
    return [
      {
        do: "command",
        body: {
          type: "moderation.silence",
          target: target.user.userId,
          ...(seconds === null ? {} : { seconds }),
          reason: reason.given.reason ?? noReason,
          replace: true,
          said: answerIn(channel, command, text),
        },
        settle: echoPosted(ask),
        refuse: refuse(ask, refusalTexts("mute", target.given, target.user, ask)),
      },
    ];
  };
}

function unsilenceBy(command: string, done: string): BuiltIn["run"] {
  return (args: JsonObject, ask: Ask, channel: Channel): readonly Step[] => {
    const target = readTarget(args, ask);
    if (!target.ok) return fail(ask, target.error);
    const text = unsilencedLine(target.given, done);
    return [
      {
        do: "command",
        body: {
          type: "moderation.unsilence",
          target: target.user.userId,
          said: answerIn(channel, command, text),
        },
        settle: echoPosted(ask),
        refuse: refuse(ask, refusalTexts("unmute", target.given, target.user, ask)),
      },
    ];
  };
}

export const mute: BuiltIn = {
  name: "mute",
  description: "Timeout a user (prevent them from sending messages)",
  options: [
    { name: "username", description: "The user to mute", type: "str", required: true },
    { name: "duration", description: "Duration in seconds", type: "int", required: true },
    { name: "reason", description: "Reason for the mute", type: "str", required: false },
  ],
  right: "silence",
  ephemeral: false,
  run: silenceBy("mute", "muted", muteDuration),
};

export const unmute: BuiltIn = {
  name: "unmute",
  description: "Remove timeout from a user",
  options: [{ name: "username", description: "The user to unmute", type: "str", required: true }],
  right: "silence",
  ephemeral: false,
  run: unsilenceBy("unmute", "unmuted"),
};

export const silence: BuiltIn = {
  name: "silence",
  description: "Silence a user until it is lifted or the time is over",
  options: [
    { name: "username", description: "The user to silence", type: "str", required: true },
    {
      name: "seconds",
      description: "How long, in seconds (leave empty for ever)",
      type: "int",
      required: false,
    },
    { name: "reason", description: "Reason for the silence", type: "str", required: false },
  ],
  right: "silence",
  ephemeral: false,
  run: silenceBy("silence", "silenced", silenceDuration),
};

export const unsilence: BuiltIn = {
  name: "unsilence",
  description: "Let a silenced user speak again",
  options: [
    { name: "username", description: "The user to unsilence", type: "str", required: true },
  ],
  right: "silence",
  ephemeral: false,
  run: unsilenceBy("unsilence", "unsilenced"),
};
