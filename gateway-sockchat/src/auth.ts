/** Signing in (reference, part 3): credentials out of packet 1, what a refusal says, the order after success. */
import { parseBbcode, type Rejection, type Session } from "@dragoman/bus-schema";
import { closings, onClock, type Packet, type Step, type View } from "@dragoman/gateway-kit";
import { notice, textNotice } from "./bot.ts";
import { ChannelLists } from "./channel-list.ts";
import type { Connection } from "./client.ts";
import { enter } from "./entry.ts";
import { leftText } from "./leaving.ts";
import {
  contextMessagePacket,
  type FailureReason,
  signInBannedPacket,
  signInFailurePacket,
  signInPacket,
} from "./packet.ts";
import { type Credentials, signpostPackets } from "./signpost.ts";
import { cleanField, escapeTree, vouch } from "./text.ts";
import { channelOf, noticeLine, personOf, secondsOfMs, slugOf } from "./view.ts";

const nameMax = 200;
/** What the bus carries at most. */
const fieldMax = 4096;
const fieldsMax = 16;

/**
 * Reads `<digits>\t<token>`, `<scheme>\t<token>` and `Local\t<name>\t<password>`, with all fields that follow:
 * a site may want them. Which provider they are for is core's to find out. Undefined: malformed (too few
 * fields, an empty one, an id below 1), which is passed over without a word.
 */
export function readCredentials(given: readonly string[]): Credentials | undefined {
  const fields = given.slice(0, fieldsMax).map(cleanField);
  const [scheme = "", first = "", second = ""] = fields;
  if (scheme === "" || first === "") return undefined;
  if (fields.some((field) => field.length > fieldMax)) return undefined;
  if (scheme.toLowerCase() === "local" && (second === "" || first.length > nameMax)) {
    return undefined;
  }
  if (/^[0-9]+$/.test(scheme)) {
    const number = Number(scheme);
    if (number < 1 || !Number.isSafeInteger(number)) return undefined;
  }
  return { scheme: "site", fields };
}

const failures = new Map<Rejection["code"], FailureReason>([
  ["limit_reached", "sockfail"],
  ["not_permitted", "userfail"],
]);

/** 1.n for a refusal; whatever has no reason of its own is `authfail`, as when a site cannot be reached. */
function failurePacket(rejection: Rejection, view: View): Packet {
  if (rejection.code === "banned") return signInBannedPacket(onClock(rejection.untilMs, view));
  const isRegistration = rejection.code === "rate_limited" && rejection.why === "registrations";
  const reason = isRegistration ? "sockfail" : failures.get(rejection.code);
  return signInFailurePacket(reason ?? "authfail");
}

/**
 * 1.n and nothing else: the stock client shows another text as soon as the connection ends, and the person may try
 * again until the time for signing in is over. It has no words for a community that leaves: there a page gets the signpost.
 */
export function refuseSignIn(
  client: Connection,
  credentials: Credentials,
  rejection: Rejection,
  view: View,
): readonly Step[] {
  if (rejection.code !== "leaving") {
    return [{ do: "send", packets: [failurePacket(rejection, view)] }];
  }
  if (!client.isPage) {
    return [{ do: "send", packets: [leftPacket(view), failurePacket(rejection, view)] }];
  }
  client.own.atSignpost = true;
  return [{ do: "send", packets: signpostPackets(credentials, view) }];
}

/** Where the community has gone, for programs that read what comes ahead of 1.n: none has words with it. */
function leftPacket(view: View): Packet {
  const line = noticeLine(textNotice(leftText(view)), secondsOfMs(view.clockMs), view.lineNumber());
  return contextMessagePacket(line, false);
}

/** 1.n and the end, where a session has been opened already and has no place to stand in. */
function turnAway(client: Connection, rejection: Rejection, view: View): readonly Step[] {
  client.own.refusal = failurePacket(rejection, view);
  return [{ do: "close", closing: closings.signIn }];
}

/** The message of the day: a 7.1 ahead of 1.y, without a sound, for which the page is not ready yet. */
function motdPackets(view: View): readonly Packet[] {
  const { motd } = view.roster.server;
  if (motd.trim() === "") return [];
  const body = notice("say", escapeTree(parseBbcode(motd)));
  return [
    contextMessagePacket(noticeLine(body, secondsOfMs(view.clockMs), view.lineNumber()), false),
  ];
}

/**
 * Message of the day, 1.y, 7.2, 7.0, 7.1 per line of history, 5.2 (part 3.5). 1.y names the number that the
 * client knows itself by.
 */
export function welcome(
  client: Connection,
  session: Session,
  view: View,
  since?: number,
): readonly Step[] {
  const { roster } = view;
  const user = roster.user(session.userId);
  const channel = channelOf(session, roster);
  if (user === undefined || channel === undefined) {
    return turnAway(client, { code: "not_permitted", need: "view", hidden: true }, view);
  }
  const { postContentMax } = roster.server;
  const self = { ...personOf(user, roster), number: session.alias ?? user.number };
  const first = [
    ...motdPackets(view),
    signInPacket(self, slugOf(channel), postContentMax, vouch(session.sessionId)),
    roster.extension(ChannelLists).packet(user.userId),
  ];
  return enter(session, channel, view, first, since);
}
