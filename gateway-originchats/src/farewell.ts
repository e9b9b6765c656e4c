/** The last packets of a connection and its close code, by why it ends (part 1, 2.8 and 8.2). */
import type { Closing, Farewell, View } from "@dragoman/gateway-kit";
import { type OriginchatsConnection, windowMs } from "./client.ts";
import { rateLimit } from "./rejection.ts";
import { encode, errorPacket } from "./wire.ts";

type Words = {
  readonly [W in Closing["why"]]: (
    closing: Extract<Closing, { why: W }>,
    nowMs: number,
  ) => Farewell;
};

const disconnect = (reason: string): string => encode({ cmd: "disconnect", reason });

/**
 * A `disconnect` stands where the person was put out; whoever is to come back just loses the socket. The stock
 * client stays away only on the text of the ban.
 */
const words: Words = {
  kicked: ({ reason }) => {
    const shown = reason === "" ? "No reason provided" : reason;
    return {
      packets: [disconnect(shown), errorPacket("user_kick", `Kicked: ${shown}`)],
      code: 1000,
      text: "Kicked",
    };
  },
  banned: () => ({
    packets: [
      disconnect("You have been banned"),
      errorPacket("user_ban", "You are banned from this server"),
    ],
    code: 1000,
    text: "Banned",
  }),
  flood: ({ untilMs }, nowMs) => ({
    packets: [
      encode(rateLimit("packets", untilMs === null ? windowMs : Math.max(0, untilMs - nowMs))),
    ],
    code: 1008,
    text: "Too many packets",
  }),
  timeout: () => ({ packets: [], code: 1001, text: "No sign of life" }),
  sign_in: () => ({ packets: [], code: 1008, text: "Not signed in in time" }),
  drain: () => ({ packets: [], code: 1012, text: "Come back" }),
  slow: () => ({ packets: [], code: 1013, text: "Reading too slowly" }),
  unknown_outcome: () => ({ packets: [], code: 1012, text: "Come back and see" }),
  departed: () => ({
    packets: [disconnect("Your account was removed")],
    code: 1000,
    text: "Account removed",
  }),
  protocol: ({ text }) => ({ packets: [], code: 1011, text }),
};

export function farewell(closing: Closing, client: OriginchatsConnection, view: View): Farewell {
  const last = (words[closing.why] as (c: Closing, nowMs: number) => Farewell)(closing, view.nowMs);
  return { ...last, packets: [...client.own.lastWords, ...last.packets] };
}
