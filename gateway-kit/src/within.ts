import { setTimeout as pause } from "node:timers/promises";

/** The promise's value, or undefined when the time is over first. Rejects when the promise does. */
export async function within<T>(promise: Promise<T>, limitMs: number): Promise<T | undefined> {
  const settled = new AbortController();
  const over = pause(Math.max(0, limitMs), undefined, { signal: settled.signal });
  // An aborted pause rejects, which nobody waits for any more.
  over.catch(() => undefined);
  try {
    return await Promise.race([promise, over]);
  } finally {
    settled.abort();
  }
}
