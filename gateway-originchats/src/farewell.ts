/** The last packets of a connection and its close code, by why it ends (part 1, 2.8 and 8.2). */
import type { Closing, Farewell, View } from "@dragoman/gateway-kit";
import { type OriginchatsConnection, windowMs } from "./client.ts";
import { leftPackets } from "./leaving.ts";
import { rateLimit } from "./rejection.ts";
import { encode, errorPacket } from "./wire.ts";

/** A farewell without its `disconnect`, and the reason that stands there when the person is put out. */
interface Words extends Farewell {
  readonly reason?: string;
}

type Table = {
  readonly [W in Closing["why"]]: (closing: Extract<Closing, { why: W }>, nowMs: number) => Words;
};

const words: Table = {
  kicked: ({ reason }) => {
    const shown = reason === "" ? "No reason provided" : reason;
    const packets = [errorPacket("user_kick", `Kicked: ${shown}`)];
    return { reason: shown, packets, code: 1000, text: "Kicked" };
  },
  banned: () => ({
    reason: "You have been banned",
    packets: [errorPacket("user_ban", "You are banned from this server")],
    code: 1000,
    text: "Banned",
  }),
  // The packet says itself when the client may come back.
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
  crowded: () => ({ packets: [], code: 1013, text: "No room" }),
  unknown_outcome: () => ({ packets: [], code: 1012, text: "Come back and see" }),
  departed: () => ({
    reason: "Your account was removed",
    packets: [],
    code: 1000,
    text: "Account removed",
  }),
  password: () => ({
    reason: "Your password was changed",
    packets: [],
    code: 1000,
    text: "Password changed",
  }),
  phase: () => ({ packets: [], code: 1000, text: "Closed" }),
  protocol: ({ text }) => ({ packets: [], code: 1011, text }),
};

/**
 * What is said last. A `disconnect` stands where the person was put out; whoever is to come back just loses the
 * socket. The stock client stays away only on the text of the ban.
 */
export function farewell(closing: Closing, client: OriginchatsConnection, view: View): Farewell {
  const word = words[closing.why] as (closing: Closing, nowMs: number) => Words;
  const { reason, packets, ...close } = word(closing, view.nowMs);
  const left = closing.why === "phase" ? leftPackets(client, view) : [];
  const isPutOut = !closing.comesBack && reason !== undefined;
  const disconnect = isPutOut ? [encode({ cmd: "disconnect", reason })] : [];
  return { ...close, packets: [...client.own.lastWords, ...left, ...disconnect, ...packets] };
}
