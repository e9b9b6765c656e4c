/** The SQLite file of March 2026: its forms, what is the truth beside it, and what is broken or hostile in one. */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import Database from "libsql";
import { SourceRefusal } from "../refusal.ts";
import { Report } from "../report.ts";
import type { SourceMessage } from "../source.ts";
import { readOriginchats } from "./folder.ts";

let root = "";
before(async () => {
  root = await mkdtemp(join(tmpdir(), "dragoman-sqlite-"));
});
after(() => rm(root, { recursive: true, force: true }));

const nowMs = 1_800_000_000_000;
const firstForm = `
  CREATE TABLE channels (name TEXT, type TEXT DEFAULT 'text', description TEXT, permissions TEXT,
    position INTEGER DEFAULT 0, size INTEGER);
  CREATE TABLE messages (id TEXT PRIMARY KEY, channel TEXT NOT NULL, thread_id TEXT, user_id TEXT NOT NULL,
    content TEXT, timestamp REAL NOT NULL, edited INTEGER DEFAULT 0, pinned INTEGER DEFAULT 0,
    reply_to_id TEXT, reply_to_user TEXT, attachments TEXT, embeds TEXT, webhook TEXT, created_at REAL);
  CREATE TABLE reactions (id INTEGER PRIMARY KEY AUTOINCREMENT, message_id TEXT NOT NULL, emoji TEXT NOT NULL,
    user_id TEXT NOT NULL, added_at REAL NOT NULL, UNIQUE(message_id, emoji, user_id));
  CREATE TABLE threads (id TEXT PRIMARY KEY, name TEXT, parent_channel TEXT NOT NULL, created_by TEXT NOT NULL,
    created_at REAL NOT NULL, locked INTEGER DEFAULT 0, archived INTEGER DEFAULT 0, participants TEXT);
  CREATE TABLE webhooks (id TEXT PRIMARY KEY, channel TEXT NOT NULL, name TEXT NOT NULL, token TEXT NOT NULL,
    created_by TEXT NOT NULL, created_at REAL NOT NULL, avatar TEXT);
  CREATE TABLE users (id TEXT PRIMARY KEY, username TEXT NOT NULL, roles TEXT, validator TEXT, nickname TEXT,
    status TEXT, created_at REAL, last_seen REAL);
  CREATE TABLE roles (name TEXT PRIMARY KEY, description TEXT, color TEXT, hoisted INTEGER DEFAULT 0,
    permissions TEXT, self_assignable INTEGER DEFAULT 0, category TEXT);
  INSERT INTO channels VALUES ('tea', 'text', 'of old', '{"view":["user"]}', 1, NULL),
    ('ideas', 'forum', NULL, '{"view":["vip"]}', 0, NULL), (NULL, 'separator', NULL, NULL, 2, 12),
    ('tea', 'text', 'of now', '{"view":["user"]}', 1, NULL);
  INSERT INTO users VALUES ('r1', 'ada', '["vip","user"]', NULL, 'Countess', NULL, NULL, NULL);
  INSERT INTO roles VALUES ('vip', NULL, '#00ff00', 1, '{}', 0, NULL), ('user', NULL, NULL, 0, NULL, 0, NULL);
  INSERT INTO threads VALUES ('t1', 'an idea', 'ideas', 'r1', 5.5, 1, 0, '["r1"]');
  INSERT INTO messages (id, channel, thread_id, user_id, content, timestamp, edited, reply_to_id, reply_to_user,
    attachments) VALUES
    ('m2', 'tea', NULL, 'r1', 'second', 20.5, 1, 'm1', 'r1', '{'),
    ('m1', 'tea', NULL, 'r1', 'first', 10, 0, NULL, NULL, NULL),
    ('m3', 'ideas', 't1', 'r1', 'in the thread', 30, 0, NULL, NULL, NULL),
    ('m4', 'gone', NULL, 'r1', 'of no channel', 40, 0, NULL, NULL, NULL);
  INSERT INTO reactions (message_id, emoji, user_id, added_at) VALUES ('m1', '👍', 'r1', 1), ('m1', '👍', 'r2', 1);
`;
const lastForm = `
  ALTER TABLE channels ADD COLUMN display_name TEXT;
  ALTER TABLE messages ADD COLUMN interaction TEXT;
  DROP TABLE roles;
  CREATE TABLE polls (id TEXT PRIMARY KEY, message_id TEXT NOT NULL, channel TEXT, thread_id TEXT,
    question TEXT NOT NULL, options TEXT NOT NULL, allow_multiselect INTEGER DEFAULT 0, expires_at REAL,
    created_by TEXT NOT NULL, created_at REAL NOT NULL, ended INTEGER DEFAULT 0, ended_at REAL, UNIQUE(message_id));
  CREATE TABLE poll_votes (id INTEGER PRIMARY KEY AUTOINCREMENT, poll_id TEXT NOT NULL, option_id TEXT NOT NULL,
    user_id TEXT NOT NULL, voted_at REAL NOT NULL);
  INSERT INTO messages (id, channel, user_id, timestamp, embeds, interaction) VALUES
    ('m5', 'tea', 'r1', 50, '[{"type":"poll","poll_id":"p1"}]', '{"command":"poll","username":"ada"}');
  INSERT INTO polls VALUES ('p1', 'm5', 'tea', NULL, 'Tea?', '[{"id":"0","text":"a"},{"id":"1","text":"b"}]',
    1, NULL, 'r1', 50, 1, 60);
  INSERT INTO poll_votes (poll_id, option_id, user_id, voted_at) VALUES ('p1', '1', 'r1', 55);
`;

/** A folder with such a file in it, and JSON files of before. */
async function folderWith(name: string, ...sql: string[]): Promise<string> {
  const folder = join(root, name);
  await mkdir(join(folder, "db", "channels"), { recursive: true });
  const files = {
    "users.json": JSON.stringify({ r1: { username: "before" } }),
    "channels.json": JSON.stringify([{ type: "text", name: "before" }]),
    "channels/before.json": JSON.stringify({ id: "m0", user: "r1", content: "x", timestamp: 1 }),
    "roles.json": JSON.stringify({ vip: { hoisted: true }, user: {} }),
    "webhooks.json": JSON.stringify({ w: { channel: "tea", token: `${"a".repeat(8)}-x` } }),
  };
  for (const [path, text] of Object.entries(files)) await writeFile(join(folder, "db", path), text);
  const db = new Database(join(folder, "db", "originchats.db"));
  db.exec("PRAGMA journal_mode = WAL");
  for (const each of sql) db.exec(each);
  db.close();
  return folder;
}

/** What is read of a folder, with all that was said. */
async function readWhole(folder: string) {
  const report = new Report();
  const { parts, close, ...source } = await readOriginchats({ folder, report, nowMs });
  const messages = new Map<string, SourceMessage[]>();
  for (const part of parts) {
    const read: SourceMessage[] = [];
    for await (const batch of part.messages()) read.push(...batch);
    const ids: string[] = [];
    for await (const batch of part.ids()) ids.push(...batch.ids);
    assert.deepEqual(
      ids,
      read.map(({ id }) => id),
    );
    messages.set(part.key, read);
  }
  await close();
  return { ...source, messages, report: report.summary };
}

const left = (lines: readonly { readonly kind: string; readonly what: string }[]) =>
  lines.map(({ kind, what }) => `${kind} ${what}`);

test("the first form is read by the times of its messages, and nothing is written beside it", async () => {
  const folder = await folderWith("first", firstForm);
  const { channels, people, roles, threads, messages, report } = await readWhole(folder);
  assert.deepEqual(
    channels.map(({ key, kind, description }) => [key, kind, description]),
    [
      ["ideas", "forum", undefined],
      ["tea", "text", "of now"],
      ["separator-2", "separator", undefined],
    ],
  );
  assert.deepEqual(
    people.map(({ id, name, nickname, roles: own }) => [id, name, nickname, own]),
    [["r1", "ada", "Countess", ["vip", "user"]]],
  );
  assert.deepEqual(
    roles.map(({ name, hoisted }) => [name, hoisted]),
    [
      ["vip", true],
      ["user", false],
    ],
  );
  assert.deepEqual(
    threads.map(({ id, channel, locked, archived }) => [id, channel, locked, archived]),
    [["t1", "ideas", true, false]],
  );
  const told = [...messages].map(([key, all]) => [key, all.map(({ text }) => text)]);
  assert.deepEqual(told, [
    ["channel tea", ["first", "second"]],
    ["thread t1", ["in the thread"]],
  ]);
  const [first, second] = messages.get("channel tea") ?? [];
  assert.deepEqual(first?.reactions?.[0]?.people, [
    { kind: "person", id: "r1" },
    { kind: "name", name: "r2" },
  ]);
  assert.deepEqual(
    [second?.editedAtUs, second?.replyTo?.id, second?.attachments],
    [20_500_000, "m1", undefined],
  );
  assert.deepEqual(left(report.lines), [
    "file db/originchats.db",
    "history channel gone: 1 messages",
    "file db/originchats.db: attachments {",
  ]);
  assert.equal(report.counts["message"]?.left, 1);
  assert.deepEqual((await readdir(join(folder, "db"))).sort(), [
    "channels",
    "channels.json",
    "originchats.db",
    "roles.json",
    "users.json",
    "webhooks.json",
  ]);
});

test("the last form has polls; roles that it lost are those of the JSON file, webhooks that went stay so", async () => {
  const folder = await folderWith("last", firstForm, lastForm);
  const { roles, webhooks, messages } = await readWhole(folder);
  assert.deepEqual(
    roles.map(({ name }) => name),
    ["vip", "user"],
  );
  assert.deepEqual(webhooks, []);
  const { poll, interaction } = messages.get("channel tea")?.[2] ?? {};
  assert.deepEqual(interaction, { command: "poll", who: { kind: "name", name: "ada" } });
  assert.deepEqual(
    [poll?.question, poll?.multi, poll?.endedAtUs, poll?.votes],
    ["Tea?", true, 60_000_000, [{ who: { kind: "person", id: "r1" }, optionIds: ["1"] }]],
  );
});

test("a server that keeps JSON again has left the file behind", async () => {
  const folder = await folderWith("after", firstForm);
  await writeFile(join(folder, "db", "polls.json"), "{}");
  const { channels, report } = await readWhole(folder);
  assert.deepEqual(
    channels.map(({ key }) => key),
    ["before"],
  );
  assert.deepEqual(left(report.lines), ["file db/originchats.db", "webhook w"]);
});

test("what is broken in it costs itself, and what would compute is not read", async () => {
  const folder = await folderWith(
    "broken",
    firstForm,
    `INSERT INTO messages (id, channel, user_id, content, timestamp) VALUES
       ('m6', 'tea', 'r1', CAST(x'48c328ff' AS TEXT), 60), ('m7', 'tea', 'r1', zeroblob(10000000), 70),
       ('m8', 'tea', 'r1', 'no time', 'soon'), (NULL, 'tea', 7, 8, 80);
     DROP TABLE webhooks;
     CREATE VIEW webhooks AS WITH RECURSIVE n (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n)
       SELECT id, id AS channel, id AS name, id AS token FROM n;
     ALTER TABLE users ADD COLUMN more TEXT AS (hex(zeroblob(400000000))) VIRTUAL;`,
  );
  const { messages, people, report } = await readWhole(folder);
  assert.deepEqual(
    messages.get("channel tea")?.map(({ text }) => text),
    ["no time", "first", "second", "H\ufffd(\ufffd", "8"],
  );
  assert.equal(people.length, 1);
  assert.ok(report.lines.some(({ what, why }) => what.includes("m7") && why.includes("longer")));
});

test("a file that is none is refused, and read is nothing older instead", async (t) => {
  const folder = await folderWith("none", firstForm);
  // Of its own: other tests write to that of all at the same time.
  const temporary = await mkdtemp(join(root, "temporary-"));
  const { TMPDIR } = process.env;
  process.env["TMPDIR"] = temporary;
  t.after(() => {
    if (TMPDIR === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = TMPDIR;
  });
  await writeFile(join(folder, "db", "originchats.db"), "no database ".repeat(1_000));
  await assert.rejects(readWhole(folder), SourceRefusal);
  assert.deepEqual(await readdir(temporary), []);
});
