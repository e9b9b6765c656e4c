/** Every form in which Sock Chat's servers leave their data (Sock Chat reference, 10). */
import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import {
  flatFiles,
  inSqlite,
  phpChat,
  sharpEvents,
  sharpLog,
  sharpMessages,
} from "./sockchat-community.ts";
import {
  dumpOf,
  phpTables,
  sharpTable,
  writeFlatFiles,
  writeSharpSqlite,
} from "./sockchat-forms.ts";
import { assertGolden, readWhole } from "./sockchat-read.ts";

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "dragoman-sockchat-"));
});
after(() => rm(folder, { recursive: true, force: true }));

/** Writes a source of one file. */
async function written(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

test("the PHP server's dump is read whole", async () => {
  const path = await written("php.sql", dumpOf(phpTables(phpChat)));
  assertGolden("php", await readWhole(path));
});

test("prefix, zip, several rows a statement, phpMyAdmin and alphabets change nothing", async () => {
  const wanted = await readWhole(await written("plain.sql", dumpOf(phpTables(phpChat))));
  const plain = { people: wanted.people, channels: wanted.channels, messages: wanted.messages };
  const utf8 = dumpOf(phpTables(phpChat, "my_chat"), { rowsAtOnce: 1 });
  /** UTF-8 that a server took for latin1, and that was encoded once more when it was dumped. */
  const twice = Buffer.from(dumpOf(phpTables(phpChat)), "utf8").toString("latin1");
  const forms: readonly (readonly [string, string | Uint8Array])[] = [
    ["prefix.sql", utf8],
    ["php.sql.gz", gzipSync(utf8)],
    ["phpmyadmin.sql", dumpOf(phpTables(phpChat), { style: "phpMyAdmin", rowsAtOnce: 2 })],
    ["utf8mb4.sql", dumpOf(phpTables(phpChat, "x", "utf8mb4"))],
    ["latin1.sql", dumpOf(phpTables(phpChat), { names: "latin1" })],
    ["twice.sql", windows1252(twice)],
  ];
  for (const [name, content] of forms) {
    const { people, channels, messages } = await readWhole(await written(name, content));
    assert.deepEqual({ people, channels, messages }, plain, name);
  }
});

/** What MySQL makes of bytes in latin1: characters 0x80 to 0x9f are those of Windows-1252. */
function windows1252(text: string): string {
  const upper = new TextDecoder("windows-1252");
  return text.replace(/[\u0080-\u009f]/g, (found) => {
    const [shown = found] = upper.decode(Buffer.from([found.charCodeAt(0)]));
    return shown;
  });
}

test("the PHP server's flat files are read whole, nicknames too", async () => {
  const path = join(folder, "flat");
  await writeFlatFiles(path, flatFiles);
  assertGolden("flat", await readWhole(path));
});

test("SharpChat's dumps of 2019, 2020 and 2021 are read whole", async () => {
  const log = dumpOf([sharpTable("sharp_log", sharpLog())]);
  assertGolden("sharp-2019", await readWhole(await written("2019.sql", log)));
  const events = dumpOf([sharpTable("sqc_events", sharpEvents())]);
  assertGolden("sharp-2020", await readWhole(await written("2020.sql", events)));
  const both = dumpOf([
    sharpTable("sqc_events", sharpEvents()),
    sharpTable("sqc_messages", sharpMessages()),
  ]);
  assertGolden("sharp-2021", await readWhole(await written("2021.sql", both)));
});

test("SharpChat's SQLite files say what its dumps say, and nothing is written beside them", async () => {
  for (const [name, rows, mode] of [
    ["sqc_events", sharpEvents(), "delete"],
    ["sqc_messages", sharpMessages(), "wal"],
  ] as const) {
    const home = await mkdtemp(join(folder, "home-"));
    const path = join(home, "sharpchat.db");
    const db = writeSharpSqlite(path, name, inSqlite(rows), mode);
    const files = await readdir(home);
    const dump = await written(`${name}.sql`, dumpOf([sharpTable(name, rows)]));
    const { people, channels, messages } = await readWhole(dump);
    const found = await readWhole(path);
    assert.deepEqual(
      { people: found.people, channels: found.channels, messages: found.messages },
      { people, channels, messages },
      name,
    );
    assert.deepEqual(await readdir(home), files, "the folder is as it was");
    db.close();
  }
});
