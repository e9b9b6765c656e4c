/** Steps of leaving a protocol. Most of them let people go on, so that runs still reach everything else. */
import type { Phase } from "@dragoman/bus-schema";
import { type Makers, pick } from "./make.ts";

const phases: readonly Phase[] = [
  "open",
  "announced",
  "open",
  "invited",
  "open",
  "read-only",
  "open",
  "closed",
];

export const phased = {
  "server.signal": () => ({ type: "server.signal", signal: "reload" }),
  "server.configure": (_community, a) => ({
    type: "server.configure",
    settings: { limits: { messagesPerMinute: a } },
    expected: 0,
  }),
  "server.phase": (community, a, b, c) => ({
    type: "server.phase",
    protocol: b % 2 === 0 ? "sockchat" : "originchats",
    phase: pick(phases, a) ?? "open",
    ...(c % 3 === 0 ? { dateMs: community.nowMs + (c % 2_000) - 100 } : {}),
    ...(c % 5 === 0 ? { text: "We move." } : {}),
  }),
} satisfies Makers;
