/**
 * In which order the messages of an SQLite file stand, and who reacted to them: in a database of one's own, for the file's
 * maker says what its indexes are. It bounds the memory and is gone with the run.
 */
import { reactionsMax } from "@dragoman/bus-schema";
import Database from "libsql";

const page = 1_000;

const schema = `
  PRAGMA journal_mode = OFF;
  PRAGMA synchronous = OFF;
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA temp_store = FILE;
  PRAGMA cache_size = -32768;
  CREATE TABLE line (place TEXT NOT NULL, at REAL NOT NULL, row INTEGER NOT NULL);
  CREATE TABLE reaction (message TEXT NOT NULL, row INTEGER NOT NULL, emoji TEXT NOT NULL, user TEXT NOT NULL);
  BEGIN;
`;

export class SqliteOrder {
  readonly #db: Database.Database;
  readonly #addLine: Database.Statement;
  readonly #addReaction: Database.Statement;

  constructor(path: string) {
    this.#db = new Database(path);
    this.#db.exec(schema);
    this.#addLine = this.#db.prepare("INSERT INTO line VALUES (?, ?, ?)");
    this.#addReaction = this.#db.prepare("INSERT INTO reaction VALUES (?, ?, ?, ?)");
  }

  /** @param at seconds; what has no time stands first */
  addLine(place: string, at: number, rowid: bigint): void {
    this.#addLine.run(place, at, rowid);
  }

  addReaction(message: string, rowid: bigint, emoji: string, user: string): void {
    this.#addReaction.run(message, rowid, emoji, user);
  }

  /** All is there: from here on it is read. */
  seal(): void {
    this.#db.exec(`
      COMMIT;
      CREATE INDEX line_of_place ON line (place, at, row);
      CREATE INDEX reaction_of_message ON reaction (message, row);
    `);
  }

  /** How many messages stand in each place. */
  places(): ReadonlyMap<string, number> {
    const counts = this.#db.prepare("SELECT place, count(*) FROM line GROUP BY place").raw();
    return new Map(counts.all() as [string, number][]);
  }

  /** The rows of the messages of a place, by their times. */
  *rowsOf(place: string): Generator<bigint> {
    const next = this.#db
      .prepare(
        `SELECT at, row FROM line WHERE place = ? AND (at, row) > (?, ?)
        ORDER BY at, row LIMIT ${page}`,
      )
      .raw()
      .safeIntegers(true);
    let last: readonly [at: number, row: bigint] = [Number.NEGATIVE_INFINITY, 0n];
    for (;;) {
      const rows = next.all(place, ...last) as [number, bigint][];
      for (const [, row] of rows) yield row;
      const end = rows.at(-1);
      if (end === undefined || rows.length < page) return;
      last = end;
    }
  }

  /** Who reacted to a message with what, in the order in which it came, as far as a message has room. */
  reactionsTo(message: string): Readonly<Record<string, readonly string[]>> {
    const rows = this.#db
      .prepare(
        `SELECT emoji, user FROM reaction WHERE message = ? ORDER BY row LIMIT ${reactionsMax}`,
      )
      .raw()
      .all(message) as [string, string][];
    const people = new Map<string, string[]>();
    for (const [emoji, user] of rows) people.set(emoji, [...(people.get(emoji) ?? []), user]);
    return Object.fromEntries(people);
  }

  close(): void {
    this.#db.close();
  }
}
