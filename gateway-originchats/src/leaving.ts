/**
 * What people of OriginChats are told while the community leaves it (bridge table, leaving a protocol). It is an `error`: the
 * stock client shows it in a banner wherever its reader is, where a message would be lost in a channel that is not open.
 */
import type { Rejection } from "@dragoman/bus-schema";
import {
  isTellingDue,
  leavingOf,
  leavingWords,
  type Packet,
  type Step,
  type View,
} from "@dragoman/gateway-kit";
import { send } from "./answer.ts";
import type { OriginchatsConnection } from "./client.ts";
import { authError, authErrorPacket, rejectionText } from "./rejection.ts";
import { section } from "./settings.ts";
import { errorPacket } from "./wire.ts";

const words = leavingWords({
  protocol: section.name,
  here: "this server",
  there: "Sock Chat",
  bid: "Call /move to see how you come along.",
});

export const { leftText, newsText } = words;

/** Who said a thing that nobody asked for, in `src`. */
const source = "server_update";

export const leavingPacket = (text: string) => errorPacket(source, text);

/**
 * The last words, to who does not come in or goes: a banner, and the window for logging in. The banner is gone after some
 * seconds; the window stays, but shows who has a token of Rotur a choice of log-ins instead of the words.
 */
export function leftPackets(view: View): readonly Packet[] {
  const text = leftText(view);
  return [leavingPacket(text), authErrorPacket(text)];
}

/** Why somebody does not come in. */
export function refuseSignIn(rejection: Rejection, view: View): readonly Step[] {
  return rejection.code === "leaving"
    ? [send(...leftPackets(view))]
    : [authError(rejectionText(rejection, view.nowMs))];
}

/** The banner, where the community leaves; the connection has been told then. */
export function tellLeaving(client: OriginchatsConnection, view: View): readonly Step[] {
  if (leavingOf(section.name, view).phase === "open") return [];
  client.own.toldAtMs = view.steadyMs;
  return [send(leavingPacket(words.leavingText(view)))];
}

/** The same, once a day. */
export function tellAgain(client: OriginchatsConnection, view: View): readonly Step[] {
  const isDue =
    client.session !== undefined && isTellingDue(section.name, client.own.toldAtMs, view);
  return isDue ? tellLeaving(client, view) : [];
}
