/** Whoever else has an account on the machine reads nothing of ours, whatever umask we were started under. */
import assert from "node:assert/strict";
import { chmod, lstat, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { within } from "@dragoman/testing/deadline";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { uploadTo } from "../support/web.ts";
import { freshSettings, outcome, type Program, up } from "./program.ts";

let root = "";
let umask = 0;
const running: Program[] = [];
before(async () => {
  root = await mkdtemp(join(tmpdir(), "dragoman-private-"));
  umask = process.umask(0);
});
afterEach(async () => {
  for (const program of running.splice(0)) {
    program.child.kill("SIGKILL");
    await program.ended;
  }
});
after(async () => {
  process.umask(umask);
  await rm(root, { recursive: true, force: true });
});

async function everything(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true });
  return [folder, ...names.map((name) => join(folder, name))];
}

/** 0 of what is gone again by now, which was of the moment. */
async function modeOf(path: string): Promise<number> {
  try {
    return (await lstat(path)).mode;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return 0;
  }
}

/** What others may do something with. */
async function open(folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const path of await everything(folder)) {
    const mode = await modeOf(path);
    if ((mode & 0o077) !== 0) found.push(`${path} ${(mode & 0o777).toString(8)}`);
  }
  return found;
}

/** A folder for what is temporary, which the test itself makes. */
async function settingsIn(name: string): Promise<Record<string, string>> {
  const temporary = join(root, `${name}-tmp`);
  await mkdir(temporary, { mode: 0o700 });
  return { ...(await freshSettings(join(root, name))), TMPDIR: temporary };
}

async function used(of: Record<string, string>): Promise<void> {
  const program = await up(of);
  running.push(program);
  const port = Number(of["DRAGOMAN_ORIGINCHATS_PORT"]);
  const olga = await OriginchatsClient.signIn(port, "olga");
  assert.equal((await uploadTo(`http://127.0.0.1:${port}`, olga)).status, 201);
  olga.say("general", "a word");
  await olga.sees("a word");
  const folder = of["DRAGOMAN_DATA_DIR"] ?? "";
  const paths = (await everything(folder)).map((path) => path.slice(folder.length));
  for (const name of ["/lock", "/run.json", "/demo.json", "/projection/0/main.db"]) {
    assert.ok(paths.includes(name), `${name} is there`);
  }
  for (const part of [
    /server\.conf$/,
    /server\.log$/,
    /\.db-wal$/,
    /JOURNAL_main\/msgs\/.*\.blk$/,
  ]) {
    assert.ok(
      paths.some((path) => part.test(path)),
      `${part} is there`,
    );
  }
  assert.deepEqual(await open(folder), []);
  assert.deepEqual(await open(of["TMPDIR"] ?? ""), []);
  program.child.kill("SIGTERM");
  await within(10_000, "the end", program.ended, program.stderr);
  await olga.closed();
  assert.deepEqual(await open(folder), []);
}

test("what `up` writes is its owner's alone, under a umask of 000", async () => {
  const of = await settingsIn("new");
  await used(of);
  const added = await outcome(["user", "add", "eve"], of, "a password of eve's\n");
  assert.equal(added.code, 0, added.stderr);
  assert.deepEqual(await open(of["DRAGOMAN_DATA_DIR"] ?? ""), []);
});

test("what an earlier version wrote for all to read is closed at the next start", async () => {
  const of = await settingsIn("old");
  await used(of);
  const folder = of["DRAGOMAN_DATA_DIR"] ?? "";
  for (const path of (await everything(folder)).slice(1)) {
    await chmod(path, (await lstat(path)).isDirectory() ? 0o755 : 0o644);
  }
  assert.notDeepEqual(await open(folder), []);
  await used(of);
});
