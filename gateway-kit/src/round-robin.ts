/** Commands of requests, spread over lanes. */
import type { Lane } from "./lane.ts";
import type { RequestPort } from "./request-port.ts";

/** Commands of requests at once; more of them wait. */
export const lanesMax = 16;

/** Spreads commands over the lanes, round robin: in each they go one after the other. */
export function roundRobin(lanes: readonly Lane[]): RequestPort["command"] {
  let next = 0;
  return (body) =>
    new Promise((resolve) => {
      const lane = lanes[next % lanes.length];
      next += 1;
      if (lane === undefined) resolve({ kind: "unknown" });
      else lane.send(body, resolve);
    });
}
