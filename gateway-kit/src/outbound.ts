/**
 * What a gateway keeps for readers that are behind, over all its connections: what waits for each, and what of the lists
 * that they share is not written to all yet, counted once. Above the bound whoever is owed most is ended.
 */
import type { Config } from "@dragoman/service-kit";

export interface Debtor {
  /** Bytes that it is owed, shared ones too. */
  readonly owed: number;
  /** Ends it for want of room. */
  crowdOut(): void;
}

export class OutboundBytes {
  readonly #limits: Readonly<Pick<Config["limits"], "outboundBytes">>;
  readonly #onChange: (bytes: number) => void;
  readonly #held = new Map<Debtor, number>();
  /** How often each piece is still to be written. */
  readonly #shared = new Map<Buffer, number>();
  readonly #borrowers = new Set<Debtor>();
  #total = 0;

  /**
   * @param limits looked at each time that the sum grows
   * @param onChange hears the sum, in bytes, each time that it changes
   */
  constructor(
    limits: Readonly<Pick<Config["limits"], "outboundBytes">> = {
      outboundBytes: Number.POSITIVE_INFINITY,
    },
    onChange: (bytes: number) => void = () => undefined,
  ) {
    this.#limits = limits;
    this.#onChange = onChange;
  }

  get total(): number {
    return this.#total;
  }

  /** So many bytes wait for it alone now; none: they are forgotten. */
  hold(debtor: Debtor, bytes: number): void {
    const before = this.#held.get(debtor) ?? 0;
    if (bytes === before) return;
    if (bytes === 0) this.#held.delete(debtor);
    else this.#held.set(debtor, bytes);
    this.#change(bytes - before);
  }

  /** It is owed these pieces, which others may be owed too. */
  lend(debtor: Debtor, pieces: readonly Buffer[]): void {
    this.#borrowers.add(debtor);
    let added = 0;
    for (const piece of pieces) {
      const count = this.#shared.get(piece) ?? 0;
      if (count === 0) added += piece.length;
      this.#shared.set(piece, count + 1);
    }
    this.#change(added);
  }

  /** A piece is written, or will not be. */
  giveBack(piece: Buffer): void {
    const count = this.#shared.get(piece) ?? 0;
    if (count > 1) {
      this.#shared.set(piece, count - 1);
      return;
    }
    this.#shared.delete(piece);
    this.#change(-piece.length);
  }

  /** It is owed nothing that is shared any more. */
  release(debtor: Debtor): void {
    this.#borrowers.delete(debtor);
  }

  #change(by: number): void {
    if (by === 0) return;
    this.#total += by;
    this.#onChange(this.#total);
    while (by > 0 && this.#total > this.#limits.outboundBytes) {
      const most = this.#most();
      if (most === undefined) return;
      this.#borrowers.delete(most);
      this.hold(most, 0);
      most.crowdOut();
    }
  }

  #most(): Debtor | undefined {
    let found: Debtor | undefined;
    for (const debtors of [this.#held.keys(), this.#borrowers]) {
      for (const debtor of debtors) if (debtor.owed > (found?.owed ?? 0)) found = debtor;
    }
    return found;
  }
}
