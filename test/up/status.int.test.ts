/** `dragoman status`, as an operator meets it, on a house that runs and on one that does not. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { before, test } from "node:test";
import { within } from "@dragoman/testing/deadline";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { housesForTests, type Settings } from "./houses.ts";
import { outcome, type Program, run } from "./program.ts";

const houses = housesForTests("status", "all tests");
let settings: Settings = {};
let program: Program | undefined;
before(async () => {
  settings = await houses.fresh({ DRAGOMAN_DEMO: "true" });
  program = await houses.start(settings);
});

const port = (door: string): number => Number(settings[`DRAGOMAN_${door}_PORT`]);

test("it says who leads, which processes there are, who is there and what is stored", async () => {
  const ada = await OriginchatsClient.signIn(port("ORIGINCHATS"), "ada");
  const ben = await SockchatClient.signIn(port("SOCKCHAT"), "ben");
  const adaAgain = await SockchatClient.signIn(port("SOCKCHAT"), "ada");
  const { version } = JSON.parse((await outcome(["--version", "--json"], settings)).stdout);
  const first = await outcome(["status", "--json"], settings);
  assert.equal(first.code, 0, first.stdout + first.stderr);
  const status = JSON.parse(first.stdout);
  assert.equal(status.version, version);
  assert.ok(status.term > 0 && status.lastRecord >= status.term);
  assert.deepEqual(
    status.processes.map((each: { name: string; version: string; sessions: number | null }) => [
      each.name.replace(/_.*/, ""),
      each.version,
      each.sessions,
    ]),
    [
      ["leader", version, null],
      ["originchats", version, 1],
      ["sockchat", version, 2],
    ],
  );
  assert.deepEqual(
    [...status.present].sort((a, b) => a.protocol.localeCompare(b.protocol)),
    [
      { protocol: "originchats", people: 1, sessions: 1 },
      { protocol: "sockchat", people: 2, sessions: 2 },
    ],
  );
  assert.equal(status.accounts, 4);
  assert.equal(status.lastBackup, null);
  for (const part of ["journal", "diskFree"]) assert.ok(status.bytes[part] > 0, part);
  // The tables alone take more.
  assert.ok(status.bytes.history > 64 * 1024, String(status.bytes.history));
  for (const client of [ada, ben, adaAgain]) client.socket.terminate();
});

test("it knows the last backup, and says it in words", async () => {
  const taken = await outcome(["backup", join(houses.root, "a.backup"), "--json"], settings);
  assert.equal(taken.code, 0, taken.stderr);
  assert.equal(JSON.parse(taken.stdout).isEncrypted, false);
  const { lastBackup, lastRecord } = JSON.parse(
    (await outcome(["status", "--json"], settings)).stdout,
  );
  assert.ok(lastBackup.record > 0 && lastBackup.record <= lastRecord);
  const { stdout } = await outcome(["status"], settings);
  assert.match(stdout, /^Leader of term \d+, version \d+\.\d+\.\d+, at record \d+\.\n/);
  assert.match(stdout, /\nBackup: up to record \d+, \d+ s ago\.\n/);
});

test("it goes on looking until it is ended", async () => {
  const watching = run(["status", "--watch", "--every", "1", "--json"], settings);
  const lines = (): number => watching.stdout().split("\n").length - 1;
  const third = new Promise<void>((done) => {
    watching.child.stdout?.on("data", () => {
      if (lines() >= 3) done();
    });
  });
  await within(30_000, "three looks", third, watching.stderr);
  watching.child.kill("SIGTERM");
  assert.equal((await watching.ended).signal, "SIGTERM");
});

test("where no house runs it says so in one sentence", async () => {
  program?.child.kill("SIGTERM");
  await program?.ended;
  const { code, stderr } = await outcome(["status"], settings);
  assert.equal(code, 4);
  assert.match(stderr, /^dragoman: [^\n]*no house runs there[^\n]*\n$/);
});
