/**
 * The journal's time (docs/journal.md 1.6). Every limit that the state keeps is judged by it, so it runs as fast as
 * real time does, whatever happens to the clocks of machines: it is carried on by the monotonic clock of whoever leads,
 * drawn gently to that machine's wall clock, and handed on to standbys. No record's time lies before that of the record before it.
 */

import type { LeaderTime } from "@dragoman/bus-schema";
import { type Logger, RemoteClock, type Skew, SkewWatch, wallMs } from "@dragoman/service-kit";

/** What a wall clock may be ahead before it is more than drift. */
const stepMs = 1_000;
/** How long a wall clock must have been ahead, without a break, before it is believed: a machine that slept, or whose clock was set. */
const believedAfterMs = 60_000;
/** How much faster or slower than real time it runs, to come to the wall clock. */
const slew = 1 / 32;

/** Where it takes its own times from. */
export interface Sources {
  readonly wallMs: () => number;
  readonly monotonicMs: () => number;
}

export class JournalClock {
  readonly #logger: Logger;
  readonly #sources: Sources;
  readonly #watches: { readonly leader: SkewWatch; readonly journal: SkewWatch };
  /** The journal's time at a moment of the monotonic clock; undefined: nobody has told yet. */
  #mark: { readonly ms: number; readonly atMs: number } | undefined;
  #leader = new RemoteClock();
  readonly #leaderWall = new RemoteClock();
  #leads = false;
  /** Since when the wall clock has been ahead, and by how much at least. */
  #ahead: { readonly sinceMs: number; readonly leastMs: number } | undefined;

  constructor(logger: Logger, sources: Sources = { wallMs, monotonicMs: () => performance.now() }) {
    this.#logger = logger;
    this.#watches = {
      leader: new SkewWatch(logger, "the leader's"),
      journal: new SkewWatch(logger, "the journal's time"),
    };
    this.#sources = sources;
  }

  /** The journal's time, behind a record of the time `lastMs`: epoch ms. */
  nowMs(lastMs: number): number {
    return Math.max(Math.floor(this.#running() ?? this.#sources.wallMs()), lastMs);
  }

  /** What time it is, for whoever asks the leader. */
  time(lastMs: number): LeaderTime {
    return { nowMs: this.nowMs(lastMs), clockMs: Math.floor(this.#sources.wallMs()) };
  }

  /** A leader has said its time. Times of asking and hearing are of the monotonic clock. */
  heard(time: LeaderTime, sentMs: number, heardMs: number): void {
    if (this.#leads) return;
    this.#leader.take(time.nowMs, sentMs, heardMs);
    this.#leaderWall.take(time.clockMs, sentMs, heardMs);
    this.#watches.leader.look(this.skew());
  }

  /** What our wall clock is ahead of the leader's, and how far that may be wrong; undefined: we lead, or heard none. */
  skew(): Skew | undefined {
    const nowMs = this.#sources.monotonicMs();
    const leaderMs = this.#leaderWall.at(nowMs);
    if (this.#leads || leaderMs === undefined) return undefined;
    const uncertaintyMs = this.#leaderWall.uncertaintyMs(nowMs);
    return { ms: this.#sources.wallMs() - leaderMs, uncertaintyMs };
  }

  /** What is wrong with our wall clock, in words. */
  get warning(): string | undefined {
    return this.#leads ? this.#watches.journal.warning : this.#watches.leader.warning;
  }

  /** Carries the journal's time on from here, behind a record of the time `lastMs`. */
  lead(lastMs: number): void {
    this.#mark = { ms: this.nowMs(lastMs), atMs: this.#sources.monotonicMs() };
    this.#ahead = undefined;
    this.#leads = true;
    this.#watches.leader.look(undefined);
  }

  /** Another leads from here on, or nobody. */
  follow(): void {
    this.#leads = false;
    this.#watches.journal.look(undefined);
    this.#leader = new RemoteClock();
  }

  /** Looks at the wall clock. Called several times a second while it leads. */
  steer(): void {
    if (!this.#leads || this.#mark === undefined) return;
    const atMs = this.#sources.monotonicMs();
    const elapsedMs = atMs - this.#mark.atMs;
    const ms = this.#mark.ms + elapsedMs;
    const aheadMs = this.#sources.wallMs() - ms;
    const most = elapsedMs * slew;
    this.#mark = { ms: ms + Math.max(-most, Math.min(most, aheadMs)), atMs };
    this.#watches.journal.look({ ms: aheadMs, uncertaintyMs: 0 });
    if (aheadMs <= stepMs) {
      this.#ahead = undefined;
      return;
    }
    const { sinceMs, leastMs } = this.#ahead ?? { sinceMs: atMs, leastMs: aheadMs };
    this.#ahead = { sinceMs, leastMs: Math.min(leastMs, aheadMs) };
    if (atMs - sinceMs < believedAfterMs) return;
    this.#logger.warn({ byMs: Math.round(leastMs) }, "the clock is ahead for good: time is set");
    this.#mark = { ms: this.#mark.ms + this.#ahead.leastMs, atMs };
    this.#ahead = undefined;
  }

  #running(): number | undefined {
    const nowMs = this.#sources.monotonicMs();
    if (this.#leads && this.#mark !== undefined) return this.#mark.ms + nowMs - this.#mark.atMs;
    const told = this.#leader.at(nowMs);
    if (told !== undefined) return told;
    return this.#mark === undefined ? undefined : this.#mark.ms + nowMs - this.#mark.atMs;
  }
}
