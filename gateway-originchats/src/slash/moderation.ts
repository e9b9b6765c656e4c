/** `/ban`, `/unban` (part 3, 7.4) and `/kick` of our own. Their answers are saved messages, in the same commit. */
import type { Channel, RosterUser } from "@dragoman/bus-schema";
import { type Ask, fail } from "../answer.ts";
import { echoPosted } from "../command/message.ts";
import { userNamed } from "../place.ts";
import type { OwnTexts } from "../rejection.ts";
import { refuse } from "../rejection.ts";
import { roleNames } from "../view.ts";
import type { JsonObject } from "../wire.ts";
import { type BuiltIn, integerArgument, textArgument } from "./builtin.ts";

const noReason = "No reason provided";
const reasonMax = 500;
/** What the bus carries at most; the person does not come back in the time that is left to anybody. */
const foreverSeconds = 10 ** 10;

/** A person named in the arguments, as typed and as found; or the error's text. */
type Target =
  | { readonly ok: true; readonly given: string; readonly user: RosterUser }
  | { readonly ok: false; readonly error: string };

function targetOf(args: JsonObject, ask: Ask): Target {
  const username = textArgument(args, "username");
  if (!username.ok) return username;
  const given = username.value;
  if (given === undefined) return { ok: false, error: "Username is required" };
  const user = userNamed(given, ask.view.roster);
  if (user === undefined) return { ok: false, error: `User '${given}' not found` };
  return { ok: true, given, user };
}

type Reason =
  | { readonly ok: true; readonly given: { readonly reason?: string }; readonly shown: string }
  | { readonly ok: false; readonly error: string };

function reasonOf(args: JsonObject): Reason {
  const reason = textArgument(args, "reason");
  if (!reason.ok) return reason;
  if (reason.value === undefined) return { ok: true, given: {}, shown: noReason };
  if (reason.value.length > reasonMax) {
    return { ok: false, error: `Reason too long (max ${reasonMax} characters)` };
  }
  return { ok: true, given: { reason: reason.value }, shown: reason.value };
}

function textsOf(
  verb: "ban" | "kick" | "unban",
  given: string,
  user: RosterUser,
  ask: Ask,
): OwnTexts {
  const isOwner = roleNames(user.userId, ask.view.roster).includes("owner");
  return {
    not_found: (rejection) =>
      rejection.what === "ban"
        ? `User '${given}' is not banned`
        : rejection.what === "user"
          ? `User '${given}' not found`
          : undefined,
    already_exists: () => `User '${given}' is already banned`,
    rank_too_low: () =>
      isOwner
        ? `Cannot ${verb} the server owner`
        : `You do not have permission to ${verb} this user`,
  };
}

const said = (channel: Channel, command: string, text: string) => ({
  place: { channelId: channel.channelId },
  command,
  text,
});

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
    const target = targetOf(args, ask);
    if (!target.ok) return fail(ask, target.error);
    const reason = reasonOf(args);
    if (!reason.ok) return fail(ask, reason.error);
    const text = `🚫 **${target.given}** has been banned.\n**Reason:** ${reason.shown}`;
    return [
      {
        do: "command",
        body: {
          type: "moderation.ban",
          target: target.user.userId,
          ...reason.given,
          addresses: false,
          said: said(channel, "ban", text),
        },
        settle: echoPosted(ask),
        refuse: refuse(ask, textsOf("ban", target.given, target.user, ask)),
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
    const target = targetOf(args, ask);
    if (!target.ok) return fail(ask, target.error);
    const text = `✅ **${target.given}** has been unbanned.`;
    return [
      {
        do: "command",
        body: {
          type: "moderation.unban",
          target: target.user.userId,
          said: said(channel, "unban", text),
        },
        settle: echoPosted(ask),
        refuse: refuse(ask, textsOf("unban", target.given, target.user, ask)),
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
    const target = targetOf(args, ask);
    if (!target.ok) return fail(ask, target.error);
    const time = integerArgument(args, "seconds");
    if (!time.ok) return fail(ask, time.error);
    const seconds = time.value === -1 ? foreverSeconds : time.value;
    if (seconds !== undefined && (seconds <= 0 || seconds > foreverSeconds)) {
      return fail(ask, "Duration must be a positive number");
    }
    const reason = reasonOf(args);
    if (!reason.ok) return fail(ask, reason.error);
    const text = `👢 **${target.given}** has been kicked.\n**Reason:** ${reason.shown}`;
    return [
      {
        do: "command",
        body: {
          type: "moderation.kick",
          target: target.user.userId,
          ...(seconds === undefined ? {} : { seconds }),
          ...reason.given,
          said: said(channel, "kick", text),
        },
        settle: echoPosted(ask),
        refuse: refuse(ask, textsOf("kick", target.given, target.user, ask)),
      },
    ];
  },
};
