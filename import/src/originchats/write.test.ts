import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import type { Leaving, LeavingChannel } from "../move-out/leaving.ts";
import { Report } from "../report.ts";
import type { SourceMessage } from "../source.ts";
import { readOriginchats } from "./folder.ts";
import { writeOriginchats } from "./write.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "dragoman-write-"));
});
afterEach(() => rm(folder, { recursive: true }));

const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;

const channel = (name: string, more: Partial<LeavingChannel> = {}): LeavingChannel => ({
  key: name,
  name,
  slug: "slug",
  kind: "text",
  permissions: { view: ["user"], send: ["user"] },
  minRank: 0,
  hasPassword: false,
  temporary: false,
  ...more,
});

const role = (name: string, rank: number) => ({
  name,
  description: null,
  color: null,
  hoisted: false,
  permissions: [],
  selfAssignable: false,
  category: null,
  rank,
});

const message = (n: number, more: Partial<SourceMessage> = {}): SourceMessage => ({
  id: id(n),
  by: { kind: "person", id: "u1" },
  text: "words",
  markup: "markdown",
  kind: "text",
  atUs: 1_700_000_000_000_000 + n,
  ...more,
});

async function* none(): AsyncGenerator<never> {}

const leavingWith = (more: Partial<Leaving>): Leaving => ({
  server: { name: "House", ownerName: "Ada", postContentMax: 2_000 },
  departed: new Set(),
  roles: [role("owner", 10), role("user", 1)],
  roleIds: new Map(),
  people: [{ id: id(1), name: "keeper", roles: ["user"] }],
  channels: [],
  threads: [],
  emojis: [],
  webhooks: [],
  parts: [],
  attachments: none,
  marks: none,
  ...more,
});

async function written(leaving: Leaving): Promise<Report> {
  const report = new Report();
  await writeOriginchats({
    leaving,
    folder,
    report,
    translate: ({ text }) => text,
    told: () => undefined,
  });
  return report;
}

const readBack = () => readOriginchats({ folder, report: new Report(), nowMs: 1_800_000_000_000 });

test("names that are no files are called otherwise, and nothing is written outside of the folder", async () => {
  const names = ["../../out", "..", "a/b", "🎈".repeat(80), "__proto__", "x\u0000y", "out"];
  const channels = names.map((name) => channel(name));
  const parts = names.map((name, n) => ({
    place: { channel: name },
    total: 1,
    messages: async function* () {
      yield message(n + 1, { text: name });
    },
  }));
  await written(leavingWith({ channels, parts }));
  const files = await readdir(join(folder, "db", "channels"));
  assert.equal(files.length, names.length);
  assert.deepEqual((await readdir(folder)).sort(), ["config.json", "db", "plugins"]);
  const source = await readBack();
  assert.equal(source.channels.length, names.length);
  const texts: string[] = [];
  for (const part of source.parts)
    for await (const batch of part.messages()) texts.push(...batch.map(({ text }) => text));
  assert.deepEqual(texts, names);
});

test("texts of every kind come back as they were, halves of letters apart", async () => {
  const texts = ["a\r\n\u2028\u0000\u007f\ufeff", "é".repeat(10_000), "\\ud800", '{"id":1}', " "];
  const parts = [
    {
      place: { channel: "all" },
      total: 6,
      messages: async function* () {
        for (const [n, text] of texts.entries()) yield message(n + 1, { text });
        yield message(9, { text: "a\ud800b", embeds: [{ "\udc00": "\ud83c" }] });
      },
    },
  ];
  await written(leavingWith({ channels: [channel("all")], parts }));
  const raw = await readFile(join(folder, "db", "channels", "all.json"), "utf8");
  assert.equal(raw.split("\n").length, 6);
  const source = await readBack();
  const back: SourceMessage[] = [];
  for await (const batch of source.parts[0]?.messages() ?? []) back.push(...batch);
  assert.deepEqual(
    back.map(({ text }) => text),
    [...texts, "a\ufffdb"],
  );
  assert.deepEqual(back.at(-1)?.embeds, [{ "\ufffd": "\ufffd" }]);
  assert.deepEqual(
    back.map(({ atUs }) => atUs - 1_700_000_000_000_000),
    [1, 2, 3, 4, 5, 9],
  );
});

test("nobody sees a channel there who did not here", async () => {
  const roles = [role("owner", 10), role("banned", 9), role("staff", 5), role("user", 1)];
  const channels = [
    channel("secret", { hasPassword: true }),
    channel("high", { minRank: 5 }),
    channel("for staff", { minRank: 5, permissions: { view: ["staff", "!x"], send: ["user"] } }),
    channel("for none", { minRank: 200 }),
    channel("bare", { minRank: 5, permissions: {} }),
  ];
  const report = await written(leavingWith({ roles, channels }));
  const source = await readBack();
  assert.deepEqual(
    source.channels.map(({ permissions: { view, send } }) => [view, send]),
    [
      [
        ["owner", "admin"],
        ["owner", "admin"],
      ],
      [
        ["owner", "staff"],
        ["owner", "staff"],
      ],
      [
        ["staff", "!x"],
        ["owner", "staff"],
      ],
      [["owner"], ["owner"]],
      [["owner"], ["owner"]],
    ],
  );
  assert.equal(report.summary.counts["role"]?.left, 1);
});

test("who is gone is nobody who is there, and a role for bans bans nobody", async () => {
  const people = [
    { id: "u1", name: "Ada", roles: ["banned", "user"], passwordHash: `$2b$12$${"a".repeat(53)}` },
    { id: "u2", name: "ron-2", roles: ["user"], identities: [rotur("R1", "ron")] },
    { id: "u3", name: "eva", roles: ["user"], banned: { reason: "", untilMs: 5 } },
    { id: "u4", name: "zoe", roles: ["user"], passwordHash: "$argon2id$v=19$m=1" },
  ];
  const gone = (name: string) => ({ kind: "name", name }) as const;
  const parts = [
    {
      place: { channel: "all" },
      total: 4,
      messages: async function* () {
        yield message(1, { by: gone("ron") });
        yield message(2, { by: gone("AutoMod") });
        yield message(3, { by: { kind: "system" } });
        yield message(4, { by: { kind: "person", id: "u2" } });
      },
    },
  ];
  const report = await written(
    leavingWith({ people, departed: new Set(["ron"]), channels: [channel("all")], parts }),
  );
  const source = await readBack();
  const authors: unknown[] = [];
  for await (const batch of source.parts[0]?.messages() ?? [])
    authors.push(...batch.map(({ by }) => by));
  assert.deepEqual(authors, [
    gone("ron"),
    gone("AutoMod"),
    { kind: "system" },
    { kind: "person", id: "R1" },
  ]);
  assert.deepEqual(
    source.people.map(({ id: key, name, roles, banned, passwordHash }) => [
      key,
      name,
      roles,
      banned !== undefined,
      passwordHash !== undefined,
    ]),
    [
      ["USR:local_ada", "Ada", ["user"], false, true],
      ["R1", "ron-2", ["user"], false, false],
      ["USR:local_eva", "eva", ["user"], true, false],
      ["USR:local_zoe", "zoe", ["user"], false, false],
    ],
  );
  assert.ok(Object.keys(report.summary.reasons).some((why) => /cannot check/.test(why)));
});

const rotur = (own: string, name: string) =>
  ({ provider: "rotur", id: own, name, color: null }) as const;

test("a file that goes while it is read is left alone, and one that cannot be read ends it", async () => {
  const emoji = (n: number, isGone: boolean) => ({
    id: String(n),
    name: `e${n}`,
    file: {
      mime: "image/png",
      size: 2,
      hash: createHash("sha256").update("ab").digest("hex"),
      bytes: () => Promise.resolve(asked(n, isGone)),
    },
  });
  const seen = new Set<number>();
  function asked(n: number, isGone: boolean): AsyncIterable<Uint8Array> | null {
    if (isGone && seen.has(n)) return null;
    seen.add(n);
    return halves(n !== 2);
  }
  async function* halves(breaks: boolean): AsyncGenerator<Uint8Array> {
    yield Buffer.from("a");
    if (breaks) throw new Error("a chunk is gone");
    yield Buffer.from("b");
  }
  const report = await written(leavingWith({ emojis: [emoji(1, true), emoji(2, false)] }));
  assert.deepEqual(report.summary.counts["emoji"], { read: 2, brought: 1, there: 0, left: 1 });
  assert.deepEqual(
    report.summary.lines.filter(({ kind }) => kind === "emoji"),
    [{ kind: "emoji", what: "e1", why: "its file went while it was read" }],
  );
  assert.deepEqual(await readdir(join(folder, "db", "serverEmojis")), ["2.png"]);
  await rm(folder, { recursive: true });
  await mkdir(folder);
  await assert.rejects(written(leavingWith({ emojis: [emoji(3, false)] })), /a chunk is gone/);
});
