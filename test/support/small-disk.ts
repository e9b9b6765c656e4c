/** A small disk of its own, mounted where the tests may mount, to be filled by hand. */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A folder that is a disk of so many bytes; undefined, with one line of why, where it cannot be mounted. */
export async function smallDisk(t: TestContext, bytes: number): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), "dragoman-disk-"));
  try {
    await run("mount", ["-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs", folder]);
  } catch (error) {
    await rm(folder, { recursive: true });
    process.stderr.write(`no disk of its own to fill: ${String(error).split("\n")[0]}\n`);
    return undefined;
  }
  t.after(async () => {
    await run("umount", ["--lazy", folder]);
    await rm(folder, { recursive: true });
  });
  return folder;
}
