/** `/silence` and `/unsilence` (reference, part 4.2), in the order of the reference's checks. Times are seconds. */
import { holds, outranks, silencedLine, unsilencedLine } from "@dragoman/bus-schema";
import type { Step, View } from "@dragoman/gateway-kit";
import { notice } from "../bot.ts";
import { findUser, refOf } from "../called.ts";
import { noticePacket, sendNotice } from "../entry.ts";
import { notAllowed, noUser, type Refusals } from "../rejection.ts";
import { escapeTyped, type Html } from "../text.ts";
import { nameOf } from "../view.ts";
import { inMarkdown, readReason, readSeconds } from "./moderation.ts";
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

/** The notice if the target is not online, or if the caller lacks the right, which is asked first. */
function notOnline(call: Call, target: string): Html | undefined {
  const { roster } = call.view;
  if (!holds(roster.actor(call.user.userId), "silence")) return notAllowed(call.name);
  if (target === "" || target.length > targetMax) return noUser(target);
  const user = findUser(target, roster);
  return user !== undefined && roster.isOnline(user.userId) ? undefined : noUser(target);
}

/** What a bad time is answered with: the reference looks at the person, the rank and the silence before it. */
function badTime(call: Call, target: string): Html {
  const { roster, nowMs } = call.view;
  const user = findUser(target, roster);
  if (user === undefined) return noUser(target);
  if (user.userId === call.user.userId) return notice("silself");
  if (!outranks(roster.actor(call.user.userId), roster.actor(user.userId)))
    return notice("silperr");
  return notice(roster.isSilenced(user.userId, nowMs) ? "silerr" : "cmderr");
}

const silencing: Partial<Refusals> = {
  self_target: () => notice("silself"),
  rank_too_low: () => notice("silperr"),
};

const lifting: Partial<Refusals> = {
  self_target: () => notice("usilperr"),
  rank_too_low: () => notice("usilperr"),
};

/** The name that the person goes by now, for the moderator's own notice. */
function nameNow(target: string, view: View): Html {
  const user = findUser(target, view.roster);
  return user === undefined ? escapeTyped(target) : nameOf(user);
}

function silence(call: Call): readonly Step[] {
  const target = targetOf(call);
  const missing = notOnline(call, target);
  if (missing !== undefined) return [sendNotice(missing, call.view)];
  const seconds = readSeconds(call.words[1]);
  if (seconds === "bad") return [sendNotice(badTime(call, target), call.view)];
  const reason = readReason(call);
  const name = calledHere(target, call);
  const line = silencedLine(name, "silenced", seconds ?? null, inMarkdown(reason));
  return [
    {
      ...command(
        call,
        {
          type: "moderation.silence",
          target: refOf(target, call.view.roster),
          replace: false,
          ...(typeof seconds === "number" ? { seconds } : {}),
          ...reason,
          said: saidHere(call, "silence", line),
        },
        target,
        silencing,
      ),
      settle: (own, _commit, view) => [
        {
          do: "send",
          packets: [...own, noticePacket(notice("silok", nameNow(target, view)), view)],
        },
      ],
    },
  ];
}

function unsilence(call: Call): readonly Step[] {
  const target = targetOf(call);
  const missing = notOnline(call, target);
  if (missing !== undefined) return [sendNotice(missing, call.view)];
  return [
    {
      ...command(
        call,
        {
          type: "moderation.unsilence",
          target: refOf(target, call.view.roster),
          said: saidHere(call, "unsilence", unsilencedLine(calledHere(target, call), "unsilenced")),
        },
        target,
        lifting,
      ),
      settle: (own, _commit, view) => [
        {
          do: "send",
          packets: [...own, noticePacket(notice("usilok", nameNow(target, view)), view)],
        },
      ],
    },
  ];
}

export const silenceSlash: readonly SlashRow[] = [
  {
    names: ["silence"],
    usage: "/silence user [seconds [reason]]",
    help: "let a person say nothing, for a time or until you end it",
    offered: holding("silence"),
    run: silence,
  },
  {
    names: ["unsilence"],
    usage: "/unsilence user",
    help: "let a person speak again",
    offered: holding("silence"),
    run: unsilence,
  },
];
