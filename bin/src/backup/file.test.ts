/** A backup that cannot be written says so in one sentence, and what cannot be read keeps its own error. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { after, it } from "node:test";
import { OperatorError } from "@dragoman/service-kit";
import { refuseTarget, writeTo } from "./file.ts";

const folder = mkdtempSync(join(tmpdir(), "dragoman-backup-"));
after(() => rmSync(folder, { recursive: true }));

it("refuses a folder that is not there before anything is read", () => {
  const path = join(folder, "none", "house.tar");
  const says = `${path}: the folder ${join(folder, "none")} does not exist`;
  assert.throws(() => refuseTarget(path), new OperatorError(says, 2));
});

it("says in one sentence that a file cannot be written", async () => {
  const path = join(folder, "none", "house.tar");
  await assert.rejects(writeTo(path, Readable.from(["bytes"])), {
    name: "OperatorError",
    message: /house\.tar: ENOENT/,
  });
});

it("is not spoilt by another that is taken at once: the first has the name, and nothing else stays", async () => {
  const path = join(folder, "twice.tar");
  const left = `${path}.999999999.part`;
  writeFileSync(left, "of one that was killed");
  let finish = (): void => undefined;
  const finished = new Promise<void>((done) => {
    finish = done;
  });
  async function* slow(): AsyncGenerator<string> {
    yield "slow";
    await finished;
  }
  const first = writeTo(path, Readable.from(slow()));
  writeFileSync(path, "of another process");
  finish();
  await assert.rejects(
    first,
    new OperatorError(`${path} is there already, and is not overwritten`, 2),
  );
  assert.deepEqual(readdirSync(folder), ["twice.tar"]);
  rmSync(path);
});

it("keeps the error of what cannot be read, and leaves nothing behind", async () => {
  const broken = new Error("no answer");
  async function* bytes(): AsyncGenerator<string> {
    yield "some";
    throw broken;
  }
  await assert.rejects(writeTo(join(folder, "house.tar"), Readable.from(bytes())), broken);
  assert.deepEqual(readdirSync(folder), []);
});
