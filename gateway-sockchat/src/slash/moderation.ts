/** Commands that put people out and let them in again (reference, parts 4.2 and 5.4). Times are seconds. */

import { type Command, type Commit, holds, outranks } from "@dragoman/bus-schema";
import type { Step, View } from "@dragoman/gateway-kit";
import { notice } from "../bot.ts";
import { findUser, refOf } from "../called.ts";
import { noticePacket, sendNotice } from "../entry.ts";
import { notAllowed, notBanned, noUser, type Refusals } from "../rejection.ts";
import { escapeName, escapeTyped, type Html } from "../text.ts";
import { type Call, command, holding, type SlashRow, targetMax, targetOf } from "./row.ts";

const secondsMax = 10 ** 10;

/** A typed time: null is for ever (`-1`), undefined none at all, `bad` neither that nor above zero. */
export function readSeconds(typed: string | undefined): number | null | undefined | "bad" {
  if (typed === undefined) return undefined;
  if (typed === "-1") return null;
  if (!/^[0-9]{1,11}(?:\.[0-9]{1,9})?$/.test(typed)) return "bad";
  const seconds = Number(typed);
  return seconds > 0 && seconds <= secondsMax ? seconds : "bad";
}

/** What a bad time is answered with: the reference looks at the right, the person and the rank before it. */
function badTime(call: Call, right: "kick" | "ban", typed: string): Html {
  const { roster } = call.view;
  const actor = roster.actor(call.user.userId);
  if (!holds(actor, right)) return notAllowed(call.name);
  const target = findUser(typed, roster);
  if (target === undefined || target.departed) return noUser(typed);
  if (right === "kick" && !roster.isOnline(target.userId)) return noUser(typed);
  if (!outranks(actor, roster.actor(target.userId))) return notice("kickna", escapeTyped(typed));
  return notice("cmderr");
}

/** Either command, when its target and time are read. `seconds` undefined is without a time. */
function putOut(
  call: Call,
  right: "kick" | "ban",
  body: (target: string, seconds: number | null | undefined) => Command,
): readonly Step[] {
  const target = targetOf(call);
  if (target === "" || target.length > targetMax) {
    const held = holds(call.view.roster.actor(call.user.userId), right);
    return [sendNotice(held ? noUser(target) : notAllowed(call.name), call.view)];
  }
  const seconds = readSeconds(call.words[1]);
  if (seconds === "bad") return [sendNotice(badTime(call, right, target), call.view)];
  return [command(call, body(refOf(target, call.view.roster), seconds), target)];
}

const kick = (call: Call): readonly Step[] =>
  putOut(call, "kick", (target, seconds) => {
    if (seconds === undefined) return { type: "moderation.kick", target };
    // A kick with a time keeps the account out, so one for ever is a ban of the account alone.
    if (seconds === null) return { type: "moderation.ban", target, addresses: false };
    return { type: "moderation.kick", target, seconds };
  });

const ban = (call: Call): readonly Step[] =>
  putOut(call, "ban", (target, seconds) => ({
    type: "moderation.ban",
    target,
    addresses: true,
    ...(typeof seconds === "number" ? { seconds } : {}),
  }));

const lifting: Partial<Refusals> = { not_found: (_rejection, { given }) => notBanned(given) };

/** The notice that the ban is lifted, with the account's own name, however it was typed. */
function unbanNotice(commit: Commit, typed: string, view: View): Html {
  const event = commit.events.find(({ type }) => type === "moderation.unbanned");
  const user = event?.type === "moderation.unbanned" ? view.roster.user(event.userId) : undefined;
  return notice("unban", user === undefined ? escapeTyped(typed) : escapeName(user.handle));
}

function unban(call: Call): readonly Step[] {
  const target = targetOf(call);
  if (target === "" || target.length > targetMax) {
    const held = holds(call.view.roster.actor(call.user.userId), "unban");
    return [sendNotice(held ? notBanned(target) : notAllowed(call.name), call.view)];
  }
  return [
    {
      ...command(
        call,
        { type: "moderation.unban", target: refOf(target, call.view.roster) },
        target,
        lifting,
      ),
      settle: (own, commit, view) => [
        { do: "send", packets: [...own, noticePacket(unbanNotice(commit, target, view), view)] },
      ],
    },
  ];
}

export const moderationSlash: readonly SlashRow[] = [
  {
    names: ["kick"],
    usage: "/kick user [seconds]",
    help: "put a person out; with a time they cannot come back before",
    offered: holding("kick"),
    run: kick,
  },
  {
    names: ["ban"],
    usage: "/ban user [seconds]",
    help: "bar a person and their address",
    offered: holding("ban"),
    run: ban,
  },
  {
    names: ["unban", "pardon"],
    usage: "/unban user",
    help: "let a barred person in again",
    offered: holding("unban"),
    run: unban,
  },
];
