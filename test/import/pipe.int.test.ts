/** A pipe where a file should be: who opens one waits until somebody writes, which may be never. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { SourceRefusal } from "@dragoman/import";
import { within } from "@dragoman/testing/deadline";
import { flatFiles } from "./sockchat-community.ts";
import { writeFlatFiles } from "./sockchat-forms.ts";
import { readWhole } from "./sockchat-read.ts";

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "dragoman-pipe-"));
});
after(() => rm(folder, { recursive: true, force: true }));

test("a pipe in place of a source, or of a file in it, keeps nobody waiting", async () => {
  const pipe = (path: string) => promisify(execFile)("mkfifo", [path]);
  const dump = join(folder, "dump.sql");
  await pipe(dump);
  await assert.rejects(within(10_000, "a refusal", readWhole(dump)), SourceRefusal);
  const server = join(folder, "piped");
  await writeFlatFiles(server, flatFiles);
  for (const name of ["ffdb/logs.txt", "ffdb/chans/z", "config.php"]) {
    await rm(join(server, name), { force: true });
    await pipe(join(server, name));
  }
  const { channels, messages, remarks } = await within(10_000, "the rest", readWhole(server));
  assert.deepEqual([channels.length, messages], [3, []]);
  assert.deepEqual(
    remarks.filter(({ why }) => why === "unreadable").map(({ where }) => where.part),
    ["logs.txt"],
  );
});
