/**
 * The budget of failed log-ins, in the leader's memory (docs/journal.md 3.4). Failures of an account count by the
 * address that they come from, so that nobody locks its owner out; failures of an account from wherever only slow
 * strangers down.
 */
import type { AttemptReply, AttemptRequest } from "@dragoman/bus-schema";

export interface AttemptLimits {
  readonly loginAttempts: number;
  readonly loginAttemptsPerAddress: number;
  readonly loginWindowMs: number;
}

/** How many keys of each kind are remembered at most; the oldest go first. */
const keysMax = 50_000;
/** Between two tries of an account that is slowed down, and how long one of them waits at most. */
const slowMs = 2_000;
const slowWaitMsMax = 4_000;

export class AttemptBudget {
  readonly #limits: AttemptLimits;
  readonly #pairs: Failures;
  readonly #addresses: Failures;
  readonly #accounts: Failures;
  /** When a stranger may next try an account that is slowed down. */
  readonly #nextMs = new Map<string, number>();

  /** @param limits looked at whenever they are needed: they may change meanwhile */
  constructor(limits: AttemptLimits) {
    const windowMs = (): number => limits.loginWindowMs;
    this.#limits = limits;
    this.#pairs = new Failures(() => limits.loginAttempts, windowMs);
    this.#addresses = new Failures(() => limits.loginAttemptsPerAddress, windowMs);
    this.#accounts = new Failures(() => limits.loginAttempts, windowMs);
  }

  /** @param nowMs any clock that does not run backwards */
  take({ step, account, addressTag, isKnown }: AttemptRequest, nowMs: number): AttemptReply {
    const pair = `${addressTag} ${account}`;
    if (step === "failed") {
      this.#pairs.add(pair, nowMs);
      this.#addresses.add(addressTag, nowMs);
      this.#accounts.add(account, nowMs);
      return { allowed: true, waitMs: 0 };
    }
    const waitMs = Math.max(
      this.#pairs.waitMs(pair, nowMs),
      isKnown ? 0 : this.#addresses.waitMs(addressTag, nowMs),
    );
    if (waitMs > 0) return { allowed: false, waitMs: Math.ceil(waitMs) };
    if (isKnown || this.#accounts.waitMs(account, nowMs) === 0) return { allowed: true, waitMs: 0 };
    return this.#slow(account, nowMs);
  }

  /** Strangers try a slowed account one after the other. */
  #slow(account: string, nowMs: number): AttemptReply {
    const atMs = Math.max(nowMs, this.#nextMs.get(account) ?? 0);
    const waitMs = Math.ceil(atMs - nowMs);
    if (waitMs > Math.min(slowWaitMsMax, this.#limits.loginWindowMs))
      return { allowed: false, waitMs };
    put(this.#nextMs, account, atMs + slowMs);
    return { allowed: true, waitMs };
  }
}

/** Times of failures by key, and how many there may be in a window. */
export class Failures {
  readonly #max: () => number;
  readonly #windowMs: () => number;
  readonly #times = new Map<string, readonly number[]>();

  constructor(max: () => number, windowMs: () => number) {
    this.#max = max;
    this.#windowMs = windowMs;
  }

  /** After how long there may be one more; 0: now. */
  waitMs(key: string, nowMs: number): number {
    const recent = this.#recent(key, nowMs);
    const oldest = recent[recent.length - this.#max()];
    return oldest === undefined ? 0 : oldest + this.#windowMs() - nowMs;
  }

  add(key: string, nowMs: number): void {
    put(this.#times, key, [...this.#recent(key, nowMs), nowMs].slice(-Math.max(1, this.#max())));
  }

  #recent(key: string, nowMs: number): readonly number[] {
    const since = nowMs - this.#windowMs();
    return (this.#times.get(key) ?? []).filter((at) => at > since);
  }
}

function put<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  for (const oldest of map.keys()) {
    if (map.size <= keysMax) return;
    map.delete(oldest);
  }
}
