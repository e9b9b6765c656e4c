/**
 * The budget of failed log-ins, one per account and one per address, in the leader's memory (docs/journal.md
 * 3.4). Charged before a check and refunded after a good one, so that many at once cannot pass it together.
 */
import type { AttemptReply, AttemptRequest } from "@dragoman/bus-schema";

export interface AttemptLimits {
  readonly loginAttempts: number;
  readonly loginWindowMs: number;
}

/** How many keys are remembered at most; the oldest go first. */
const keysMax = 50_000;

export class AttemptBudget {
  readonly #charges = new Map<string, number[]>();
  readonly #limits: AttemptLimits;

  constructor(limits: AttemptLimits) {
    this.#limits = limits;
  }

  /** @param nowMs any clock that does not run backwards */
  take(request: AttemptRequest, nowMs: number): AttemptReply {
    const keys = [`account ${request.account.toLowerCase()}`, `address ${request.addressTag}`];
    if (request.step === "refund") {
      for (const key of keys) this.#charges.get(key)?.pop();
      return { allowed: true, waitMs: 0 };
    }
    let waitMs = 0;
    for (const key of keys) {
      const recent = this.#recent(key, nowMs);
      const oldest = recent[recent.length - this.#limits.loginAttempts];
      if (recent.length >= this.#limits.loginAttempts && oldest !== undefined) {
        waitMs = Math.max(waitMs, oldest + this.#limits.loginWindowMs - nowMs);
      }
    }
    if (waitMs > 0) return { allowed: false, waitMs: Math.ceil(waitMs) };
    for (const key of keys) {
      const recent = this.#recent(key, nowMs);
      recent.push(nowMs);
      this.#charges.delete(key);
      this.#charges.set(key, recent);
    }
    this.#forget();
    return { allowed: true, waitMs: 0 };
  }

  #recent(key: string, nowMs: number): number[] {
    const since = nowMs - this.#limits.loginWindowMs;
    return (this.#charges.get(key) ?? []).filter((at) => at > since);
  }

  #forget(): void {
    for (const key of this.#charges.keys()) {
      if (this.#charges.size <= keysMax) return;
      this.#charges.delete(key);
    }
  }
}
