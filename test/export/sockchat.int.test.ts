/** The way back to Sock Chat: a house as SharpChat's SQLite file, which another house takes in as it was. */
import assert from "node:assert/strict";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import Database from "libsql";
import { housesForTests } from "../up/houses.ts";
import { outcome } from "../up/program.ts";
import { writeRichFolder } from "./folder.ts";

const houses = housesForTests("export");

/** Milliseconds since 2020-05-02, 8 bits to the left. */
const idAt = (ms: number, n = 0): number => (ms - 1_588_377_600_000) * 256 + n;
const at = 1_620_000_000_000;

const columns = `msg_id, msg_channel_id, msg_sender_id, msg_sender_name, msg_sender_colour,
  msg_text, msg_flags, msg_created, msg_edited, msg_deleted`;

function rowsOf(path: string, where = "1"): unknown[] {
  const db = new Database(path, { readonly: true });
  try {
    return db
      .prepare(`SELECT ${columns} FROM sqc_messages WHERE ${where} ORDER BY msg_id`)
      .raw()
      .all();
  } finally {
    db.close();
  }
}

function writeSharpchat(path: string): void {
  const db = new Database(path);
  db.exec(`CREATE TABLE sqc_messages (msg_id INTEGER PRIMARY KEY, msg_channel_id TEXT,
    msg_sender_id INTEGER, msg_sender_name TEXT, msg_sender_colour INTEGER, msg_sender_rank INTEGER,
    msg_sender_nick TEXT, msg_sender_perms INTEGER, msg_text TEXT, msg_flags INTEGER,
    msg_created TEXT, msg_edited TEXT, msg_deleted TEXT)`);
  const insert = db.prepare(
    "INSERT INTO sqc_messages VALUES (?, 'lounge', ?, ?, ?, 1, NULL, 0, ?, ?, ?, ?, NULL)",
  );
  const created = new Date(at).toISOString().slice(0, 19).replace("T", " ");
  const red = 0xff0000;
  insert.run(idAt(at), 7, "Ada", red, "[b]hello[/b] <i> & [url]x[/url]\nnext", 0, created, null);
  insert.run(
    idAt(at, 1),
    8,
    "Bob",
    0x40000000,
    "waves &lt;wildly&gt; <br/> twice",
    1,
    created,
    null,
  );
  insert.run(idAt(at + 7), 7, "Ada", red, `${"long ".repeat(1_900)}end`, 0, created, created);
  insert.run(
    idAt(at + 9),
    -1,
    "ChatBot",
    0x40000000,
    "0\fsay\fnews <br/> &lt;all&gt;",
    0,
    created,
    null,
  );
  db.close();
}

describe("dragoman export sockchat", () => {
  it("writes a file of which another house is made, that writes the same file", async () => {
    const source = join(houses.root, "source.sqlite");
    writeSharpchat(source);
    const first = await houses.house();
    await houses.told(first, "import", "sockchat", source);
    const one = join(houses.root, "one.sqlite");
    const { counts } = await houses.told(first, "export", "sockchat", one);
    assert.equal(counts["message"]?.left, 0);
    assert.deepEqual(rowsOf(one, "msg_channel_id = 'lounge'"), rowsOf(source));
    assert.equal((await stat(one)).mode & 0o777, 0o600);
    const second = await houses.house();
    await houses.told(
      second,
      "import",
      "sockchat",
      one,
      "--default-channel",
      "Lounge",
      "--open",
      "all",
    );
    const other = join(houses.root, "other.sqlite");
    await houses.told(second, "export", "sockchat", other);
    assert.deepEqual(rowsOf(other, "msg_channel_id = 'lounge'"), rowsOf(source));
    const again = await outcome(["export", "sockchat", other], second);
    assert.deepEqual([again.code, /not overwritten/.test(again.stderr)], [2, true]);
  });

  it("leaves what not everybody may read, unless it is asked for, and counts what has no place", async () => {
    const folder = join(houses.root, "folder");
    await writeRichFolder(folder);
    const settings = await houses.house();
    await houses.told(settings, "import", "originchats", folder);
    const path = join(houses.root, "open.sqlite");
    const { counts, reasons } = await houses.told(settings, "export", "sockchat", path);
    assert.doesNotMatch(JSON.stringify(rowsOf(path)), /hush/);
    const text = JSON.stringify(rowsOf(path));
    for (const words of [/\[b\]bold\[\/b\]/, /Tea\?/, /builds: by a hook/, /a b\.png/, /yes/]) {
      assert.match(text, words);
    }
    const rows = rowsOf(path) as [number, string][];
    assert.equal(new Set(rows.map(([id]) => id)).size, rows.length);
    assert.equal(counts["message"]?.left, 1);
    assert.equal(reasons["message: loses its reactions"], 1);
    const closed = join(houses.root, "closed.sqlite");
    await houses.told(settings, "export", "sockchat", closed, "--closed");
    assert.match(JSON.stringify(rowsOf(closed)), /hush/);
    assert.deepEqual(
      (await readdir(houses.root)).filter((name) => name.includes(".part")),
      [],
    );
  });
});
