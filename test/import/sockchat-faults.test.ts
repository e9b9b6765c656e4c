/** What is broken in a Sock Chat server's data costs that record alone and stands in the report. */
import assert from "node:assert/strict";
import {
  appendFile,
  mkdir,
  mkdtemp,
  readFile,
  rename,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { type Remark, SourceRefusal } from "@dragoman/import";
import {
  eveningSeconds,
  flatFiles,
  inSqlite,
  nowMs,
  phpChat,
  sharpEvents,
  sharpMessages,
} from "./sockchat-community.ts";
import {
  dumpOf,
  phpTables,
  type Row,
  sharpTable,
  writeFlatFiles,
  writeSharpSqlite,
} from "./sockchat-forms.ts";
import { readWhole, type Whole } from "./sockchat-read.ts";

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "dragoman-sockchat-"));
});
after(() => rm(folder, { recursive: true, force: true }));

let files = 0;
async function written(content: string | Uint8Array): Promise<string> {
  files += 1;
  const path = join(folder, `${files}.sql`);
  await writeFile(path, content);
  return path;
}

const textsOf = ({ messages }: Whole): string[] =>
  messages.map(({ message }) => message.content.text);
const whysOf = ({ remarks }: Whole): string[] =>
  remarks.map(({ why, where }: Remark) => `${why} ${where.row ?? where.line ?? ""}`.trim());

/** A chat with these lines in its default channel. */
const chatWith = (...rows: readonly Row[]) => ({
  channels: [],
  bans: [],
  logs: rows.map((row, at) => ({
    id: at + 1,
    epoch: eveningSeconds + at,
    userid: 1,
    username: "ada",
    color: "inherit",
    channel: "@default",
    chrank: 0,
    message: `line ${at + 1}`,
    flags: "10010",
    ...row,
  })),
});

test("each odd line costs itself, and the report says which it was and why", async () => {
  const chat = chatWith(
    {},
    { id: 1, message: "of an id that is there already" },
    { epoch: null, message: "without a time" },
    { epoch: nowMs / 1_000 + 600, message: "of the future" },
    { message: "  <br/>  " },
    { message: "x".repeat(10_500) },
    { userid: 0, username: "" },
    { userid: 0, username: "ghost", message: "by nobody with a number" },
    { channel: "", message: "said nowhere" },
    { id: -4, message: "of an impossible id" },
    { message: "tab\there, bell\u0007, feed\f, \r\nline" },
    { message: "last" },
  );
  const whole = await readWhole(await written(dumpOf(phpTables(chat))));
  assert.deepEqual(whysOf(whole), [
    "id_twice 2",
    "time 3",
    "time 4",
    "no_text 5",
    "too_long 6",
    "no_author 7",
    "no_channel 9",
    "id 10",
  ]);
  const texts = textsOf(whole);
  assert.deepEqual(
    texts.map((text) => text.slice(0, 60)),
    [
      "line 1",
      "without a time",
      "of the future",
      "x".repeat(60),
      "by nobody with a number",
      "tab    here, bell, feed, \nline",
      "last",
    ],
  );
  assert.equal(texts[3]?.length, 10_000);
  const times = whole.messages.map(({ message }) => message.createdAtUs / 1e6 - eveningSeconds);
  assert.deepEqual(times, [0, 0, 0, 5, 7, 10, 11], "without a time it has that of the line before");
});

test("rows out of order come in the order of their ids", async () => {
  const whole = await readWhole(
    await written(dumpOf(phpTables(chatWith({ id: 9 }, { id: 3 }, { id: 5 })))),
  );
  assert.deepEqual(textsOf(whole), ["line 2", "line 3", "line 1"]);
});

test("of a dump that was cut everything before the cut comes, zipped or not", async () => {
  const dump = dumpOf(phpTables(chatWith({}, {}, { message: "never whole" })));
  const cut = dump.slice(0, dump.indexOf("never") + 3);
  const plain = await readWhole(await written(cut));
  assert.deepEqual([textsOf(plain), whysOf(plain)], [["line 1", "line 2"], ["cut 3"]]);
  const many = dumpOf(phpTables(chatWith(...Array.from({ length: 4_000 }, () => ({})))));
  const zipped = gzipSync(many);
  const half = await readWhole(await written(zipped.subarray(0, zipped.length / 2)));
  assert.ok(half.messages.length > 500 && half.messages.length < 4_000, `${half.messages.length}`);
  assert.ok(whysOf(half).includes("cut"), whysOf(half).join());
});

test("a broken row and one of another length cost themselves", async () => {
  const dump = dumpOf(phpTables(chatWith({}, {}, {}, {}, {})));
  const broken = dump.replace("'line 2'", "'line' 2'").replace("'line 4',", "");
  const whole = await readWhole(await written(broken));
  assert.deepEqual(textsOf(whole), ["line 1", "line 3", "line 5"]);
  assert.deepEqual(whysOf(whole), ["unreadable 2", "columns 4"]);
});

test("what is no dump, holds no chat, or several, is refused with a word that helps", async () => {
  const refused = [
    [join(folder, "nothing"), /nothing to read/],
    [folder, /no folder of a Sock Chat server/],
    [
      await written("CREATE TABLE `x` (`y` int);\nINSERT INTO `x` VALUES (1);\n"),
      /no table of a Sock Chat/,
    ],
    [await written(Buffer.from("PK\u0003\u0004zip")), /compressed/],
    [await written(Buffer.from([1, 0, 2, 0])), /neither/],
    [
      await written(dumpOf([...phpTables(phpChat, "one"), ...phpTables(phpChat, "two")])),
      /--prefix \(one, two\)/,
    ],
  ] as const;
  for (const [path, word] of refused) {
    await assert.rejects(readWhole(path), (error) => {
      assert.ok(error instanceof SourceRefusal, String(error));
      assert.match(error.message, word);
      return true;
    });
  }
  const chosen = await readWhole(refused[5][0], { prefix: "two" });
  assert.equal(chosen.messages.length, 10);
});

test("numbers that mean nothing are not taken for people", async () => {
  const chat = chatWith(
    { userid: 1, username: "ada" },
    { userid: 1, username: "bob" },
    { userid: -1, username: "ChatBot", message: "0\fnick\fbob\f~Bobby" },
    { userid: 2, username: "~Bobby" },
  );
  const { people } = await readWhole(await written(dumpOf(phpTables(chat))), { peopleBy: "names" });
  assert.deepEqual(
    people.map(({ person }) => [person.name, person.identities]),
    [
      ["ada", undefined],
      ["bob", undefined],
    ],
  );
});

test("whom the newest line calls by a nickname is called so here", async () => {
  const nicks = async (path: string): Promise<unknown[]> =>
    (await readWhole(path)).people.map(({ person }) => [person.name, person.nickname]);
  const shown = [{}, { username: "~Countess" }, { username: "bob", userid: 2 }];
  const dump = await written(dumpOf(phpTables(chatWith(...shown))));
  assert.deepEqual(await nicks(dump), [
    ["ada", "Countess"],
    ["bob", undefined],
  ]);
  // It is given up again.
  const without = await written(dumpOf(phpTables(chatWith(...shown, {}))));
  assert.deepEqual(await nicks(without), [
    ["ada", undefined],
    ["bob", undefined],
  ]);
  for (const [form, rows, column] of [
    ["sqc_events", sharpEvents(), "event_sender_nick"],
    ["sqc_messages", sharpMessages(), "msg_sender_nick"],
  ] as const) {
    const path = await written(
      dumpOf([
        sharpTable(
          form,
          rows.map((row) => ({ ...row, [column]: `~nick of ${form}` })),
        ),
      ]),
    );
    const called = await nicks(path);
    assert.ok(called.length > 1);
    for (const one of called) assert.deepEqual((one as unknown[])[1], `nick of ${form}`);
  }
});

test("times of a file are in the zone that is given, summer and winter", async () => {
  const home = join(folder, "zone");
  const log =
    "(07/01/2014 12:00:00) ada to @default: summer\n(12/01/2014 12:00:00) ada to @default: winter\n";
  await writeFlatFiles(home, { channels: [], bans: [], log });
  const whole = await readWhole(home, { zone: "Europe/Berlin" });
  assert.deepEqual(
    whole.messages.map(({ message }) => new Date(message.createdAtUs / 1_000).toISOString()),
    ["2014-07-01T10:00:00.000Z", "2014-12-01T11:00:00.000Z"],
  );
  await assert.rejects(readWhole(home, { zone: "Atlantis" }), /no time zone Atlantis/);
});

test("lines of a log that are none stand in the report, and equal ones are two", async () => {
  const home = join(folder, "log");
  const line = "(02/20/2015 20:00:00) ada to @default: same\n";
  const log = `${line}${line}no line\n${"y".repeat(1_100_000)}\n(99/99/2015 20:00:00) ada to @default: odd time\n(02/20/2015 20:00:01) ada to @defa`;
  await writeFlatFiles(home, { channels: [], bans: [], log });
  const whole = await readWhole(home);
  assert.deepEqual(textsOf(whole), ["same", "same", "odd time"]);
  assert.equal(new Set(whole.messages.map(({ message }) => message.messageId)).size, 3);
  assert.deepEqual(whysOf(whole), ["unreadable 3", "too_long 4", "time 5", "cut 6"]);
});

test("no link of a folder is followed out of it", async () => {
  const [home, elsewhere] = [join(folder, "links"), join(folder, "elsewhere")];
  await writeFlatFiles(home, flatFiles);
  await mkdir(elsewhere);
  const all = await readWhole(home);
  for (const name of ["logs.txt", "bans"]) {
    await rename(join(home, "ffdb", name), join(elsewhere, name));
    await symlink(join(elsewhere, name), join(home, "ffdb", name));
  }
  const { channels, messages, people, remarks } = await readWhole(home);
  assert.ok(all.messages.length > 0 && all.people.some(({ person }) => person.banned));
  assert.deepEqual([messages, people], [[], []]);
  assert.equal(channels.length, 3);
  assert.deepEqual(
    remarks.filter(({ why }) => why === "unreadable").map(({ where }) => where.part),
    ["logs.txt"],
  );
  // A folder that is itself found by a link is the one that was meant.
  const [link, own] = [join(folder, "link"), join(folder, "own")];
  await writeFlatFiles(own, flatFiles);
  await symlink(own, link);
  assert.deepEqual((await readWhole(link)).messages, all.messages);
});

test("a run behind the cursors brings what is new, with the ids that a whole run makes", async () => {
  const home = join(folder, "grows");
  await writeFlatFiles(home, flatFiles);
  const first = await readWhole(home);
  const cursors = Object.fromEntries(first.messages.map(({ key, cursor }) => [key, cursor]));
  const log = join(home, "ffdb/logs.txt");
  await appendFile(log, "(02/21/2015 20:00:00) bob to Games: a day later\n");
  const later = await readWhole(home, { after: cursors });
  assert.deepEqual(textsOf(later), ["a day later"]);
  const whole = await readWhole(home);
  const isNew = ({ message }: Whole["messages"][number]): boolean =>
    !first.messages.some((one) => one.message.messageId === message.messageId);
  assert.deepEqual(whole.messages.filter(isNew), later.messages);
  // A log that was begun anew: its lines have other numbers, and the same ids.
  const text = await readFile(log, "utf8");
  await writeFile(log, text.split("\n").slice(3).join("\n"));
  const rotated = await readWhole(home, { after: cursors });
  const known = new Set(whole.messages.map(({ message }) => message.messageId));
  assert.ok(rotated.messages.every(({ message }) => known.has(message.messageId)));
  assert.ok(textsOf(rotated).includes("a day later"));
});

test("a run behind the cursors of a dump brings what has a higher id", async () => {
  const first = await readWhole(await written(dumpOf(phpTables(chatWith({}, {})))));
  const cursors = Object.fromEntries(first.messages.map(({ key, cursor }) => [key, cursor]));
  const later = await readWhole(await written(dumpOf(phpTables(chatWith({}, {}, {}, {})))), {
    after: cursors,
  });
  assert.deepEqual(textsOf(later), ["line 3", "line 4"]);
});

test("a damaged SQLite file gives what can be read of it", async () => {
  const path = join(folder, "sharpchat.db");
  const rows = inSqlite(sharpEvents());
  const [row] = rows.slice(1);
  const many = Array.from({ length: 3_000 }, (_, at) => ({
    ...row,
    event_id: 2 ** 50 + at,
    event_data: null,
  }));
  const db = writeSharpSqlite(path, "sqc_events", [...rows, ...many]);
  db.close();
  const bytes = await readFile(path);
  bytes.fill(0xa5, bytes.length - 16 * 1_024);
  await writeFile(path, bytes);
  const whole = await readWhole(path);
  assert.ok(whole.remarks.some(({ why }) => why === "unreadable"));
  assert.ok(textsOf(whole).some((text) => text.startsWith("raw <b>")));
  await writeFile(path, Buffer.concat([bytes.subarray(0, 100), Buffer.alloc(4_000, 7)]));
  await assert.rejects(readWhole(path), SourceRefusal);
});

test("channels of SharpChat are opened by name, or all", async () => {
  const path = await written(dumpOf([sharpTable("sqc_events", sharpEvents())]));
  for (const open of [new Set(["staff"]), "all"] as const) {
    const { channels, remarks } = await readWhole(path, { open });
    const staff = channels.find(({ channel }) => channel.name === "Staff");
    assert.deepEqual(staff?.channel.permissions, { view: ["user"], send: ["user"] });
    assert.equal(staff?.channel.minRank, 5, "nobody below has ever spoken there");
    assert.deepEqual(
      remarks.filter(({ why }) => why === "closed"),
      [],
    );
  }
});

test("the site's list of bans goes with that of the server", async () => {
  const path = await written(dumpOf(phpTables(phpChat)));
  const { people, remarks } = await readWhole(path, {
    siteBans: [
      { id: 2, ip: "192.0.2.99", untilMs: null },
      { id: 300, ip: "", untilMs: nowMs + 1_000 },
      { id: null, ip: "203.0.113.9", untilMs: null },
    ],
  });
  const ban = (number: number) => {
    const found = people.find(({ person }) => person.identities?.[0]?.id === String(number));
    return [found?.person.banned?.untilMs, found?.addresses];
  };
  assert.deepEqual(ban(2), [null, ["192.0.2.12", "192.0.2.99"]]);
  assert.deepEqual(ban(300), [nowMs + 1_000, []]);
  assert.ok(remarks.some(({ why, what }) => why === "ban_of_address" && what === "203.0.113.9"));
});

const silencesOf = ({ people }: Whole): unknown[] =>
  people
    .filter(({ silencedUntilMs }) => silencedUntilMs !== undefined)
    .map(({ person, silencedUntilMs }) => [person.name, silencedUntilMs]);

test("silences of the PHP server lie in files, whatever holds its other data", async () => {
  const laterMs = nowMs + 60_000;
  const files = [
    `${laterMs / 1_000}\f1\fada`,
    "-1\f2\fbob\n",
    `${nowMs / 1_000 + 10}\f1\fada`,
    `${nowMs / 1_000 - 10}\f5\feve`,
    "soon\f6\ffay",
    "-1\f0\f",
    "-1\f99\fnever",
    "",
  ];
  const server = join(folder, "server");
  await writeFlatFiles(server, flatFiles);
  const silences = join(server, "mods/core/ffdb/silences");
  await mkdir(silences, { recursive: true });
  for (const [at, text] of files.entries()) await writeFile(join(silences, `${at}`), text);
  const expected = [
    ["ada", laterMs],
    ["bob", null],
    ["never", null],
  ];
  const dump = await written(dumpOf(phpTables(phpChat)));
  const beside = await readWhole(dump, { silences });
  assert.deepEqual(silencesOf(beside), expected);
  assert.deepEqual(silencesOf(await readWhole(dump)), []);
  // Those of flat files have no numbers in their lines: the silence is of the site's person.
  for (const path of [server, join(server, "ffdb")]) {
    const whole = await readWhole(path);
    assert.deepEqual(silencesOf(whole).sort(), expected, path);
    assert.deepEqual(
      whole.remarks.flatMap(({ why, where }) =>
        why.startsWith("silence") ? [`${why} ${where.part}`] : [],
      ),
      [
        "silence_over silences/3",
        "silence_until silences/4",
        "silence_until silences/7",
        "silence_of_nobody silences",
      ],
    );
  }
  await assert.rejects(readWhole(dump, { silences: join(folder, "nowhere") }), SourceRefusal);
});

test("where numbers mean nothing a silence is of the account of its name", async () => {
  const silences = join(folder, "silences");
  await mkdir(silences);
  await writeFile(join(silences, "a"), "-1\f2\fada");
  const dump = await written(dumpOf(phpTables(phpChat)));
  const { people } = await readWhole(dump, { silences, peopleBy: "names" });
  const [only, ...others] = people.filter(({ silencedUntilMs }) => silencedUntilMs === null);
  assert.deepEqual([only?.person.name, only?.person.identities, others], ["ada", undefined, []]);
});
