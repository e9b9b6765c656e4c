/** Records that an operator had passed over, as the journal itself says (docs/journal.md 1.5). */
import type { DecodedBatch } from "@dragoman/bus-schema";

/** What stands for a record that is passed over: the id that the next record follows. */
export interface Skip {
  readonly id: string;
}

/** Skips by the sequence of the record that is passed over. */
export type Skips = Map<number, Skip>;

export const noSkips = (): Skips => new Map();

/** What a record at `seq` says of records before it. Only an operator's word counts. */
export function skipsOf({
  seq,
  batch,
}: DecodedBatch & { readonly seq: number }): readonly (readonly [number, Skip])[] {
  return batch.commits
    .filter(({ cause }) => cause.actor === "operator")
    .flatMap(({ events }) => events)
    .flatMap((event) =>
      event.type === "journal.skipped" && event.seq < seq
        ? [[event.seq, { id: event.id }] as const]
        : [],
    );
}

/** What `/readyz` says of a halt. */
export const sayHalt = ({ seq, why }: { readonly seq: number; readonly why: string }): string =>
  `journal halted at record ${seq}: ${why}`;

/** What an operator may do about a record that cannot be applied. */
export const sayMend = (seq: number): string =>
  `look at it with \`dragoman journal show ${seq}\`; where a newer version wrote it, run that version; ` +
  `else have it passed over with \`dragoman journal skip ${seq} --why "..."\``;
