/** The signals that accepted commands yield: told at most once, and stored nowhere. */
import type { Signal } from "@dragoman/bus-schema";
import type { Reading, State } from "../state/shape.ts";
import type { Admitted } from "./contract.ts";

/** The signal of an accepted command, or null: most yield none. */
export function signalOf(
  state: Reading<State>,
  { body, sessionId, gatewayId }: Admitted,
): Signal | null {
  if (body.type === "canary.cross" && gatewayId !== undefined) {
    const { n, saidAt, everyMs } = body;
    return { type: "canary", gatewayId, n, saidAt, everyMs, seq: state.seq };
  }
  if (body.type !== "typing.start" || sessionId === undefined) return null;
  const live = state.sessions.get(sessionId);
  return live === undefined
    ? null
    : { type: "typing", place: body.place, userId: live.session.userId, sessionId };
}
