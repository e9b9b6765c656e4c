/** How long a connection stays whose person has proved who they are and is not let in: a client shows why as long as it lasts. */
import type { Rejection } from "@dragoman/bus-schema";

/**
 * In milliseconds, at most `maxMs`; 0: no longer than anybody may take to sign in.
 * @param nowMs by the journal's time
 */
export function readingMs(rejection: Rejection, nowMs: number, maxMs: number): number {
  if (rejection.code === "leaving") return maxMs;
  if (rejection.code !== "banned") return 0;
  // Whose time out is over comes in, when the client comes back.
  return rejection.untilMs === null ? maxMs : Math.min(maxMs, rejection.untilMs - nowMs);
}
