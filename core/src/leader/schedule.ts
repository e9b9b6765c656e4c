/** Gives the leader the commands that time makes due, each once. What is due, and when, is read from the state. */
import { timerMsMax } from "@dragoman/service-kit";
import type { Internal } from "../decider/index.ts";

/** Something that will be due at `dueMs` (epoch). */
export interface Scheduled {
  readonly dueMs: number;
  readonly key: string;
  readonly body: Internal;
}

/** How long a given command may take before it is given again, should it have come to nothing. */
const patienceMs = 5_000;

export class Schedule {
  readonly #scheduled: () => Iterable<Scheduled>;
  readonly #give: (body: Internal) => void;
  /** What was given, until when it is not given again. */
  readonly #given = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(scheduled: () => Iterable<Scheduled>, give: (body: Internal) => void) {
    this.#scheduled = scheduled;
    this.#give = give;
  }

  /** Looks what is due and when to look again. Called whenever the state has changed. */
  arm(): void {
    clearTimeout(this.#timer);
    if (this.#stopped) return;
    const nowMs = Date.now();
    let nextMs = Number.POSITIVE_INFINITY;
    for (const [key, untilMs] of this.#given) if (untilMs <= nowMs) this.#given.delete(key);
    for (const { dueMs, key, body } of this.#scheduled()) {
      const waitsUntilMs = Math.max(dueMs, this.#given.get(key) ?? 0);
      if (waitsUntilMs > nowMs) {
        nextMs = Math.min(nextMs, waitsUntilMs);
        continue;
      }
      this.#given.set(key, nowMs + patienceMs);
      nextMs = Math.min(nextMs, nowMs + patienceMs);
      this.#give(body);
    }
    if (nextMs === Number.POSITIVE_INFINITY) return;
    // What is due later than a timer can tell is armed again then.
    this.#timer = setTimeout(() => this.arm(), Math.min(nextMs - nowMs + 1, timerMsMax));
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }
}
