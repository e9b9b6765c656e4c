/** Wrong passwords of channels, in the leader's memory: by person and channel, so that nobody locks another out. */
import type { Guess } from "../decider/index.ts";
import { Failures } from "./attempt-budget.ts";

/** Wrong passwords of one person for one channel within the window. */
const guessesMax = 5;
const windowMs = 50_000;

export class GuessBudget {
  readonly #failures = new Failures(
    () => guessesMax,
    () => windowMs,
  );

  /** After how long the person may try again; 0: now. `nowMs` is any clock that does not run backwards. */
  waitMs(guess: Guess, nowMs: number): number {
    return Math.ceil(this.#failures.waitMs(keyOf(guess), nowMs));
  }

  /** Counts a wrong one. */
  add(guess: Guess, nowMs: number): void {
    this.#failures.add(keyOf(guess), nowMs);
  }
}

function keyOf({ userId, channelId }: Guess): string {
  return `${userId} ${channelId}`;
}
