/** How much may come in at once over HTTP, before anything is spent on it. Core counts exactly, and last. */
import { addressBlock } from "@dragoman/service-kit";

export interface GateLimits {
  readonly atOnce: number;
  readonly atOncePerAddress: number;
}

/** Slots for requests whose sender is known: so many in all, from each address, and of each sender. */
export class Gate {
  readonly #limits: () => GateLimits;
  readonly #inside = new Map<string, number>();
  #total = 0;

  constructor(limits: () => GateLimits) {
    this.#limits = limits;
  }

  /**
   * Lets a request in. `sender`: whose it is, proved already; one of them has as many slots as one address, so that
   * nobody takes all of them from many addresses.
   * @returns what ends its stay; undefined: there are too many
   */
  enter(address: string, sender: string): (() => void) | undefined {
    const { atOnce, atOncePerAddress } = this.#limits();
    const keys = [`address ${addressBlock(address)}`, `sender ${sender}`];
    const isFull = keys.some((key) => (this.#inside.get(key) ?? 0) >= atOncePerAddress);
    if (this.#total >= atOnce || isFull) return undefined;
    this.#total += 1;
    for (const key of keys) this.#inside.set(key, (this.#inside.get(key) ?? 0) + 1);
    return () => {
      this.#total -= 1;
      for (const key of keys) {
        const left = (this.#inside.get(key) ?? 1) - 1;
        if (left === 0) this.#inside.delete(key);
        else this.#inside.set(key, left);
      }
    };
  }
}

const minuteMs = 60_000;

/** Counts what each of many does within a minute. Keys: people, or blocks of addresses. */
export class MinuteBudget {
  readonly #max: () => number;
  readonly #nowMs: () => number;
  /** Who did something last stands last. */
  readonly #recent = new Map<string, readonly number[]>();

  constructor(max: () => number, nowMs: () => number) {
    this.#max = max;
    this.#nowMs = nowMs;
  }

  /** Counts one for a key; false above what a minute allows. */
  spend(key: string): boolean {
    const since = this.#nowMs() - minuteMs;
    for (const [other, times] of this.#recent) {
      if ((times.at(-1) ?? 0) > since) break;
      this.#recent.delete(other);
    }
    const times = (this.#recent.get(key) ?? []).filter((at) => at > since);
    if (times.length >= this.#max()) return false;
    this.#recent.delete(key);
    this.#recent.set(key, [...times, this.#nowMs()]);
    return true;
  }
}
