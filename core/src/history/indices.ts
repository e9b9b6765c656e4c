/**
 * The two indices beside the messages, kept in the transaction of the rows: whom a message pings, and the
 * trigrams of its text. Texts are gathered while a transaction runs and written at its end in the order of
 * their rowids: a lower one than the last would make SQLite flush what it has gathered.
 */
import type Database from "libsql";
import { numberBits } from "./layout.ts";

interface Texts {
  readonly place: number;
  readonly number: number;
  /** What the index holds before the transaction, and after it; null: nothing. */
  readonly before: string | null;
  after: string | null;
}

export class Indices {
  readonly #mention: Database.Statement;
  readonly #unmention: Database.Statement;
  readonly #insert: Database.Statement;
  readonly #remove: Database.Statement;
  readonly #texts = new Map<number, Texts>();

  constructor(db: Database.Database) {
    this.#mention = db.prepare("INSERT OR IGNORE INTO mentions VALUES (?, ?, ?)");
    this.#unmention = db.prepare("DELETE FROM mentions WHERE token = ? AND number = ?");
    const rowid = `((? << ${numberBits}) | ?)`;
    this.#insert = db.prepare(`INSERT INTO search (rowid, text) VALUES (${rowid}, ?)`);
    this.#remove = db.prepare(
      `INSERT INTO search (search, rowid, text) VALUES ('delete', ${rowid}, ?)`,
    );
  }

  /** A message's text is now another. `before` is what stands in its row; null: it has none yet, or no longer. */
  text(place: number, number: number, before: string | null, after: string | null): void {
    const known = this.#texts.get(number);
    if (known === undefined) this.#texts.set(number, { place, number, before, after });
    else known.after = after;
  }

  mention(place: number, number: number, tokens: readonly string[]): void {
    for (const token of tokens) this.#mention.run(token, number, place);
  }

  unmention(number: number, tokens: readonly string[]): void {
    for (const token of tokens) this.#unmention.run(token, number);
  }

  /** Writes what was gathered; before the transaction ends. */
  flush(): void {
    const texts = [...this.#texts.values()].sort(
      (a, b) => a.place - b.place || a.number - b.number,
    );
    this.#texts.clear();
    for (const { place, number, before, after } of texts) {
      if (before === after) continue;
      if (before) this.#remove.run(place, number, before);
      if (after) this.#insert.run(place, number, after);
    }
  }

  /** The transaction was rolled back. */
  forget(): void {
    this.#texts.clear();
  }
}
