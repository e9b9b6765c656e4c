/**
 * The clocks of a process. The wall clock may be wrong and be set at any moment: it is read here and nowhere else, and
 * `test/law/clock.test.ts` names who may ask for it. What lasts is measured by `performance.now()`.
 */

import type { Logger } from "./logger.ts";

/** What this machine believes the time to be, in epoch ms. */
export const wallMs = (): number => Date.now();

/** A measurement that was better than any since loses so much of its worth in a millisecond: clocks run apart. */
const agingPerMs = 1e-3;

interface Sample {
  /** What the other clock is ahead of our monotonic clock. */
  readonly offsetMs: number;
  readonly atMs: number;
  readonly uncertaintyMs: number;
}

/**
 * The clock of another process, as NTP looks at it: an answer says a time, which was true at some moment between asking
 * and hearing. The answer that took the shortest time is believed, until it is old or another contradicts it.
 * All times but `saysMs` are of our own monotonic clock.
 */
export class RemoteClock {
  #sample: Sample | undefined;

  /** An answer that says `saysMs` was asked for at `sentMs` and came at `heardMs`. */
  take(saysMs: number, sentMs: number, heardMs: number): void {
    const uncertaintyMs = (heardMs - sentMs) / 2;
    const offsetMs = saysMs - (sentMs + uncertaintyMs);
    const known = this.#sample;
    if (known !== undefined) {
      const boundMs = this.uncertaintyMs(heardMs);
      const differs = Math.abs(offsetMs - known.offsetMs) > boundMs + uncertaintyMs;
      if (!differs && uncertaintyMs > boundMs) return;
    }
    this.#sample = { offsetMs, atMs: heardMs, uncertaintyMs };
  }

  /** What it says at `nowMs`; undefined: it has not been asked yet. */
  at(nowMs: number): number | undefined {
    return this.#sample === undefined ? undefined : nowMs + this.#sample.offsetMs;
  }

  /** How far `at` may be wrong. */
  uncertaintyMs(nowMs: number): number {
    if (this.#sample === undefined) return Number.POSITIVE_INFINITY;
    const { uncertaintyMs, atMs } = this.#sample;
    return uncertaintyMs + (nowMs - atMs) * agingPerMs;
  }
}

/** What our wall clock is ahead of another's, and how far that may be wrong. */
export interface Skew {
  readonly ms: number;
  readonly uncertaintyMs: number;
}

/** A clock that differs by more is wrong, or the other is. */
const toleranceMs = 2_000;

/** Says once that two clocks differ, and once that they do no longer. */
export class SkewWatch {
  readonly #logger: Logger;
  readonly #whose: string;
  #warning: string | undefined;

  /** @param whose the other clock, as in "the leader's" */
  constructor(logger: Logger, whose: string) {
    this.#logger = logger;
    this.#whose = whose;
  }

  /** What is wrong at this moment, in words; undefined: nothing. */
  get warning(): string | undefined {
    return this.#warning;
  }

  /** Takes the latest measurement; undefined: there is none. */
  look(skew: Skew | undefined): void {
    const before = this.#warning;
    const { ms, uncertaintyMs } = skew ?? { ms: 0, uncertaintyMs: 0 };
    this.#warning =
      Math.abs(ms) > toleranceMs + uncertaintyMs
        ? `the clock is ${(Math.abs(ms) / 1_000).toFixed(1)} s ${ms > 0 ? "ahead of" : "behind"} ${this.#whose}`
        : undefined;
    if (before === undefined && this.#warning !== undefined) {
      this.#logger.warn({ skewMs: Math.round(ms) }, this.#warning);
    }
    if (before !== undefined && this.#warning === undefined) {
      this.#logger.info(`the clock agrees with ${this.#whose} again`);
    }
  }
}
