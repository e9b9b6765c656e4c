/**
 * Bans and time-outs (part 1, section 8; part 3, 3.5). The bridge table opens them to `ban_members`,
 * `mute_members` and `manage_users` too; the refusal keeps the original's text.
 */
import { beginning, holds, type Right, reasonMax } from "@dragoman/bus-schema";
import type { Step } from "@dragoman/gateway-kit";
import { z } from "zod";
import { type Ask, fail, query, reply, thenReply } from "../answer.ts";
import { findUser } from "../place.ts";
import { ownerRequired, refuse } from "../rejection.ts";
import { foreverSeconds, refusalTexts } from "../slash/target.ts";
import { nameOf, roleNames } from "../view.ts";
import { type CommandRows, noFields, optionalText, row } from "./row.ts";

/** A reason is ours: the original knows none in these. What is no text is none, as any unknown field. */
const UserShape = z.object({ user: optionalText, reason: z.unknown().exactOptional() });
type UserPacket = z.infer<typeof UserShape>;

/** What is wrong with a request for which one must hold a right and name a person; undefined: nothing. */
function faultOf(packet: UserPacket, ask: Ask, right: Right): string | undefined {
  if (!holds(ask.view.roster.actor(ask.session.userId), right)) return ownerRequired;
  return packet.user ? undefined : "User parameter is required";
}

/** The reason that an act is given, as much of it as is kept. */
function reasonIn({ reason }: { readonly reason?: unknown }): { readonly reason?: string } {
  const given = typeof reason === "string" ? beginning(reason.trim(), reasonMax) : "";
  return given === "" || given.length > reasonMax ? {} : { reason: given };
}

function ban(packet: UserPacket, ask: Ask): readonly Step[] {
  const fault = faultOf(packet, ask, "ban");
  if (fault !== undefined) return fail(ask, fault);
  const given = packet.user ?? "";
  const answer = (user: string, banned: boolean): object => ({ cmd: "user_ban", user, banned });
  const target = findUser(given, ask.view.roster);
  if (target === undefined) return [reply(ask, answer(given, false))];
  const refuseAll = refuse(ask, {
    rank_too_low: () =>
      roleNames(target.userId, ask.view.roster).includes("owner")
        ? "Cannot ban the server owner"
        : "You do not have permission to ban this user",
  });
  return [
    {
      do: "command",
      body: {
        type: "moderation.ban",
        target: target.userId,
        addresses: false,
        ...reasonIn(packet),
      },
      settle: thenReply(ask, () => answer(target.name, true)),
      unchanged: () => [reply(ask, answer(target.name, false))],
      refuse: (rejection, view) =>
        rejection.code === "already_exists" || rejection.code === "not_found"
          ? [reply(ask, answer(target.name, false))]
          : refuseAll(rejection, view),
    },
  ];
}

function unban(packet: UserPacket, ask: Ask): readonly Step[] {
  const fault = faultOf(packet, ask, "unban");
  if (fault !== undefined) return fail(ask, fault);
  const given = packet.user ?? "";
  const answer = (user: string, unbanned: boolean): object => ({
    cmd: "user_unban",
    user,
    unbanned,
  });
  const target = findUser(given, ask.view.roster);
  if (target === undefined) return [reply(ask, answer(given, false))];
  const refuseAll = refuse(ask);
  return [
    {
      do: "command",
      body: { type: "moderation.unban", target: target.userId },
      settle: thenReply(ask, () => answer(target.name, true)),
      unchanged: () => [reply(ask, answer(target.name, false))],
      refuse: (rejection, view) =>
        rejection.code === "not_found"
          ? [reply(ask, answer(target.name, false))]
          : refuseAll(rejection, view),
    },
  ];
}

function listBans(ask: Ask): readonly Step[] {
  if (!holds(ask.view.roster.actor(ask.session.userId), "ban")) return fail(ask, ownerRequired);
  return [
    query({
      body: { type: "moderation.bans" },
      answer: ({ bans }, { roster }) => {
        const banned = bans.filter((each) => each.kind === "ban");
        const users = banned.map((each) => nameOf(each.userId, roster));
        return [reply(ask, { cmd: "users_banned_list", users })];
      },
      refuse: refuse(ask),
    }),
  ];
}

/** The length is tested by hand: it has a text of its own. */
const TimeoutShape = UserShape.extend({ timeout: z.unknown().exactOptional() });

/** Whole seconds; `true` counts as 1, as in the original. Undefined: neither. */
function timeoutSeconds(timeout: unknown): number | undefined {
  const seconds = timeout === true ? 1 : timeout;
  return Number.isSafeInteger(seconds) && (seconds as number) >= 0
    ? Math.min(seconds as number, foreverSeconds)
    : undefined;
}

/** Unknown people's succeeds too; 0 lifts (part 1, 8.1). */
function timeout(packet: z.infer<typeof TimeoutShape>, ask: Ask): readonly Step[] {
  const { roster } = ask.view;
  if (!holds(roster.actor(ask.session.userId), "silence")) return fail(ask, ownerRequired);
  const seconds = timeoutSeconds(packet.timeout);
  if (seconds === undefined) return fail(ask, "Timeout must be a positive integer");
  const { user } = packet;
  if (!user) return fail(ask, "User parameter is required");
  const done = (): object => ({
    cmd: "user_timeout",
    user,
    timeout: packet.timeout === true ? 1 : packet.timeout,
  });
  const target = findUser(user, roster);
  if (target === undefined) return [reply(ask, done())];
  const refuseAll = refuse(ask, refusalTexts("mute", user, target, ask));
  return [
    {
      do: "command",
      body:
        seconds === 0
          ? { type: "moderation.unsilence", target: target.userId }
          : {
              type: "moderation.silence",
              target: target.userId,
              seconds,
              replace: true,
              ...reasonIn(packet),
            },
      settle: thenReply(ask, done),
      unchanged: () => [reply(ask, done())],
      refuse: (rejection, view) =>
        rejection.code === "not_found" ? [reply(ask, done())] : refuseAll(rejection, view),
    },
  ];
}

export const moderationCommands = {
  user_timeout: row({ shape: TimeoutShape, translate: timeout }),
  user_ban: row({ shape: UserShape, translate: ban }),
  user_unban: row({ shape: UserShape, translate: unban }),
  users_banned_list: row({ shape: noFields, translate: (_, ask) => listBans(ask) }),
} as const satisfies CommandRows;
