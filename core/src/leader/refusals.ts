/**
 * What the leader last answered to each origin without storing anything: refusals, and acceptances that changed
 * nothing. A repeat hears the same (docs/journal.md 3.1); a failover may decide anew, since nothing was promised.
 */
import type { CommandReply } from "@dragoman/bus-schema";

interface Answered {
  readonly n: number;
  readonly reply: CommandReply;
}

/** Origins of one generation. The older of two goes as a whole, which costs nothing per entry. */
const originsMax = 100_000;

export class Refusals {
  #young = new Map<string, Answered>();
  #old = new Map<string, Answered>();

  get(origin: string): Answered | undefined {
    return this.#young.get(origin) ?? this.#old.get(origin);
  }

  remember(origin: string, n: number, reply: CommandReply): void {
    this.#young.set(origin, { n, reply });
    if (this.#young.size < originsMax) return;
    this.#old = this.#young;
    this.#young = new Map();
  }
}
