/**
 * What the leader last answered to each origin without storing anything: refusals, and acceptances that changed
 * nothing. A repeat hears the same (docs/journal.md 3.1); a failover may decide anew, since nothing was promised.
 */
interface Answered<Decided> {
  readonly n: number;
  readonly decided: Decided;
}

/** Origins of one generation. The older of two goes as a whole, which costs nothing per entry. */
const originsMax = 100_000;

export class Refusals<Decided> {
  #young = new Map<string, Answered<Decided>>();
  #old = new Map<string, Answered<Decided>>();

  get(origin: string): Answered<Decided> | undefined {
    return this.#young.get(origin) ?? this.#old.get(origin);
  }

  remember(origin: string, n: number, decided: Decided): void {
    this.#young.set(origin, { n, decided });
    if (this.#young.size < originsMax) return;
    this.#old = this.#young;
    this.#young = new Map();
  }
}
