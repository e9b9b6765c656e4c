/** What an operator types by mistake is refused in one sentence, with the exit code that is meant for it, and changes nothing. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { openSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { within } from "@dragoman/testing/deadline";
import { housesForTests, patienceMs, type Settings } from "./houses.ts";
import { outcome } from "./program.ts";

const houses = housesForTests("mistakes", "all tests");
let settings: Settings = {};
before(async () => {
  settings = await houses.house({ DRAGOMAN_DEMO: "true" });
});

/** What was typed, the exit code, and what is said. */
const mistakes: readonly (readonly [words: readonly string[], code: number, said: RegExp])[] = [
  [["user", "show", ""], 1, /the name is empty/],
  [
    ["user", "ban", "mona", "--reason", "x".repeat(501)],
    1,
    /the reason has 500 characters at most/,
  ],
  [["user", "merge", "ada", "ada"], 1, /ada and ada are one account already/],
  [["user", "kick", "ada"], 1, /ada is not there/],
  [["user", "unban", "ada"], 1, /"ada" is not banned/],
  [["user", "list", "--role", "king"], 1, /there is no role "king"/],
  [["channel", "create", "den", "--allow", "view=king"], 1, /there is no role "king"/],
  [["channel", "change", "general", "--allow", "view=king"], 1, /there is no role "king"/],
  [["channel", "change", "general"], 2, /say what is to be changed/],
  [["role", "change", "moderator"], 2, /say what is to be changed/],
  [["channel", "reorder", "general", "general"], 2, /"general" is there twice/],
  [["role", "reorder", "owner", "owner"], 2, /"owner" is there twice/],
  [["verify", tmpdir()], 1, /^dragoman: \S+ is a folder$/m],
  [["config", "put", tmpdir()], 2, /^dragoman: \S+ is a folder$/m],
  [["message", "search", "x", "--channel", "den"], 1, /there is no channel "den"/],
  [["nats-config", "--port", "99999"], 2, /99999 is no whole number from 1 up to 65535/],
];

describe("a mistake is refused", () => {
  for (const [words, code, said] of mistakes) {
    it(`${words.join(" ").slice(0, 60)}`, async () => {
      const refused = await outcome(words, settings);
      assert.equal(refused.code, code, refused.stderr);
      assert.match(refused.stderr, /^dragoman: [^\n]{1,200}\n$/);
      assert.match(refused.stderr, said);
      assert.equal(refused.stdout, "");
    });
  }
});

it("a rank that a channel asks for can be taken back", async () => {
  for (const rank of ["3", "0"]) {
    const done = await outcome(["channel", "change", "random", "--min-rank", rank], settings);
    assert.equal(done.code, 0, done.stderr);
  }
});

it("a new account stands in the audit log as the operator's act, and no account is called as the operator is", async () => {
  const added = await outcome(["user", "add", "eva", "--role", "owner"], settings, "open sesame\n");
  assert.equal(added.code, 0, added.stderr);
  const own = ["audit", "--json", "--by", "operator", "--limit", "1000000"];
  const { stdout } = await outcome(own, settings);
  const { act, actor, target, details } = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
  assert.deepEqual([act, actor, target], ["user.joined", "operator", "eva"]);
  assert.deepEqual(details, { roles: ["owner", "user"] });
  const refused = await outcome(["user", "add", "operator"], settings, "open sesame\n");
  assert.match(refused.stderr, /the name is taken/);
});

it("a disk that is full where standard output goes is told in one line", async () => {
  const commandLine = join(import.meta.dirname, "command.js");
  const child = spawn(process.execPath, [commandLine, "user", "list"], {
    env: { ...process.env, ...settings },
    stdio: ["ignore", openSync("/dev/full", "w"), "pipe"],
  });
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  const ended = new Promise<number | null>((done) => child.once("close", done));
  assert.equal(await within(patienceMs, "the end", ended), 1);
  assert.match(said, /^dragoman: standard output takes no more: ENOSPC[^\n]*\n$/);
});
