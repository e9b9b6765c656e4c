/**
 * The last packet and the close frame (reference, parts 2.2 packet 9 and 5.3). Clients come back at once unless
 * they saw packet 9: so it goes out when they are to stay away, and does not when they are to return.
 */
import {
  type CloseReason,
  type Closing,
  type Farewell,
  onClock,
  type Packet,
  type View,
} from "@dragoman/gateway-kit";
import { textNotice } from "./bot.ts";
import type { Connection } from "./client.ts";
import { noticePacket } from "./entry.ts";
import { leftText } from "./leaving.ts";
import { disconnectPacket, disconnectUntilPacket } from "./packet.ts";

const normal = 1000;
const serviceRestart = 1012;
const protocolError = 1002;
const internalError = 1011;
const tryAgainLater = 1013;

const closeFrames: Readonly<Record<Closing["why"], Required<CloseReason>>> = {
  kicked: { code: normal, text: "" },
  banned: { code: normal, text: "" },
  flood: { code: normal, text: "" },
  timeout: { code: normal, text: "" },
  sign_in: { code: normal, text: "" },
  drain: { code: serviceRestart, text: "come back" },
  slow: { code: tryAgainLater, text: "reads too slowly" },
  crowded: { code: tryAgainLater, text: "no room" },
  unknown_outcome: { code: internalError, text: "outcome unknown" },
  departed: { code: normal, text: "" },
  password: { code: normal, text: "" },
  phase: { code: normal, text: "" },
  protocol: { code: protocolError, text: "" },
};

/** Packet 9 for who is to stay away: with the end where there is one, -1 for good. */
function stayAway(closing: Closing, view: View): Packet {
  const untilMs = "untilMs" in closing ? onClock(closing.untilMs, view) : null;
  if (closing.why === "banned") return disconnectUntilPacket(untilMs);
  return untilMs === null ? disconnectPacket() : disconnectUntilPacket(untilMs);
}

/** To who is handed over. No packet makes a client wait and come back: of packet 9 the stock client stays away for good. */
const handedOver = "This connection ends for maintenance. The chat connects again by itself.";

/**
 * Packet 9 where the client is to stay away, a notice where it is handed over, the refusal of a failed sign-in, and the
 * close frame.
 */
export function farewell(closing: Closing, { own, session }: Connection, view: View): Farewell {
  const frame = closeFrames[closing.why];
  const text = closing.why === "protocol" ? closing.text : frame.text;
  if (!closing.comesBack) return { ...frame, text, packets: [stayAway(closing, view)] };
  if (closing.why === "drain" && session !== undefined) {
    return { ...frame, text, packets: [noticePacket(textNotice(handedOver), view)] };
  }
  if (closing.why === "phase") {
    return { ...frame, text, packets: [noticePacket(textNotice(leftText(view)), view)] };
  }
  const refusal = closing.why === "sign_in" ? own.refusal : undefined;
  return { ...frame, text, packets: refusal === undefined ? [] : [refusal] };
}
