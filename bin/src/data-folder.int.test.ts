import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chown, mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { OperatorError } from "@dragoman/service-kit";
import { readRun, takeDataFolder } from "./data-folder.ts";

const run = {
  pid: 1,
  community: "main",
  nats: { url: "nats://x", user: "operator", password: "p" },
};

/** Another process that holds the folder until it is killed. */
async function holder(folder: string): Promise<ChildProcess> {
  const module = JSON.stringify(join(import.meta.dirname, "data-folder.js"));
  const program = `
    const { takeDataFolder } = await import(${module});
    console.log(takeDataFolder(${JSON.stringify(folder)}) === null ? "refused" : "held");
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program]);
  const [said] = (await once(child.stdout, "data")) as [Buffer];
  assert.equal(said.toString().trim(), "held");
  return child;
}

describe("the data folder", () => {
  let root = "";
  before(async () => {
    root = await mkdtemp(join(tmpdir(), "dragoman-folder-"));
  });
  after(() => rm(root, { recursive: true, force: true }));

  it("is had by one process at a time, and let go however that one ends", async () => {
    const path = join(root, "one");
    const child = await holder(path);
    assert.equal(takeDataFolder(path), null);
    child.kill("SIGKILL");
    await once(child, "exit");
    const folder = takeDataFolder(path);
    assert.ok(folder !== null);
    folder.release();
    const again = takeDataFolder(path);
    assert.ok(again !== null);
    again.release();
  });

  it("tells others how to reach its holder while there is one, and its owner alone", async () => {
    const path = join(root, "two");
    const folder = takeDataFolder(path);
    assert.ok(folder !== null);
    assert.equal(readRun(path), null);
    folder.announce(run);
    assert.deepEqual(readRun(path), run);
    assert.equal((await stat(join(path, "run.json"))).mode & 0o777, 0o600);
    assert.equal((await stat(path)).mode & 0o777, 0o700);
    folder.release();
    assert.equal(readRun(path), null);
  });

  it("is refused in one line where it cannot be made", async () => {
    const file = join(root, "file");
    await writeFile(file, "");
    assert.throws(
      () => takeDataFolder(join(file, "below")),
      (error) => {
        assert.ok(error instanceof OperatorError);
        assert.match(
          error.message,
          /^DRAGOMAN_DATA_DIR: .*\/below cannot be used, .*\/file is no folder; name a folder /,
        );
        return true;
      },
    );
  });

  it("is not taken by root where it is somebody else's, and nothing is left there", async () => {
    const path = join(root, "theirs");
    await mkdir(path);
    const isRoot = process.getuid?.() === 0;
    if (isRoot) await chown(path, 65_534, 65_534);
    const refused = { name: "OperatorError", message: /belongs to user 65534, and this is root/ };
    if (isRoot) assert.throws(() => takeDataFolder(path), refused);
    else takeDataFolder(path)?.release();
    assert.equal((await readdir(path)).includes("lock"), !isRoot);
  });
});
