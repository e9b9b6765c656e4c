/** `/ban`, `/unban` (part 3, 7.4) and `/kick` of our own. Their answers are saved messages, in the same commit. */
import { bannedLine, kickedLine, unbannedLine } from "@dragoman/bus-schema";
import { echoPosted, fail } from "../answer.ts";
import { refuse } from "../rejection.ts";
import { type BuiltIn, integerArgument } from "./builtin.ts";
import { answerIn, foreverSeconds, readReason, readTarget, refusalTexts } from "./target.ts";

export const ban: BuiltIn = {
  name: "ban",
  description: "Ban a user from the server",
  options: [
    { name: "username", description: "The user to ban", type: "str", required: true },
    { name: "reason", description: "Reason for the ban", type: "str", required: false },
  ],
  right: "ban",
  ephemeral: false,
  run: (args, ask, channel) => {
    const target = readTarget(args, ask);
    if (!target.ok) return fail(ask, target.error);
    const reason = readReason(args);
    if (!reason.ok) return fail(ask, reason.error);
    const text = bannedLine(target.given, null, reason.given.reason);
    return [
      {
        do: "command",
        body: {
          type: "moderation.ban",
          target: target.user.userId,
          ...reason.given,
          addresses: false,
          said: answerIn(channel, "ban", text),
        },
        settle: echoPosted(ask),
        refuse: refuse(ask, refusalTexts("ban", target.given, target.user, ask)),
      },
    ];
  },
};

export const unban: BuiltIn = {
  name: "unban",
  description: "Unban a user from the server",
  options: [{ name: "username", description: "The user to unban", type: "str", required: true }],
  right: "unban",
  ephemeral: false,
  run: (args, ask, channel) => {
    const target = readTarget(args, ask);
    if (!target.ok) return fail(ask, target.error);
    const text = unbannedLine(target.given);
    return [
      {
        do: "command",
        body: {
          type: "moderation.unban",
          target: target.user.userId,
          said: answerIn(channel, "unban", text),
        },
        settle: echoPosted(ask),
        refuse: refuse(ask, refusalTexts("unban", target.given, target.user, ask)),
      },
    ];
  },
};

/** Without a time the person may come back at once; `-1` is for ever (bridge table, rules). */
export const kick: BuiltIn = {
  name: "kick",
  description: "Kick a user from the server",
  options: [
    { name: "username", description: "The user to kick", type: "str", required: true },
    {
      name: "seconds",
      description: "How long the user may not return, in seconds",
      type: "int",
      required: false,
    },
    { name: "reason", description: "Reason for the kick", type: "str", required: false },
  ],
  right: "kick",
  ephemeral: false,
  run: (args, ask, channel) => {
    const target = readTarget(args, ask);
    if (!target.ok) return fail(ask, target.error);
    const time = integerArgument(args, "seconds");
    if (!time.ok) return fail(ask, time.error);
    const seconds = time.value === -1 ? foreverSeconds : time.value;
    if (seconds !== undefined && (seconds <= 0 || seconds > foreverSeconds)) {
      return fail(ask, "Duration must be a positive number");
    }
    const reason = readReason(args);
    if (!reason.ok) return fail(ask, reason.error);
    const told = time.value === -1 ? null : seconds;
    const text = kickedLine(target.given, told, reason.given.reason);
    return [
      {
        do: "command",
        body: {
          type: "moderation.kick",
          target: target.user.userId,
          ...(seconds === undefined ? {} : { seconds }),
          ...reason.given,
          said: answerIn(channel, "kick", text),
        },
        settle: echoPosted(ask),
        refuse: refuse(ask, refusalTexts("kick", target.given, target.user, ask)),
      },
    ];
  },
};
