/** What a data folder makes of links and of files that go. */
import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { SourceRefusal } from "../refusal.ts";
import { Report } from "../report.ts";
import { readOriginchats } from "./folder.ts";

let root = "";
before(async () => {
  // A user without rights may be barred from the temporary folder that this process is given, and never from this one.
  const place = process.geteuid?.() === 0 ? "/tmp" : tmpdir();
  root = await mkdtemp(join(place, "dragoman-links-"));
});
after(() => rm(root, { recursive: true, force: true }));

const line = JSON.stringify({ id: "m1", user: "ada", content: "hush", timestamp: 1_700_000_000 });
const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;

test("a folder without db is refused: it is the wrong one, and no empty community", async () => {
  const folder = join(root, "wrong");
  await mkdir(folder);
  await assert.rejects(
    readOriginchats({ folder, report: new Report(), nowMs: 1_700_000_100_000 }),
    /wrong is no data folder of an OriginChats server: there is no folder db in it$/,
  );
});

/** Does something as a user who has no rights beyond those that a path gives. */
async function withoutRights<T>(work: () => Promise<T>): Promise<T> {
  const own = process.geteuid?.();
  if (own === 0) process.seteuid?.(65_534);
  try {
    return await work();
  } finally {
    if (own === 0) process.seteuid?.(0);
  }
}

test("what may not be read is refused by its name, before anything is brought without it", async () => {
  const folder = join(root, "barred");
  const db = join(folder, "db");
  await mkdir(join(db, "channels"), { recursive: true });
  await mkdir(join(db, "attachments"));
  await mkdir(join(folder, "vapid"));
  const files = {
    "db/users.json": JSON.stringify({ ada: { username: "ada", roles: ["owner"] } }),
    "db/channels.json": JSON.stringify([{ type: "text", name: "tea", permissions: { view: [] } }]),
    "db/channels/tea.json": line,
    "db/attachments.json": JSON.stringify({
      [id(1)]: { filename: "a.png", channel: "tea", uploader_id: "ada" },
    }),
    "db/attachments/a.png": "a picture",
    "db/push_subscriptions.json": JSON.stringify({ ada: [{ endpoint: "https://example.org" }] }),
    "vapid/private_key.pem": "a key",
  };
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(folder, name), text);
    await chmod(join(folder, name), 0o644);
  }
  for (const name of ["..", ".", "db", "db/channels", "db/attachments", "vapid"])
    await chmod(join(folder, name), 0o755);
  const read = () => readOriginchats({ folder, report: new Report(), nowMs: 1_700_000_100_000 });
  const barred = [...Object.keys(files), "db", "db/channels", "db/attachments", ""];
  for (const name of barred) {
    const isFile = name in files;
    await chmod(join(folder, name), 0);
    await withoutRights(() =>
      assert.rejects(read(), (error: unknown) => {
        assert.ok(error instanceof SourceRefusal, String(error));
        assert.match(error.message, /may not be read by the user who runs this/, name);
        return error.message.includes(join(folder, name));
      }),
    );
    await chmod(join(folder, name), isFile ? 0o644 : 0o755);
  }
  assert.equal((await withoutRights(read)).attachments.length, 1);
});

test("a folder whose db is a link elsewhere is refused in words of its own", async () => {
  const folder = join(root, "linked");
  await mkdir(folder);
  await symlink(root, join(folder, "db"));
  await assert.rejects(
    readOriginchats({ folder, report: new Report(), nowMs: 1_700_000_100_000 }),
    /linked\/db is a link, and none is followed out of the folder: give a folder that holds db itself$/,
  );
});

test("nothing is read to which a link leads, be it the file or a folder on the way", async () => {
  const [folder, other] = [join(root, "given"), join(root, "other")];
  const db = join(folder, "db");
  await mkdir(join(db, "channels"), { recursive: true });
  await mkdir(join(db, "attachments"));
  await mkdir(join(other, "threadMessages"), { recursive: true });
  await mkdir(join(db, "threads"));
  await writeFile(join(other, "key"), "secret");
  await writeFile(join(other, "staff.json"), line);
  await writeFile(join(other, "threadMessages", "t1.jsonl"), line);
  await writeFile(join(other, "roles.json"), JSON.stringify({ vip: { permissions: [] } }));
  await symlink(other, join(db, "attachments", "more"));
  await symlink(join(other, "staff.json"), join(db, "channels", "staff.json"));
  await symlink(join(other, "roles.json"), join(db, "roles.json"));
  await symlink(join(other, "threadMessages"), join(db, "threadMessages"));
  await writeFile(join(db, "threads", "t1.json"), JSON.stringify({ parent_channel: "ideas" }));
  const upload = (filename: string) => ({ filename, channel: "tea", uploader_id: "ada" });
  const files = {
    "users.json": JSON.stringify({ ada: { username: "ada", roles: ["user"] } }),
    "channels/tea.json": line,
    "attachments/own.png": "a picture",
    "channels.json": JSON.stringify(
      ["tea", "staff"].map((name) => ({ type: "text", name, permissions: { view: ["user"] } })),
    ),
    "attachments.json": JSON.stringify({ [id(1)]: upload("more/key"), [id(2)]: upload("own.png") }),
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(db, name), text);

  const report = new Report();
  const source = await readOriginchats({ folder, report, nowMs: 1_700_000_100_000 });
  assert.deepEqual(
    [source.parts.map(({ key }) => key), source.roles, source.attachments.map(({ id: of }) => of)],
    [["channel tea"], [], [id(2)]],
  );
  assert.deepEqual(report.summary.lines.map(({ kind, what }) => `${kind} ${what}`).sort(), [
    `attachment ${id(1)}`,
    "file db/roles.json",
    "history staff",
    "history t1",
  ]);
  // A folder that is itself found by a link is the one that was meant.
  const link = join(root, "link");
  await symlink(folder, link);
  const same = await readOriginchats({ folder: link, report, nowMs: 1_700_000_100_000 });
  assert.deepEqual(same.attachments.length, 1);

  // Without anybody's account all words would be of people who are gone, and stay so: they come once.
  await writeFile(join(db, "users.json"), '{"cut');
  await assert.rejects(
    readOriginchats({ folder, report, nowMs: 1_700_000_100_000 }),
    /given: no account can be read in its db\/, and without them/,
  );
});
