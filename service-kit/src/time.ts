/** Waiting, where no event is to be waited for. */
import { setTimeout } from "node:timers/promises";

/** The longest time that a timer of Node.js takes; a longer one would run off at once. */
export const timerMsMax = 2 ** 31 - 1;

/** Resolves after `ms`, or as soon as `signal` aborts. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await setTimeout(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    if (signal?.aborted !== true) throw error;
  }
}
