/**
 * What a gateway keeps of frames that are unfinished or wait, over all its connections and addresses. Above the bound
 * whoever holds most is ended: strangers first, since nobody who has signed in is to pay for them.
 */
import type { Config } from "@dragoman/service-kit";

export interface InboundHolder {
  /** Whether it has not signed in. */
  readonly isStranger: boolean;
  /** Ends it for want of room. */
  crowdOut(): void;
}

export class InboundBytes {
  readonly #limits: Readonly<Pick<Config["limits"], "inboundBytes">>;
  readonly #onChange: (bytes: number) => void;
  readonly #held = new Map<InboundHolder, number>();
  #total = 0;

  /**
   * @param limits looked at each time that the sum changes
   * @param onChange hears the sum, in bytes, each time that it changes
   */
  constructor(
    limits: Readonly<Pick<Config["limits"], "inboundBytes">>,
    onChange: (bytes: number) => void,
  ) {
    this.#limits = limits;
    this.#onChange = onChange;
  }

  /** So many bytes are kept for the holder now; none: it is forgotten. */
  hold(holder: InboundHolder, bytes: number): void {
    const before = this.#held.get(holder) ?? 0;
    if (bytes === before) return;
    if (bytes === 0) this.#held.delete(holder);
    else this.#held.set(holder, bytes);
    this.#total += bytes - before;
    this.#onChange(this.#total);
    while (this.#total > this.#limits.inboundBytes) {
      const largest = this.#largest();
      this.#release(largest);
      largest.crowdOut();
    }
  }

  #release(holder: InboundHolder): void {
    this.#total -= this.#held.get(holder) ?? 0;
    this.#held.delete(holder);
    this.#onChange(this.#total);
  }

  /** A look at each that holds anything: honest frames are whole at once, so there are few. */
  #largest(): InboundHolder {
    let found: InboundHolder | undefined;
    let most = 0;
    for (const [holder, bytes] of this.#held) {
      const isRather = found === undefined || (holder.isStranger && !found.isStranger);
      const isAlike = holder.isStranger === found?.isStranger;
      if (!isRather && !(isAlike && bytes > most)) continue;
      found = holder;
      most = bytes;
    }
    if (found === undefined) throw new Error("bytes are counted that nobody holds");
    return found;
  }
}
