/** The statements by which the projection writes and reads messages, places and marks. */
import type Database from "libsql";
import { ManyRows } from "./many.ts";
import { wholeColumns } from "./reading.ts";

/** The place of a message is not gone. */
const there = "AND EXISTS (SELECT 1 FROM places WHERE places.place = messages.place)";

const texts = {
  position: "SELECT seq, id FROM journal_position",
  setPosition: "UPDATE journal_position SET seq = ?, id = ?",
  // Read by `get` alone, and that below by `all` alone: libsql 0.5.29 answers the first `get` behind an `all` of one
  // statement wrongly.
  place: "SELECT place, total FROM places WHERE channel = ? AND thread = ?",
  thread: "SELECT place FROM places WHERE channel = ? AND thread = ?",
  addPlace: "INSERT INTO places (channel, thread) VALUES (?, ?) ON CONFLICT DO NOTHING",
  addTotal: "UPDATE places SET total = total + ? WHERE place = ?",
  blocks: "SELECT block, count FROM blocks WHERE place = ? ORDER BY block DESC",
  addBlock: `INSERT INTO blocks VALUES (?, ?, ?)
       ON CONFLICT (place, block) DO UPDATE SET count = count + excluded.count`,
  post: "INSERT INTO messages (number, id, place, json, reply_to) VALUES (?, ?, ?, ?, ?)",
  numbersIn: "SELECT number FROM messages WHERE number IN (SELECT value FROM json_each(?))",
  edit: "UPDATE messages SET json = ? WHERE number = ?",
  setPoll: "UPDATE messages SET json = json_set(json, '$.poll', json(?)) WHERE id = ?",
  unquote: "UPDATE messages SET json = json_remove(json, '$.replyTo.excerpt') WHERE reply_to = ?",
  remove: "DELETE FROM messages WHERE number = ?",
  messageByNumber: `SELECT ${wholeColumns} FROM messages WHERE number = ? ${there}`,
  messageById: `SELECT ${wholeColumns} FROM messages WHERE id = ? ${there}`,
  pin: "UPDATE messages SET pinned = ? WHERE number = ?",
  reactions: "SELECT reactions FROM messages WHERE number = ?",
  setReactions: "UPDATE messages SET reactions = ? WHERE number = ?",
  before: "SELECT place, json FROM messages WHERE number = ?",
  whereById: "SELECT number, place FROM messages WHERE id = ?",
  newest: "SELECT id FROM messages WHERE place = ? ORDER BY number DESC LIMIT 1",
  newer: `SELECT (SELECT coalesce(sum(count), 0) FROM blocks WHERE place = ? AND block > ?)
            + (SELECT count(*) FROM messages WHERE place = ? AND number > ? AND number < ?) AS count`,
  numberAt: `SELECT number FROM messages WHERE place = ? AND number < ?
       ORDER BY number DESC LIMIT 1 OFFSET ?`,
  page: `SELECT ${wholeColumns} FROM messages WHERE place = ? AND number < ?
       ORDER BY number DESC LIMIT ?`,
  pageWithout: `SELECT ${wholeColumns} FROM (
         SELECT ${wholeColumns}, number FROM messages WHERE place = ? AND number < ?
         ORDER BY number DESC LIMIT ?
       )
       WHERE json_extract(json, '$.author.kind') <> 'system'
          OR coalesce(json_extract(json, '$.interaction.command'), '')
             NOT IN (SELECT value FROM json_each(?))
       ORDER BY number DESC LIMIT ?`,
  mark: "SELECT number, id FROM marks WHERE user = ? AND place = ?",
  placesOf: "SELECT place FROM places WHERE channel = ?",
  mergeMarks: `INSERT INTO marks SELECT ?, place, number, id FROM marks WHERE user = ?
       ON CONFLICT (user, place) DO UPDATE SET number = excluded.number, id = excluded.id
       WHERE excluded.number > number`,
  dropMarks: "DELETE FROM marks WHERE user = ?",
  moveMark: `INSERT INTO marks VALUES (?, ?, ?, ?)
       ON CONFLICT (user, place) DO UPDATE SET number = excluded.number, id = excluded.id
       WHERE excluded.number > number`,
  setMark: `INSERT INTO marks VALUES (?, ?, ?, ?)
       ON CONFLICT (user, place) DO UPDATE SET number = excluded.number, id = excluded.id`,
} as const;

export type Statements = { readonly [name in keyof typeof texts]: Database.Statement } & {
  /** Passes over a message whose id is there. */
  readonly postOnce: ManyRows;
};

/** Prepares them on a database that has the tables. */
export function prepare(db: Database.Database): Statements {
  const prepared = Object.entries(texts).map(([name, text]) => [name, db.prepare(text)]);
  const postOnce = new ManyRows(
    db,
    "INSERT OR IGNORE INTO messages (number, id, place, json, reply_to)",
    "(?, ?, ?, ?, ?)",
  );
  return { ...Object.fromEntries(prepared), postOnce } as Statements;
}
