/**
 * How the projection forgets a person (docs/decisions/erase.md): finds what is left in messages, takes away the rest by
 * events, and at last has the file hold nothing of it but zeros. Runs in the worker thread.
 */
import type { Message } from "@dragoman/bus-schema";
import type Database from "libsql";
import { isTheirs, quotes } from "../state/theirs.ts";
import { userToken } from "./mention.ts";
import { whole, wholeColumns } from "./reading.ts";
import type { Row } from "./row.ts";
import type { EraseChange, ForgetChange, Sought, Traces } from "./traces.ts";

/** Messages that one question looks through, and that it finds at most. */
const scannedMax = 1_000;
const foundMax = 40;
/** Pages of the text index that one step merges: some 40 ms. */
const mergedPages = 16;
/** The mark of a file, in its header, that holds what is still to be cleaned away. */
export const unclean = 1;

export class Eraser {
  readonly #db: Database.Database;
  readonly #sql: ReturnType<typeof prepare>;
  #pending: boolean;
  #isMerging = false;

  constructor(db: Database.Database) {
    this.#db = db;
    this.#sql = prepare(db);
    const [mark] = this.#sql.mark.raw().get() as number[];
    this.#pending = mark === unclean;
    // What a process that was killed has left.
    if (!this.#pending) this.#emptyLog();
  }

  /** The newest messages below a number that are theirs, or hold something of theirs. */
  traces({ userIds, webhookIds }: Sought, below: number, littered: boolean): Traces {
    const ids = [...userIds, ...webhookIds];
    const messages: Traces["messages"][number][] = [];
    const reacted: Message[] = [];
    const quotedIn: Message["number"][] = [];
    const rows = this.#sql.below.all(below, scannedMax) as Row[];
    let next = below;
    for (const row of rows) {
      if (messages.length + reacted.length + quotedIn.length >= foundMax) break;
      next = Number(row["number"]);
      const json = whole(row);
      if (!ids.some((id) => json.includes(id))) continue;
      const message = JSON.parse(json) as Message;
      const { messageId, number, place, author, reactions = [] } = message;
      if (isTheirs(message, { userIds, webhookIds })) {
        messages.push({ messageId, number, place, author });
        continue;
      }
      const isReacted = reactions.some((each) => each.userIds.some((id) => userIds.includes(id)));
      if (isReacted) reacted.push(message);
      const isOver = this.#sql.there.get(message.replyTo?.messageId ?? "") === undefined;
      if (quotes(message, userIds) && isOver) quotedIn.push(number);
    }
    const isAll = rows.length < scannedMax && next === Number(rows.at(-1)?.["number"] ?? below);
    return { messages, reacted, quotedIn, next: isAll ? null : next, littered };
  }

  /** Within the transaction of the record, as are all changes. */
  erase({ userIds, called }: EraseChange): void {
    for (const userId of userIds) {
      for (const statement of this.#sql.ofPerson) statement.run(userId);
      this.#sql.ofWebhooks.run(userId);
      this.#sql.ofTarget.run(userId);
      this.#sql.ofActor.run(userId);
    }
    const tokens = new Set(called.map((name) => userToken(name).toLowerCase()));
    for (const { token } of this.#sql.tokens.all() as Row[]) {
      if (tokens.has(String(token).toLowerCase())) this.#sql.unmention.run(token);
    }
  }

  forget({ quotedIn, done }: ForgetChange): void {
    for (const number of quotedIn) this.#sql.unquote.run(number);
    if (!done) return;
    this.#db.exec(`PRAGMA application_id = ${unclean}`);
    this.#pending = true;
    this.#isMerging = false;
  }

  /** Whether the file may still hold what was taken away. */
  get pending(): boolean {
    return this.#pending;
  }

  /** Everything was emptied. */
  reset(): void {
    if (this.#pending) this.#db.exec("PRAGMA application_id = 0");
    this.#pending = false;
  }

  /**
   * Cleans some of it away: the text index keeps what was deleted until it is merged, the log what pages were before.
   * @returns whether another step may go on at once; else somebody reads the file, and it is tried again later
   */
  clean(): boolean {
    if (!this.#pending) return true;
    if (this.#merges()) return true;
    this.#db.exec("PRAGMA application_id = 0");
    if (!this.#emptyLog()) {
      this.#db.exec(`PRAGMA application_id = ${unclean}`);
      return false;
    }
    this.#pending = false;
    return true;
  }

  /** The first step takes all there is into one merge; whether there was something to merge is what SQLite counts. */
  #merges(): boolean {
    const changes = (): number => (this.#sql.changes.raw().get() as [number])[0];
    const before = changes();
    this.#sql.merge.run(this.#isMerging ? mergedPages : -mergedPages);
    this.#isMerging = true;
    return changes() - before >= 2;
  }

  #emptyLog(): boolean {
    const [busy] = this.#db.prepare("PRAGMA wal_checkpoint(TRUNCATE)").raw().get() as number[];
    return busy === 0;
  }
}

function prepare(db: Database.Database) {
  const sql = (text: string): Database.Statement => db.prepare(text);
  const saysNothing = "json_set(json, '$.targetName', NULL, '$.details', json('{}'))";
  const there = "EXISTS (SELECT 1 FROM places WHERE places.place = messages.place)";
  return {
    mark: sql("PRAGMA application_id"),
    changes: sql("SELECT total_changes()"),
    merge: sql("INSERT INTO search (search, rank) VALUES ('merge', ?)"),
    below: sql(
      `SELECT number, ${wholeColumns} FROM messages WHERE number < ? AND ${there}
       ORDER BY number DESC LIMIT ?`,
    ),
    there: sql("SELECT 1 FROM messages WHERE id = ?"),
    ofPerson: ["marks", "votes", "adoption", "here"].map((table) =>
      sql(`DELETE FROM ${table} WHERE user = ?`),
    ),
    // The names of webhooks are words of whoever made them.
    ofWebhooks: sql(
      `UPDATE audit SET json = ${saysNothing} WHERE act LIKE 'webhook.%' AND target IN
         (SELECT target FROM audit WHERE actor = ? AND act = 'webhook.created')`,
    ),
    // What was done to the person says nothing but what and when; what the person did, without the words.
    ofTarget: sql(`UPDATE audit SET json = ${saysNothing} WHERE target = ?`),
    ofActor: sql("UPDATE audit SET json = json_remove(json, '$.details.reason') WHERE actor = ?"),
    tokens: sql("SELECT DISTINCT token FROM mentions WHERE token >= '@' AND token < 'A'"),
    unmention: sql("DELETE FROM mentions WHERE token = ?"),
    unquote: sql(
      "UPDATE messages SET json = json_remove(json, '$.replyTo.excerpt') WHERE number = ?",
    ),
  };
}
