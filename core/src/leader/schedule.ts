/** Gives the leader the commands that time makes due, each once. What is due, and when, is read from the state. */
import type { Internal } from "../decider/index.ts";

/** Something that will be due at `dueMs`, by the journal's time. */
export interface Scheduled {
  readonly dueMs: number;
  readonly key: string;
  readonly body: Internal;
}

/** How long a given command may take before it is given again, should it have come to nothing. */
const patienceMs = 5_000;
/** The journal's time may be set forward meanwhile: so long it is not looked at. */
const lookMsMax = 60_000;

export class Schedule {
  readonly #scheduled: () => Iterable<Scheduled>;
  readonly #nowMs: () => number;
  readonly #give: (body: Internal) => void;
  /** What was given, until when it is not given again, on the monotonic clock. */
  readonly #given = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  /** @param nowMs the journal's time */
  constructor(
    scheduled: () => Iterable<Scheduled>,
    nowMs: () => number,
    give: (body: Internal) => void,
  ) {
    this.#scheduled = scheduled;
    this.#nowMs = nowMs;
    this.#give = give;
  }

  /** Looks what is due and when to look again. Called whenever the state has changed. */
  arm(): void {
    clearTimeout(this.#timer);
    if (this.#stopped) return;
    const nowMs = this.#nowMs();
    const sinceMs = performance.now();
    let nextMs = Number.POSITIVE_INFINITY;
    for (const [key, untilMs] of this.#given) if (untilMs <= sinceMs) this.#given.delete(key);
    for (const { dueMs, key, body } of this.#scheduled()) {
      const againMs = (this.#given.get(key) ?? sinceMs) - sinceMs;
      const waitMs = Math.max(dueMs - nowMs, againMs);
      if (waitMs > 0) {
        nextMs = Math.min(nextMs, waitMs);
        continue;
      }
      this.#given.set(key, sinceMs + patienceMs);
      nextMs = Math.min(nextMs, patienceMs);
      this.#give(body);
    }
    if (nextMs === Number.POSITIVE_INFINITY) return;
    this.#timer = setTimeout(() => this.arm(), Math.min(nextMs + 1, lookMsMax));
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }
}
