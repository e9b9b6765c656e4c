/**
 * Places that are gone: nobody finds anything of them from the moment of their end, and what they leave behind is
 * taken away by and by. A channel of half a million messages would hold up the worker for minutes.
 */
import type { Message } from "@dragoman/bus-schema";
import type Database from "libsql";
import type { Indices } from "./indices.ts";
import { tokensOf } from "./mention.ts";
import type { Row } from "./row.ts";
import type { VoteTable } from "./vote-table.ts";

/** Rows of one table that one transaction takes away. */
export const sweptMax = 100;

/** Undoes a transaction that failed. A full or broken disk has SQLite do it by itself, and the true error is another. */
export function rollBack(db: Database.Database): void {
  if (db.inTransaction) db.exec("ROLLBACK");
}

export class Sweep {
  readonly #db: Database.Database;
  readonly #indices: Indices;
  readonly #votes: VoteTable;
  readonly #sql: ReturnType<typeof prepare>;
  #pending: boolean;

  constructor(db: Database.Database, indices: Indices, votes: VoteTable) {
    this.#db = db;
    this.#indices = indices;
    this.#votes = votes;
    this.#sql = prepare(db);
    this.#pending = this.#sql.next.get() !== undefined;
  }

  /** Whether something is left to take away. */
  get pending(): boolean {
    return this.#pending;
  }

  /** A place's end, within the transaction of its record. */
  end(place: number): void {
    this.#sql.forget.run(place);
    this.#sql.add.run(place);
    this.#pending = true;
  }

  /** Everything was emptied. */
  reset(): void {
    this.#pending = false;
  }

  /** Takes some of it away, in a transaction of its own. */
  run(): void {
    const next = this.#sql.next.get() as Row | undefined;
    this.#pending = next !== undefined;
    if (next === undefined) return;
    this.#db.exec("BEGIN IMMEDIATE");
    try {
      this.#take(Number(next["place"]));
      this.#db.exec("COMMIT");
    } catch (error) {
      this.#indices.forget();
      rollBack(this.#db);
      throw error;
    }
  }

  #take(place: number): void {
    const rows = this.#sql.messages.all(place, sweptMax) as Row[];
    for (const { number, json } of rows) {
      const message = JSON.parse(String(json)) as Message;
      this.#indices.unmention(Number(number), tokensOf(message));
      if (message.poll !== undefined) this.#votes.drop(message.poll.pollId);
      this.#indices.text(place, Number(number), null);
      this.#sql.remove.run(number);
    }
    this.#indices.flush();
    if (rows.length === sweptMax) return;
    if (this.#sql.marks.run(place, sweptMax).changes === sweptMax) return;
    this.#sql.blocks.run(place);
    this.#sql.done.run(place);
  }
}

function prepare(db: Database.Database) {
  return {
    forget: db.prepare("DELETE FROM places WHERE place = ?"),
    add: db.prepare("INSERT INTO gone VALUES (?)"),
    next: db.prepare("SELECT place FROM gone LIMIT 1"),
    messages: db.prepare("SELECT number, json FROM messages WHERE place = ? LIMIT ?"),
    remove: db.prepare("DELETE FROM messages WHERE number = ?"),
    marks: db.prepare(
      `DELETE FROM marks WHERE (user, place) IN
         (SELECT user, place FROM marks WHERE place = ? LIMIT ?)`,
    ),
    blocks: db.prepare("DELETE FROM blocks WHERE place = ?"),
    done: db.prepare("DELETE FROM gone WHERE place = ?"),
  };
}
