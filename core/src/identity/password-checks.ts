/**
 * The checks of passwords, a few at once and so many waiting. Whoever is likely to be right goes first, and accounts take
 * turns, so that guesses at one keep nobody waiting at another. For a name that nobody has no check is spent: the answer
 * comes when that of a check would have come.
 */
import { type Config, pause } from "@dragoman/service-kit";
import { hashPassword, verifyPassword } from "./password.ts";
import { type Turn, Turns } from "./turns.ts";

/** Guesses at one account that wait, above all those of strangers. */
const waitingMaxPerAccount = 50;
/** How long a check waits at most; see `addressTurns`. */
const patienceMs = 4_000;

export class PasswordChecks {
  readonly #turns: Turns;
  /** How long the last check took. */
  #typicalMs = 20;

  constructor(accounts: Config["accounts"]) {
    this.#turns = new Turns({
      get atOnce() {
        return accounts.verifyConcurrency;
      },
      get waitingMax() {
        return accounts.verifyQueue;
      },
      waitingMaxPerKey: waitingMaxPerAccount,
      patienceMs,
    });
  }

  /** Checks that wait for their turn. */
  get waiting(): number {
    return this.#turns.waiting;
  }

  /** Whether a password is the one of a hash; null: too many wait, nothing was found out. */
  async verify(turn: Turn, stored: string, password: string): Promise<boolean | null> {
    const done = await this.#turns.run(turn, () =>
      this.#timed(() => verifyPassword(stored, password)),
    );
    return done?.value ?? null;
  }

  /** Takes the time of a check that fails; false: too many wait. */
  async feign(turn: Turn): Promise<boolean> {
    if (!(await this.#turns.pass(turn))) return false;
    await pause(this.#typicalMs);
    return true;
  }

  /** The hash of a new password; null: too many wait. `key` as a turn's. */
  async hash(key: string, password: string): Promise<string | null> {
    const turn = { key, isFirst: false };
    const done = await this.#turns.run(turn, () => this.#timed(() => hashPassword(password)));
    return done?.value ?? null;
  }

  async #timed<T>(work: () => Promise<T>): Promise<{ readonly value: T }> {
    const begunMs = performance.now();
    const value = await work();
    this.#typicalMs = performance.now() - begunMs;
    return { value };
  }
}
