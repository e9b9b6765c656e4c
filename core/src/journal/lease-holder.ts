/** What stands in the key of the lease: who holds it, and what is settled. */

export interface Holder {
  /** Whose it is; "" once it was given up. */
  readonly coreId: string;
  /** 0 until the holder's `leader.started` is stored. */
  readonly term: number;
  readonly settled: Settled;
}

/** A term of which nothing is under way any more, and the last record that it knew: what it decided stands up to there. */
export interface Settled {
  readonly term: number;
  readonly seq: number;
}

export const nothing: Settled = { term: 0, seq: 0 };
export const nobody: Holder = { coreId: "", term: 0, settled: nothing };

export const readHolder = (bytes: Uint8Array): Holder => {
  const value = JSON.parse(new TextDecoder().decode(bytes)) as Partial<Holder>;
  return { coreId: value.coreId ?? "", term: value.term ?? 0, settled: value.settled ?? nothing };
};
export const writeHolder = (holder: Holder): Uint8Array =>
  new TextEncoder().encode(JSON.stringify(holder));
