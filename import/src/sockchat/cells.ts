/** A row's values by the names of their columns. */
import type { Cell } from "./dump-item.ts";

export class Cells {
  readonly #columns: ReadonlyMap<string, number>;
  readonly #cells: readonly Cell[];

  constructor(columns: ReadonlyMap<string, number>, cells: readonly Cell[]) {
    this.#columns = columns;
    this.#cells = cells;
  }

  /** Null as well where there is no such column. */
  text(column: string): string | null {
    const at = this.#columns.get(column);
    return at === undefined ? null : (this.#cells[at] ?? null);
  }

  /** A whole number; null: none is there, or something else. */
  integer(column: string): number | null {
    const text = this.text(column)?.trim() ?? "";
    const number = /^-?[0-9]{1,16}$/.test(text) ? Number(text) : Number.NaN;
    return Number.isSafeInteger(number) ? number : null;
  }

  /** A message's id: not negative, below 2^60. */
  id(column: string): bigint | null {
    const text = this.text(column)?.trim() ?? "";
    const id = /^[0-9]{1,19}$/.test(text) ? BigInt(text) : -1n;
    return id >= 0n && id < 1n << 60n ? id : null;
  }
}
