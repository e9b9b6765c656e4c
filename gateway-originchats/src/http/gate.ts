/** How much may come in at once over HTTP, before anything is spent on it. Core counts exactly, and last. */
import type { UserId } from "@dragoman/bus-schema";
import { addressBlock } from "@dragoman/service-kit";

export interface GateLimits {
  readonly atOnce: number;
  readonly atOncePerAddress: number;
  readonly perMinute: number;
}

const minuteMs = 60_000;

export class Gate {
  readonly #limits: () => GateLimits;
  readonly #nowMs: () => number;
  readonly #inside = new Map<string, number>();
  readonly #recent = new Map<UserId, readonly number[]>();
  #total = 0;

  constructor(limits: () => GateLimits, nowMs: () => number) {
    this.#limits = limits;
    this.#nowMs = nowMs;
  }

  /** Lets a request of an address in, and gives what ends its stay; undefined: there are too many. */
  enter(address: string): (() => void) | undefined {
    const { atOnce, atOncePerAddress } = this.#limits();
    const block = addressBlock(address);
    const own = this.#inside.get(block) ?? 0;
    if (this.#total >= atOnce || own >= atOncePerAddress) return undefined;
    this.#total += 1;
    this.#inside.set(block, own + 1);
    return () => {
      this.#total -= 1;
      const left = (this.#inside.get(block) ?? 1) - 1;
      if (left === 0) this.#inside.delete(block);
      else this.#inside.set(block, left);
    };
  }

  /** Counts one for a person; false above what a minute allows. */
  may(userId: UserId): boolean {
    const since = this.#nowMs() - minuteMs;
    for (const [id, times] of this.#recent)
      if ((times.at(-1) ?? 0) <= since) this.#recent.delete(id);
    const times = (this.#recent.get(userId) ?? []).filter((at) => at > since);
    if (times.length >= this.#limits().perMinute) return false;
    this.#recent.set(userId, [...times, this.#nowMs()]);
    return true;
  }
}
