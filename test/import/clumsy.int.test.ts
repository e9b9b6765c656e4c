/** An operator who does what one should not: nothing is lost, nothing doubles, and one sentence says what to do. */
import assert from "node:assert/strict";
import { mkdir, readdir, rm, statfs, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { it } from "node:test";
import { eventually } from "@dragoman/testing/deadline";
import { smallDisk } from "../support/small-disk.ts";
import { housesForTests, type Settings, type Summary } from "../up/houses.ts";
import { localUser, oldMessages, openTo, padded, writeFolder } from "./folder.ts";
import { makeSockchat } from "./made-sockchat.ts";

const houses = housesForTests("clumsy");
const mebibyte = 1024 * 1024;

/** A data folder with so many messages. @param name also that of its channel */
async function folderOf(name: string, count: number): Promise<string> {
  const folder = join(houses.root, name);
  await writeFolder(folder, {
    users: { "USR:local_ada": localUser("ada") },
    channels: [{ type: "text", name, permissions: openTo("user") }],
    files: {
      [`channels/${name}.json`]: oldMessages(count, "USR:local_ada").map(padded).join("\n"),
    },
  });
  return folder;
}

const again = (settings: Settings, folder: string, name: string): Promise<Summary> =>
  houses.told(settings, "import", "originchats", folder, "--as", name);

it("two imports of one source at once bring each message once, and one of another source goes on beside", async () => {
  const settings = await houses.house();
  const [one, other] = [await folderOf("one", 4_000), await folderOf("other", 1_000)];
  const begin = (folder: string, name: string) =>
    houses.begin(settings, "import", "originchats", folder, "--as", name).ended;
  const [first, second, beside] = await Promise.all([
    begin(one, "one"),
    begin(one, "one"),
    begin(other, "other"),
  ]);
  assert.equal(beside.code, 0, beside.stderr);
  for (const { code, stderr } of [first, second]) {
    if (code === 0) continue;
    assert.equal(code, 1, stderr);
    const told = stderr.split("\n").findLast((line) => line.startsWith("{")) ?? "";
    assert.equal(
      (JSON.parse(told) as { error: string }).error,
      "import: another import of the same source is under way. What has come is stored: run the same command again later, and it goes on there",
    );
  }
  assert.ok(first.code === 0 || second.code === 0, "one of them comes to its end");
  const { counts } = await again(settings, one, "one");
  assert.deepEqual(counts["message"], { read: 4_000, brought: 0, there: 4_000, left: 0 });
  const beyond = await again(settings, other, "other");
  assert.deepEqual(beyond.counts["message"], { read: 1_000, brought: 0, there: 1_000, left: 0 });
});

it("a disk that is full ends an import with one sentence, and what was not stored comes with the next run", async (t) => {
  const dataDir = await smallDisk(t, 192 * mebibyte);
  if (dataDir === undefined) return;
  const settings = await houses.fresh({ DRAGOMAN_DATA_DIR: dataDir });
  const program = await houses.start(settings);
  const count = 20_000;
  const folder = await folderOf("full", count);
  // So much room is left that some of it comes and not all.
  const { bavail, bsize } = await statfs(dataDir);
  const ballast = join(dataDir, "ballast");
  await writeFile(ballast, Buffer.alloc(bavail * bsize - 4 * mebibyte));
  const { code, stderr } = await houses.ended(settings, "import", "originchats", folder);
  // Whichever of the stores is full first says it; without room for its lease no core may lead, and none answers.
  const told =
    /"import: (?:the store is full: |the history cannot be stored|NATS is there, and no core answers)/;
  assert.match(stderr, told);
  assert.match(stderr, /run the same command again later, and it goes on there"/);
  assert.equal(code, /no core answers/.test(stderr) ? 4 : 1, stderr);
  assert.doesNotMatch(stderr, /\n\s+at /, "no trace of a fault");
  await rm(ballast);
  await eventually(60_000, "room", async () => {
    const health = `http://127.0.0.1:${settings["DRAGOMAN_HEALTH_PORT"]}/readyz`;
    return (await (await fetch(health)).text()).startsWith('{"ready":true');
  });
  const { counts } = await houses.told(settings, "import", "originchats", folder);
  const { brought = 0, there = 0, left = 0 } = counts["message"] ?? {};
  assert.deepEqual([brought + there, left], [count, 0], JSON.stringify(counts));
  assert.ok(brought > 0, "it had not come to its end");
  assert.equal(program.child.exitCode, null);
});

it("what cannot be meant is refused before anything is remembered of it", async () => {
  const settings = await houses.house();
  const folder = await folderOf("plain", 1);
  const into = join(houses.root, "back");
  const refused: readonly (readonly [why: RegExp, ...words: string[]])[] = [
    [/is no data folder of an OriginChats server/, "import", "originchats", houses.root],
    [/--as: .*a b.* is no name of a source/, "import", "originchats", folder, "--as", "a b"],
    [/a dry run with --map writes it/, "import", "originchats", folder, "--map", "nowhere.csv"],
    [/--url: .*nonsense.* is no address/, "export", "originchats", into, "--url", "nonsense"],
    [/--url: .*ws:.* is no address/, "export", "originchats", into, "--url", "ws://chat.example"],
  ];
  for (const [why, ...words] of refused) {
    const { code, stderr } = await houses.ended(settings, ...words);
    assert.equal(code, 2, stderr);
    assert.match(stderr, why);
  }
  await assert.rejects(readdir(into));
  const { counts } = await again(settings, folder, "plain");
  assert.equal(counts["message"]?.brought, 1);

  // Ctrl-C, while it still reads or when it brings: nothing of the source is left lying about.
  const temporary = join(houses.root, "temporary");
  await mkdir(temporary);
  const dump = join(houses.root, "dump.sql");
  const made = await makeSockchat(dump, { people: 20, messages: 12_000, attachmentsBytes: 0 });
  const lines = ["import", "sockchat", dump] as const;
  const program = houses.begin({ ...settings, TMPDIR: temporary }, ...lines);
  await eventually(60_000, "it reads", async () => (await readdir(temporary)).length > 0);
  program.child.kill("SIGINT");
  const { code, stderr } = await program.ended;
  assert.equal(code, 1, stderr);
  assert.match(
    stderr,
    /"import: ended before its end\. What has come is stored: run the same command again/,
  );
  assert.deepEqual(await readdir(temporary), []);
  const { brought = 0, there = 0 } =
    (await houses.told(settings, ...lines)).counts["message"] ?? {};
  assert.equal(brought + there, made.messages);
});
