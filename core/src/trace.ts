/**
 * What a core remembers of the newest messages and records, over all its lives: as the leader when a message's command was
 * taken and decided and when it was stored, and when its own history had it.
 */
import type { LeaderTime, ProcessTrace, TraceStep } from "@dragoman/bus-schema";
import { StageTimes } from "@dragoman/service-kit";

/** Moments of the monotonic clock. */
export interface StoredTimes {
  readonly takenMs: number;
  readonly decidedMs: number;
  readonly storedMs: number;
}

/** Records that a projection takes at once at most are marked one by one; of more, the newest. */
const markedMax = 10_000;

export class CoreTrace {
  readonly #messages = new StageTimes(["taken", "decided", "stored"]);
  readonly #records = new StageTimes(["projected"]);
  #projected = 0;

  /** The leader has stored a message. */
  stored(number: number, { takenMs, decidedMs, storedMs }: StoredTimes): void {
    this.#messages.mark(number, "taken", takenMs);
    this.#messages.mark(number, "decided", decidedMs);
    this.#messages.mark(number, "stored", storedMs);
  }

  /** The history has come to a record; from one that lies before the last it begins anew. */
  projected(seq: number): void {
    const nowMs = performance.now();
    const from = this.#projected < seq ? Math.max(this.#projected + 1, seq - markedMax) : seq;
    for (let at = from; at <= seq; at += 1) this.#records.mark(at, "projected", nowMs);
    this.#projected = seq;
  }

  /**
   * What this core remembers of a message and its record.
   * @param clockMs what the leader's clock says now
   */
  of(name: string, number: number, seq: number, { clockMs }: LeaderTime): ProcessTrace {
    const steadyMs = performance.now();
    const found = [...this.#messages.of(number), ...this.#records.of(seq)];
    const steps = found.map(
      ([step, atMs]): TraceStep => ({ step, atMs: clockMs - (steadyMs - atMs) }),
    );
    return { name, steps };
  }
}
