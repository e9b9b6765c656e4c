/** What the commands that act on a person share: their arguments, their refusals, their answers. */
import { type Channel, type RosterUser, reasonMax } from "@dragoman/bus-schema";
import type { Ask } from "../answer.ts";
import { findUser } from "../place.ts";
import type { OwnTexts } from "../rejection.ts";
import { roleNames } from "../view.ts";
import type { JsonObject } from "../wire.ts";
import { textArgument } from "./builtin.ts";

/** What the bus carries at most; the person does not come back in the time that is left to anybody. */
export const foreverSeconds = 10 ** 10;

/** A person named in the arguments, as typed and as found; or the error's text. */
type Target =
  | { readonly ok: true; readonly given: string; readonly user: RosterUser }
  | { readonly ok: false; readonly error: string };

/** Reads `username`, whom the command acts on. */
export function readTarget(args: JsonObject, ask: Ask): Target {
  const username = textArgument(args, "username");
  if (!username.ok) return username;
  const given = username.value;
  if (given === undefined) return { ok: false, error: "Username is required" };
  const user = findUser(given, ask.view.roster);
  if (user === undefined) return { ok: false, error: `User '${given}' not found` };
  return { ok: true, given, user };
}

type Reason =
  | { readonly ok: true; readonly given: { readonly reason?: string } }
  | { readonly ok: false; readonly error: string };

/** Reads `reason`, which is optional. */
export function readReason(args: JsonObject): Reason {
  const reason = textArgument(args, "reason");
  if (!reason.ok) return reason;
  if (reason.value === undefined) return { ok: true, given: {} };
  if (reason.value.length > reasonMax) {
    return { ok: false, error: `Reason too long (max ${reasonMax} characters)` };
  }
  return { ok: true, given: { reason: reason.value } };
}

/** The texts of refusals that name the person, for a command that does `verb` to them. */
export function refusalTexts(
  verb: "ban" | "kick" | "unban" | "mute" | "unmute",
  given: string,
  user: RosterUser,
  ask: Ask,
): OwnTexts {
  const isOwner = roleNames(user.userId, ask.view.roster).includes("owner");
  return {
    not_found: (rejection) =>
      new Map([
        ["ban", `User '${given}' is not banned`],
        ["silence", `User '${given}' is not muted`],
        ["user", `User '${given}' not found`],
      ]).get(rejection.what),
    already_exists: () => `User '${given}' is already banned`,
    rank_too_low: () =>
      isOwner
        ? `Cannot ${verb} the server owner`
        : `You do not have permission to ${verb} this user`,
  };
}

/** A slash command's answer: a message that is saved in the commit of the command itself. */
export const answerIn = (channel: Channel, command: string, text: string) => ({
  place: { channelId: channel.channelId },
  command,
  text,
});
