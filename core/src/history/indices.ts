/**
 * What messages are found by besides their places, kept in the transaction of the rows: whom a message pings, its
 * text and the trigrams of that. Texts are gathered while a transaction runs and written at its end in the order
 * of their rowids: a lower one than the last would make SQLite flush what it has gathered.
 */
import type Database from "libsql";
import { numberBits } from "./layout.ts";
import { ManyRows } from "./many.ts";

/** A message's text after the transaction; null: it has none, or is gone. */
interface Text {
  readonly place: number;
  readonly number: number;
  readonly text: string | null;
  /** Nothing of the message was stored before. */
  readonly isNew: boolean;
}

export class Indices {
  readonly #sql: ReturnType<typeof prepare>;
  readonly #texts = new Map<number, Text>();

  constructor(db: Database.Database) {
    this.#sql = prepare(db);
  }

  /** A message's text is now another; `isNew`: it had none before. */
  text(place: number, number: number, text: string | null, isNew = false): void {
    const isStillNew = isNew || this.#texts.get(number)?.isNew === true;
    this.#texts.set(number, { place, number, text: text === "" ? null : text, isNew: isStillNew });
  }

  mention(place: number, number: number, tokens: readonly string[]): void {
    for (const token of tokens) this.#sql.mention.run(token, number, place);
  }

  unmention(number: number, tokens: readonly string[]): void {
    for (const token of tokens) this.#sql.unmention.run(token, number);
  }

  /** Writes what was gathered; before the transaction ends. */
  flush(): void {
    const texts = [...this.#texts.values()].sort(
      (a, b) => a.place - b.place || a.number - b.number,
    );
    this.#texts.clear();
    let waiting: [number, number, string][] = [];
    const write = (): void => {
      for (const row of waiting) this.#sql.index.run(...row);
      this.#sql.insert.run(waiting);
      waiting = [];
    };
    for (const { place, number, text, isNew } of texts) {
      const before = isNew ? null : this.#before(place, number);
      if (before === text) continue;
      if (before !== null) {
        write();
        this.#sql.unindex.run(place, number, before);
        this.#sql.remove.run(place, number);
      }
      if (text !== null) waiting.push([place, number, text]);
    }
    write();
  }

  #before(place: number, number: number): string | null {
    const [before = null] = (this.#sql.text.raw().get(place, number) ?? []) as string[];
    return before;
  }

  /** The transaction was rolled back. */
  forget(): void {
    this.#texts.clear();
  }
}

function prepare(db: Database.Database) {
  const rowid = `((? << ${numberBits}) | ?)`;
  return {
    mention: db.prepare("INSERT OR IGNORE INTO mentions VALUES (?, ?, ?)"),
    unmention: db.prepare("DELETE FROM mentions WHERE token = ? AND number = ?"),
    text: db.prepare("SELECT text FROM texts WHERE place = ? AND number = ?"),
    insert: new ManyRows(db, "INSERT INTO texts", "(?, ?, ?)"),
    remove: db.prepare("DELETE FROM texts WHERE place = ? AND number = ?"),
    // One by one: before a statement of many rows SQLite flushes what the index has gathered.
    index: db.prepare(`INSERT INTO search (rowid, text) VALUES (${rowid}, ?)`),
    unindex: db.prepare(`INSERT INTO search (search, rowid, text) VALUES ('delete', ${rowid}, ?)`),
  };
}
