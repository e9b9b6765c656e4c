/** Patience with a store that nobody leads: a cluster that has just started, or a server of it that just ended. */
import { JetStreamApiError } from "@nats-io/jetstream";
import { TimeoutError } from "@nats-io/transport-node";
import { BusError } from "./bus-error.ts";
import { pause } from "./time.ts";

/** The server's number for a store that nobody leads. */
const unledCode = 10_008;
/** And for a stream that it does not have. */
const noStreamCode = 10_059;
const limitMs = 30_000;
const pauseMs = 200;

/** Does it again as long as it fails because nobody leads, half a minute at most, and not once `signal` aborts. */
export async function whileUnled<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const isOver = performance.now() > deadline || signal?.aborted === true;
      if (!isUnled(error) || isOver) throw error;
      await pause(pauseMs, signal);
    }
  }
}

/** Whether something failed because nobody leads the store, or nobody has answered in time. */
export function isUnled(error: unknown): boolean {
  if (error instanceof BusError) return error.why === "unavailable" || error.why === "timeout";
  if (error instanceof JetStreamApiError) return error.code === unledCode;
  return error instanceof TimeoutError;
}

/** Whether something failed because the store has no such stream. */
export function isNoStream(error: unknown): boolean {
  return error instanceof JetStreamApiError && error.code === noStreamCode;
}
