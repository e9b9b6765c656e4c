/**
 * Waiting in tests: always for something that happens, always with a deadline, never a sleep in its stead. A limit is
 * what a quiet machine needs, with some to spare. What must be quick is measured by its test, never left to a deadline.
 */

/** A busy machine is given so many times as long. */
const patience = 4;

/** The longest that a timer of Node waits; beyond it none waits at all. */
const timerMaxMs = 2 ** 31 - 1;

/** How long is waited where a quiet machine is given `limitMs`. */
export const patientMs = (limitMs: number): number => Math.min(patience * limitMs, timerMaxMs);

/** What was waited for did not happen in time. */
export class DeadlineError extends Error {
  override name = "DeadlineError";
}

/**
 * The promise, or a DeadlineError that says what was waited for.
 * @param detail told with the error; computed only then
 */
export async function within<T>(
  limitMs: number,
  what: string,
  promise: Promise<T>,
  detail: () => string = () => "",
): Promise<T> {
  const waitMs = patientMs(limitMs);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const more = detail();
      reject(new DeadlineError(`${what}: not within ${waitMs} ms${more ? `\n${more}` : ""}`));
    }, waitMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Asks again and again until the probe gives something truthy. Only for what tells nobody of its change, such
 * as the health page of another process. What the probe throws counts as "not yet" and is told at the deadline.
 */
export async function eventually<T>(
  limitMs: number,
  what: string,
  probe: () => T | Promise<T>,
): Promise<NonNullable<T>> {
  const waitMs = patientMs(limitMs);
  const deadline = performance.now() + waitMs;
  let last: unknown;
  for (;;) {
    try {
      const value = await probe();
      if (value) return value as NonNullable<T>;
      last = value;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadline) {
      throw new DeadlineError(`${what}: not within ${waitMs} ms, last: ${String(last)}`);
    }
    await elapse(20);
  }
}

/** Lets time pass, where its passing is itself what is tested: a process that stands still for so long. */
export function elapse(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
