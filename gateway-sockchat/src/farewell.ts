/**
 * The last packet and the close frame (reference, parts 2.2 packet 9 and 5.3). Clients come back at once unless
 * they saw packet 9: so it goes out when they are to stay away, and does not when they are to return.
 */
import type { Closing, Farewell } from "@dragoman/gateway-kit";
import type { Connection } from "./client.ts";
import { banned, disconnected } from "./packet/server.ts";

const normal = 1000;
const goingAway = 1001;
const protocolError = 1002;
const internalError = 1011;
const tryAgainLater = 1013;

const end = (code: number, text = "", packets: Farewell["packets"] = []): Farewell => ({
  packets,
  code,
  text,
});

type Words = {
  readonly [W in Closing["why"]]: (
    closing: Extract<Closing, { why: W }>,
    client: Connection,
  ) => Farewell;
};

const words: Omit<Words, "kicked" | "banned"> = {
  flood: ({ untilMs }, { session }) => {
    if (session === undefined) return end(normal);
    return end(normal, "", [untilMs === null ? disconnected() : banned(untilMs)]);
  },
  timeout: () => end(normal),
  sign_in: (_closing, { own }) => end(normal, "", own.refusal === undefined ? [] : [own.refusal]),
  drain: () => end(goingAway),
  slow: () => end(tryAgainLater, "reads too slowly"),
  unknown_outcome: () => end(internalError, "outcome unknown"),
  departed: () => end(normal, "", [disconnected()]),
  protocol: ({ text }) => end(protocolError, text),
};

export function farewell(closing: Closing, client: Connection): Farewell {
  if (closing.why === "banned") return end(normal, "", [banned(closing.untilMs)]);
  if (closing.why === "kicked") {
    const { untilMs } = closing;
    return end(normal, "", [untilMs === null ? disconnected() : banned(untilMs)]);
  }
  const word = words[closing.why] as (closing: Closing, client: Connection) => Farewell;
  return word(closing, client);
}
