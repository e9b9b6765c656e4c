/**
 * What time it is for a gateway (docs/journal.md 1.6): the leader's word, carried on by the monotonic clock. Its own wall
 * clock is only compared with the leader's, so that somebody is told when it is wrong.
 */
import type { LeaderTime } from "@dragoman/bus-schema";
import { type Logger, RemoteClock, type Skew, SkewWatch, wallMs } from "@dragoman/service-kit";
import type { GatewayMetrics } from "./metrics.ts";
import type { View } from "./view.ts";

/** A measurement that lies so little before the one before is waited out: time does not go back. */
const backMsMax = 1_000;

export class GatewayClock {
  readonly #journal = new RemoteClock();
  readonly #leader = new RemoteClock();
  readonly #watch: SkewWatch;
  readonly #metrics: Pick<GatewayMetrics, "clockSkew" | "clockUncertainty">;
  #lastMs = 0;

  constructor(logger: Logger, metrics: Pick<GatewayMetrics, "clockSkew" | "clockUncertainty">) {
    this.#metrics = metrics;
    this.#watch = new SkewWatch(logger, "the leader's");
  }

  /** A leader just said its time, asked at `sentMs` on the monotonic clock; one of an older version says none. */
  heard(time: LeaderTime | undefined, sentMs: number): void {
    if (time === undefined) return;
    const heardMs = performance.now();
    this.#journal.take(time.nowMs, sentMs, heardMs);
    this.#leader.take(time.clockMs, sentMs, heardMs);
    const skew = this.#skew(heardMs);
    this.#watch.look(skew);
    this.#metrics.clockSkew.set(skew.ms / 1_000);
    this.#metrics.clockUncertainty.set(skew.uncertaintyMs / 1_000);
  }

  /** What time it is (`View`). Our own clock's, until a leader has said its own. */
  times(): Pick<View, "nowMs" | "clockMs" | "steadyMs"> {
    const steadyMs = performance.now();
    const clockMs = Math.floor(this.#leader.at(steadyMs) ?? wallMs());
    return { nowMs: this.#nowMs(steadyMs), clockMs, steadyMs };
  }

  /** What the leader's clock showed at a moment of the monotonic one, and how far that may be off. */
  at(steadyMs: number): { readonly atMs: number; readonly uncertaintyMs: number } {
    const nowMs = performance.now();
    const atMs = this.#leader.at(steadyMs) ?? wallMs() - (nowMs - steadyMs);
    const known = this.#leader.uncertaintyMs(nowMs);
    return { atMs, uncertaintyMs: Number.isFinite(known) ? known : 0 };
  }

  #nowMs(steadyMs: number): number {
    const nowMs = Math.floor(this.#journal.at(steadyMs) ?? wallMs());
    const isBack = nowMs < this.#lastMs && nowMs > this.#lastMs - backMsMax;
    if (!isBack) this.#lastMs = nowMs;
    return this.#lastMs;
  }

  /** What our wall clock is ahead of the leader's. */
  #skew(steadyMs: number): Skew {
    const uncertaintyMs = this.#leader.uncertaintyMs(steadyMs);
    return { ms: wallMs() - (this.#leader.at(steadyMs) ?? wallMs()), uncertaintyMs };
  }

  /** What is wrong with our wall clock, in words. */
  get warning(): string | undefined {
    return this.#watch.warning;
  }
}
