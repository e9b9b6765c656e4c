/** What keeps a house well by `dragoman`: settings looked at, a backup verified, the history made anew. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { before, test } from "node:test";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { housesForTests, type Settings } from "./houses.ts";
import { outcome, type Program } from "./program.ts";

const houses = housesForTests("upkeep", "all tests");
let settings: Settings = {};
let program: Program | undefined;
before(async () => {
  settings = await houses.fresh({ DRAGOMAN_DEMO: "true" });
  program = await houses.start(settings);
});

const json = async (...words: readonly string[]) => {
  const { code, stdout, stderr } = await outcome([...words, "--json"], settings);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
};

test("settings are shown with where they came from, and looked at before a start", async () => {
  const shown = await json("config", "show", "--changed");
  const names = shown.settings.map(({ name, origin }: { name: string; origin: string }) => [
    name,
    origin,
  ]);
  assert.deepEqual(
    names.toSorted(),
    Object.keys(settings)
      .toSorted()
      .map((name) => [name, "environment"]),
  );
  assert.equal((await outcome(["config", "check"], settings)).code, 0);
  const wrong = { ...settings, DRAGOMAN_TRUSTED_PROXIES: "10.0.0.0/99" };
  const refused = await outcome(["config", "check"], wrong);
  assert.equal(refused.code, 2);
  assert.match(refused.stdout, /^fault +setting +DRAGOMAN_TRUSTED_PROXIES: "10\.0\.0\.0\/99" /m);
  const unread = await outcome(["config", "check"], { ...settings, DRAGOMAN_NO_SUCH: "1" });
  assert.deepEqual([unread.code, /DRAGOMAN_NO_SUCH/.test(unread.stdout)], [2, true]);
});

test("a backup is read to its end, and one that is cut off or changed is none", async () => {
  const path = join(houses.root, "whole.backup");
  assert.equal((await outcome(["backup", path], settings)).code, 0);
  const found = await json("verify", path);
  assert.deepEqual(
    [found.community, found.firstRecord, found.lastRecord > 1, found.hasConfiguration],
    ["main", 1, true, false],
  );
  const bytes = await readFile(path);
  const cut = join(houses.root, "cut.backup");
  await writeFile(cut, bytes.subarray(0, bytes.length - 3_000));
  const changed = join(houses.root, "changed.backup");
  const other = Buffer.from(bytes);
  const middle = Math.floor(bytes.length / 2);
  other[middle] = (other[middle] ?? 0) ^ 1;
  await writeFile(changed, other);
  for (const wrong of [cut, changed]) {
    const refused = await outcome(["verify", wrong], settings);
    assert.equal(refused.code, 1, wrong);
    assert.match(refused.stderr, /^dragoman: [^\n]*(damaged|cut off)[^\n]*\n$/);
  }
  assert.equal((await outcome(["verify", join(houses.root, "none")], settings)).code, 2);
});

test("the history is made anew where no house runs, and holds what it held", async () => {
  const port = Number(settings["DRAGOMAN_ORIGINCHATS_PORT"]);
  const ada = await OriginchatsClient.signIn(port, "ada");
  ada.say("general", "a walrus sings");
  await ada.sees("a walrus sings");
  ada.socket.terminate();
  const running = await outcome(["projection", "rebuild"], settings);
  assert.equal(running.code, 1);
  assert.match(running.stderr, /is in use: stop dragoman first/);
  program?.child.kill("SIGTERM");
  await program?.ended;
  const found = async () =>
    JSON.parse((await outcome(["message", "search", "walrus", "--json"], settings)).stdout).text;
  assert.equal(await found(), "a walrus sings");
  const { record } = await json("projection", "rebuild");
  assert.ok(record > 1);
  assert.equal(existsSync(join(settings["DRAGOMAN_DATA_DIR"] ?? "", "projection.before")), false);
  assert.equal(await found(), "a walrus sings");
});
