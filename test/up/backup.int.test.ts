/** A backup as an operator takes it, over a data folder whose product runs, or does not. */
import assert from "node:assert/strict";
import { lstat, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { within } from "@dragoman/testing/deadline";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { freshSettings, outcome, type Program, up } from "./program.ts";

const root = await mkdtemp(join(tmpdir(), "dragoman-up-backup-"));
const running: Program[] = [];
after(async () => {
  for (const program of running) {
    program.child.kill("SIGKILL");
    await program.ended;
  }
  await rm(root, { recursive: true, force: true });
});

async function stopped(program: Program): Promise<void> {
  program.child.kill("SIGTERM");
  await within(20_000, "the end", program.ended, program.stderr);
}

test("is taken while the product runs, and makes the same house of a new folder", async () => {
  const of = await freshSettings(join(root, "first"));
  const first = await up(of);
  running.push(first);
  const ada = await OriginchatsClient.signIn(Number(of["DRAGOMAN_ORIGINCHATS_PORT"]), "ada");
  ada.say("general", "before the backup");
  await ada.sees("before the backup");
  const shared = join(root, "shared.yaml");
  await writeFile(shared, "server: { motd: of all }\n");
  const put = await outcome(["config", "put", shared], of);
  assert.equal(put.code, 0, put.stderr + put.stdout);
  assert.match(put.stdout, /^leader: taken$/m);
  const path = join(root, "community.backup");
  const taken = await outcome(["backup", path], of);
  assert.equal(taken.code, 0, taken.stderr);
  assert.equal(taken.stdout, "");
  assert.match(taken.stderr, /Not in it is the configuration: .*DRAGOMAN_SOCKCHAT_PORT/);
  assert.equal((await lstat(path)).mode & 0o777, 0o600);
  const busy = await outcome(["restore", path], of);
  assert.equal(busy.code, 1);
  assert.match(busy.stderr, /is in use: stop dragoman first/);
  await stopped(first);

  const next = await freshSettings(join(root, "second"));
  const restored = await outcome(["restore", path], next);
  assert.equal(restored.code, 0, restored.stderr);
  running.push(await up(next));
  const again = await OriginchatsClient.signIn(Number(next["DRAGOMAN_ORIGINCHATS_PORT"]), "ada");
  const page = await again.ask({ cmd: "messages_get", channel: "general", limit: 10 });
  const texts = (page["messages"] as { content: string }[]).map(({ content }) => content);
  assert.equal(texts.at(-1), "before the backup");
  await SockchatClient.signIn(Number(next["DRAGOMAN_SOCKCHAT_PORT"]), "ben");
  const got = await outcome(["config", "get"], next);
  assert.match(got.stdout, /^# revision 1 of .*\nserver:\n {2}motd: of all\n$/);

  // Of a folder where nothing runs, to standard output; into one that is not empty nothing goes.
  const piped = await outcome(["backup", "-"], of);
  assert.equal(piped.code, 0, piped.stderr);
  assert.match(piped.stdout, /^dragoman\.json\0/);
  const full = await outcome(["restore", path], of);
  assert.equal(full.code, 1);
  assert.match(full.stderr, /^dragoman: community main is not empty[^\n]*\n$/);
  const help = await outcome(["restore", "--help"], of);
  assert.match(help.stdout, /Exit codes:\n {2}0 {2}done\n/);
});

test("that is none leaves no house in a new folder", async () => {
  const of = await freshSettings(join(root, "none"));
  const refused = await outcome(["restore", import.meta.filename], of);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /dragoman: the backup is damaged or cut off [^\n]*\n$/);
  const asked = await outcome(["user", "list"], of);
  assert.equal(asked.code, 4, asked.stdout);
  assert.match(asked.stderr, /there is no community in /);
});
