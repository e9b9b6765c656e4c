/**
 * Whether what this gateway knows is recent enough to act upon (docs/journal.md 4.4): the leader has answered a
 * heartbeat of late, and all that the answer told of is applied. Whatever was decided by the send time of that
 * heartbeat has taken its effect here, so that nobody hears or reads who was put out since.
 */
import { wallMs } from "@dragoman/service-kit";
import { within } from "./within.ts";

/**
 * An instant by both clocks of this process. The larger of the two times that have passed counts: one clock stands
 * still while a machine sleeps, the other may be set.
 */
export interface Instant {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

export const instant = (): Instant => ({ monotonicMs: performance.now(), wallMs: wallMs() });

export interface FreshnessOptions {
  /** How long a proof lasts, counted from when its heartbeat was sent. */
  readonly freshMs: number;
  /** After so long without a proof this gateway lets go of its connections. */
  readonly letGoMs: number;
  /** There is a proof again, and since the one before ran out somebody was told that there is none. */
  readonly onFresh: () => void;
  /** The time is over. Once, until there is a proof again. */
  readonly onLetGo: () => void;
}

export class Freshness {
  readonly #options: FreshnessOptions;
  #proven: Instant = { monotonicMs: Number.NEGATIVE_INFINITY, wallMs: Number.NEGATIVE_INFINITY };
  /** From where the time to let go counts. */
  #sinceMs: number;
  #hasLetGo = false;
  /** Somebody waits for the next proof. */
  #missed = false;
  readonly #waiters = new Set<() => void>();

  constructor(options: FreshnessOptions, now: Instant = instant()) {
    this.#options = options;
    this.#sinceMs = now.monotonicMs;
  }

  /** Whether events may be delivered, queries answered and commands sent. */
  isFresh(now: Instant = instant()): boolean {
    const spentMs = Math.max(
      now.monotonicMs - this.#proven.monotonicMs,
      now.wallMs - this.#proven.wallMs,
    );
    const fresh = spentMs < this.#options.freshMs;
    if (!fresh) this.#missed = true;
    return fresh;
  }

  /** How long ago the heartbeat of the last proof was sent, on the monotonic clock. */
  ageMs(now: Instant = instant()): number {
    return now.monotonicMs - this.#proven.monotonicMs;
  }

  /** This gateway was not fresh for so long that it has let go of its connections, and is not fresh yet. */
  get hasLetGo(): boolean {
    return this.#hasLetGo;
  }

  /** All is applied that the answer to a heartbeat sent at that instant told of. */
  prove(sent: Instant, now: Instant = instant()): void {
    if (sent.monotonicMs <= this.#proven.monotonicMs) return;
    this.#proven = sent;
    this.#sinceMs = sent.monotonicMs;
    if (!this.#missed || !this.isFresh(now)) return;
    this.#missed = false;
    this.#hasLetGo = false;
    for (const done of this.#waiters) done();
    this.#waiters.clear();
    this.#options.onFresh();
  }

  /** Resolves with whether it is fresh, at the latest after `limitMs`. */
  async regained(limitMs: number): Promise<boolean> {
    if (this.isFresh()) return true;
    let done = (): void => undefined;
    const fresh = new Promise<true>((resolve) => {
      done = () => resolve(true);
    });
    this.#waiters.add(done);
    const regained = await within(fresh, limitMs);
    this.#waiters.delete(done);
    return regained === true;
  }

  /** Looks whether it is time to let go. A clock that is set is no reason to: the monotonic one alone counts. */
  look(now: Instant = instant()): void {
    if (this.isFresh(now) || this.#hasLetGo) return;
    if (now.monotonicMs - this.#sinceMs < this.#options.letGoMs) return;
    this.#hasLetGo = true;
    this.#options.onLetGo();
  }
}
