/** Rows that are written many at once: what a statement costs to be called is more than what it costs to write one row. */
import type Database from "libsql";

type Value = string | number | null;

const rowsAtOnce = 40;

export class ManyRows {
  readonly #many: Database.Statement;
  readonly #one: Database.Statement;

  /**
   * @param insert the statement up to its `VALUES`
   * @param row the brackets of one row
   */
  constructor(db: Database.Database, insert: string, row: string) {
    this.#many = db.prepare(`${insert} VALUES ${Array(rowsAtOnce).fill(row).join(", ")}`);
    this.#one = db.prepare(`${insert} VALUES ${row}`);
  }

  /** Writes rows in their order. @returns how many were written */
  run(rows: readonly (readonly Value[])[]): number {
    let written = 0;
    let at = 0;
    for (; at + rowsAtOnce <= rows.length; at += rowsAtOnce) {
      const values: Value[] = [];
      for (const row of rows.slice(at, at + rowsAtOnce)) values.push(...row);
      written += this.#many.run(values).changes;
    }
    for (const row of rows.slice(at)) written += this.#one.run(...row).changes;
    return written;
  }
}
