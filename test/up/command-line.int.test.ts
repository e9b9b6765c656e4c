/** What all commands of `dragoman` have in common: version, JSON, sentences, exit codes, and what shells complete. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { freePort } from "@dragoman/testing/port";
import { freshSettings, outcome, type Program, up } from "./program.ts";

let root = "";
let settings: Record<string, string> = {};
let program: Program | undefined;

before(async () => {
  root = await mkdtemp(join(tmpdir(), "dragoman-line-"));
  settings = { ...(await freshSettings(join(root, "data"))), DRAGOMAN_DEMO: "0" };
  program = await up(settings);
});
after(async () => {
  program?.child.kill("SIGKILL");
  await program?.ended;
  await rm(root, { recursive: true, force: true });
});

test("the version is told, in words and as JSON", async () => {
  const { code, stdout } = await outcome(["--version"], settings);
  assert.equal(code, 0);
  assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
  const asJson = await outcome(["--version", "--json"], settings);
  assert.deepEqual(JSON.parse(asJson.stdout), {
    version: stdout.trim(),
    node: process.versions.node,
  });
});

test("a refusal is a sentence, or one JSON object, and has the exit code 1", async () => {
  const add = (...options: string[]) =>
    outcome(["user", "add", "alice", ...options], settings, "sesame\n");
  const made = await add("--role", "owner", "--json");
  assert.deepEqual([made.code, JSON.parse(made.stdout)], [0, { name: "alice", roles: ["owner"] }]);
  const again = await add();
  assert.deepEqual(
    [again.code, again.stdout, again.stderr],
    [1, "", "dragoman: alice: the name is taken, or looks like one that is\n"],
  );
  const asJson = await add("--json");
  assert.deepEqual(JSON.parse(asJson.stderr), {
    error: "alice: the name is taken, or looks like one that is",
    exitCode: 1,
  });
  const last = await outcome(["user", "remove", "alice"], settings);
  assert.match(last.stderr, /^dragoman: alice: it is the last owner, /);
  const list = await outcome(["user", "list", "--json"], settings);
  assert.deepEqual(JSON.parse(list.stdout), {
    number: 1_000_000_000,
    name: "alice",
    roles: ["owner", "user"],
    demo: false,
    banned: false,
  });
});

test("what is asked for in a wrong way has the exit code 2", async () => {
  for (const words of [["nope"], ["user"], ["user", "add"], ["user", "list", "--nope"]]) {
    const { code, stdout } = await outcome(words, settings);
    assert.deepEqual([code, stdout], [2, ""], words.join(" "));
  }
  assert.equal((await outcome(["user", "--help"], settings)).code, 0);
});

test("a house that does not answer has the exit code 4, and a sentence", async () => {
  const url = `nats://127.0.0.1:${await freePort()}`;
  const { code, stderr } = await outcome(["user", "list"], { ...settings, DRAGOMAN_NATS_URL: url });
  assert.equal(code, 4, stderr);
  assert.match(stderr, /^dragoman: [^\n]+\n$/);
  assert.ok(stderr.includes(url), stderr);
});

/** What bash offers behind these words. */
async function completed(...words: readonly string[]): Promise<readonly string[]> {
  const { stdout: script } = await outcome(["completion", "bash"], settings);
  const typed = ["dragoman", ...words].map((word) => `'${word}'`).join(" ");
  const ask = `${script}\nCOMP_WORDS=(${typed}); COMP_CWORD=${words.length}; _dragoman; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await promisify(execFile)("bash", ["--norc", "-c", ask]);
  return stdout.trim().split("\n");
}

test("bash completes commands, their second words and their options", async () => {
  assert.deepEqual(await completed("us"), ["user"]);
  assert.deepEqual(await completed("user", "pass"), ["password"]);
  assert.deepEqual(await completed("user", "add", "alice", "--r"), ["--role"]);
  assert.deepEqual(await completed("completion", ""), ["bash", "zsh", "fish", "--help"]);
});
