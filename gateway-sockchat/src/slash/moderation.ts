/** Commands that put people out and let them in again (reference, parts 4.2 and 5.4). Times are seconds. */

import {
  bannedLine,
  beginning,
  type Command,
  type Commit,
  holds,
  kickedLine,
  literal,
  outranks,
  reasonMax,
  unbannedLine,
} from "@dragoman/bus-schema";
import type { Step, View } from "@dragoman/gateway-kit";
import { notice } from "../bot.ts";
import { findUser, refOf } from "../called.ts";
import { noticePacket, sendNotice } from "../entry.ts";
import { notAllowed, notBanned, noUser, type Refusals } from "../rejection.ts";
import { clean, escapeName, escapeTyped, type Html } from "../text.ts";
import {
  type Call,
  calledHere,
  command,
  holding,
  type SlashRow,
  saidHere,
  targetMax,
  targetOf,
} from "./row.ts";

const secondsMax = 10 ** 10;

/** A typed time: null is for ever (`-1`), undefined none at all, `bad` neither that nor above zero. */
export function readSeconds(typed: string | undefined): number | null | undefined | "bad" {
  if (typed === undefined) return undefined;
  if (typed === "-1") return null;
  if (!/^[0-9]{1,11}(?:\.[0-9]{1,9})?$/.test(typed)) return "bad";
  const seconds = Number(typed);
  return seconds > 0 && seconds <= secondsMax ? seconds : "bad";
}

/** What follows the time; the reference reads nothing there. */
export function readReason({ words }: Call): { readonly reason?: string } {
  const reason = clean(words.slice(2).join(" "));
  return reason === "" ? {} : { reason: beginning(reason, reasonMax / 2) };
}

/** A reason as a line of the server's says it, which is Markdown. */
export const inMarkdown = ({ reason }: { readonly reason?: string }): string | undefined =>
  reason === undefined ? undefined : literal(reason);

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

/** A ban, and the line that tells of it. */
function banning(
  call: Call,
  target: string,
  seconds: number | null | undefined,
  addresses: boolean,
): Command {
  const reason = readReason(call);
  const line = bannedLine(calledHere(targetOf(call), call), seconds ?? null, inMarkdown(reason));
  return {
    type: "moderation.ban",
    target,
    addresses,
    ...(typeof seconds === "number" ? { seconds } : {}),
    ...reason,
    said: saidHere(call, "ban", line),
  };
}

const kick = (call: Call): readonly Step[] =>
  putOut(call, "kick", (target, seconds) => {
    // A kick with a time keeps the account out, so one for ever is a ban of the account alone.
    if (seconds === null) return banning(call, target, null, false);
    const reason = readReason(call);
    const line = kickedLine(calledHere(targetOf(call), call), seconds, inMarkdown(reason));
    return {
      type: "moderation.kick",
      target,
      ...(seconds === undefined ? {} : { seconds }),
      ...reason,
      said: saidHere(call, "kick", line),
    };
  });

const ban = (call: Call): readonly Step[] =>
  putOut(call, "ban", (target, seconds) => banning(call, target, seconds, true));

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
        {
          type: "moderation.unban",
          target: refOf(target, call.view.roster),
          said: saidHere(call, "unban", unbannedLine(calledHere(target, call))),
        },
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
    usage: "/kick user [seconds [reason]]",
    help: "put a person out; with a time they cannot come back before",
    offered: holding("kick"),
    run: kick,
  },
  {
    names: ["ban"],
    usage: "/ban user [seconds [reason]]",
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
