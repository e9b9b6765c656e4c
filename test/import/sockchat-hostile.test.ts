/** An SQLite file that somebody made to harm who reads it: it is read, or refused, and does nothing. */
import assert from "node:assert/strict";
import { access, copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { SourceRefusal } from "@dragoman/import";
import Database from "libsql";
import { inSqlite, sharpEvents } from "./sockchat-community.ts";
import { writeSharpSqlite } from "./sockchat-forms.ts";
import { readWhole } from "./sockchat-read.ts";

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "dragoman-sockchat-hostile-"));
});
after(() => rm(folder, { recursive: true, force: true }));

/** A server's file, with a community in it. */
function events(name: string): { readonly path: string; readonly db: Database.Database } {
  const path = join(folder, name);
  return { path, db: writeSharpSqlite(path, "sqc_events", inSqlite(sharpEvents())) };
}

const number = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
};

/** The end of a rollback journal that names another, as SQLite's pager reads it. */
function superJournal(journal: Buffer, path: string): Buffer {
  const name = Buffer.from(path);
  const pageBytes = journal.readUInt32BE(24);
  const lockPage = Math.floor(0x4000_0000 / pageBytes) + 1;
  const sum = name.reduce((all, byte) => all + ((byte << 24) >> 24), 0);
  const magic = Buffer.from("d9d505f920a163d7", "hex");
  return Buffer.concat([journal, number(lockPage), name, number(name.length), number(sum), magic]);
}

/** A file and its journal as they lie there while a transaction has spilled to the disk. */
async function inTheMiddle(name: string): Promise<string> {
  const { path, db } = events(`${name}.source`);
  db.exec("PRAGMA cache_size = 1; BEGIN IMMEDIATE; UPDATE sqc_events SET event_target = 'x'");
  db.exec("CREATE TABLE filler (text); INSERT INTO filler VALUES (zeroblob(400000))");
  const copy = join(folder, name);
  await copyFile(path, copy);
  await copyFile(`${path}-journal`, `${copy}-journal`);
  db.exec("ROLLBACK");
  db.close();
  return copy;
}

test("what a server had not finished is rolled back in a copy", async () => {
  const path = await inTheMiddle("unfinished.db");
  const { db, path: whole } = events("whole.db");
  db.close();
  assert.deepEqual((await readWhole(path)).messages, (await readWhole(whole)).messages);
});

test("a journal that names another file has that file deleted by nobody", async () => {
  const victim = join(folder, "precious");
  const plant = async (name: string): Promise<string> => {
    const path = await inTheMiddle(name);
    const journal = await readFile(`${path}-journal`);
    await writeFile(victim, "kept");
    await writeFile(`${path}-journal`, superJournal(journal, victim));
    return path;
  };
  // SQLite itself does so: else this test shows nothing.
  const db = new Database(await plant("opened.db"));
  db.prepare("SELECT count(*) FROM sqc_events").get();
  db.close();
  await assert.rejects(access(victim));
  await assert.rejects(readWhole(await plant("hostile.db")), SourceRefusal);
  assert.equal(await readFile(victim, "utf8"), "kept");
});

test("columns that compute are not computed", async () => {
  const { path, db } = events("computed.db");
  const before = (await readWhole(path)).messages;
  db.exec("ALTER TABLE sqc_events ADD COLUMN more TEXT AS (hex(zeroblob(400000000))) VIRTUAL");
  db.close();
  const memory = process.resourceUsage().maxRSS;
  const { messages, remarks } = await readWhole(path);
  assert.deepEqual(messages, before);
  assert.ok(remarks.every(({ why }) => why !== "unreadable"));
  assert.ok(process.resourceUsage().maxRSS - memory < 300 * 1024, "KiB more than before");
});

test("a text whose bytes are no letters costs its letters alone", async () => {
  const { path, db } = events("letters.db");
  const before = (await readWhole(path)).messages.length;
  db.exec("UPDATE sqc_events SET event_target = CAST(x'c328ff' AS TEXT) WHERE rowid = 1");
  db.exec("CREATE TABLE other (id, event_id, event_created)");
  db.exec("INSERT INTO other VALUES (CAST(x'ff' AS TEXT), 1, 1)");
  db.close();
  assert.equal((await readWhole(path)).messages.length, before);
});

test("a table that is a view behind a virtual table is not read, for it may have no end", async () => {
  const { path, db } = events("endless.db");
  const found = db.prepare("SELECT name FROM pragma_table_info('sqc_events')").raw().all();
  const names = (found as [string][]).map(([name]) => name);
  db.exec(`
    CREATE VIEW endless AS
      WITH RECURSIVE counted (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted)
      SELECT n AS id, ${names.map((name) => `'x' AS ${name}`).join(", ")} FROM counted;
    CREATE VIRTUAL TABLE old_events USING
      fts5(${names.join(", ")}, content = 'endless', content_rowid = 'id');
  `);
  db.exec("CREATE TRIGGER t AFTER INSERT ON sqc_events BEGIN DELETE FROM sqc_events; END");
  db.close();
  const { messages } = await readWhole(path);
  assert.ok(messages.length > 0);
});
