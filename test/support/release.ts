/**
 * The release before this one, built from its own commit: the other half of a rolling upgrade. There is no tag yet, so that
 * a commit stands for it; a release moves it to its own tag (CONTRIBUTING.md).
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm, symlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { testDataDir } from "@dragoman/bin";

/** What stands for the release before. */
const commit = "3e69445";

const root = resolve(import.meta.dirname, "..", "..", "..");
const run = promisify(execFile);

export interface Release {
  /** The entry point of its services. */
  readonly main: string;
  /** Every setting that it knows. */
  readonly keys: readonly string[];
  /** Every type of event that it knows. */
  readonly eventTypes: readonly string[];
}

/** Its packages stand beside each other as in a clone; everybody else's are those of this one. */
async function linkPackages(folder: string): Promise<void> {
  const theirs = join(root, "node_modules");
  const own = join(folder, "node_modules");
  await mkdir(join(own, "@dragoman"), { recursive: true });
  for (const name of await readdir(theirs)) {
    if (name.startsWith(".") || name === "@dragoman") continue;
    await symlink(join(theirs, name), join(own, name));
  }
  for (const name of await readdir(join(theirs, "@dragoman"))) {
    await symlink(join(folder, name), join(own, "@dragoman", name));
  }
}

async function build(folder: string): Promise<void> {
  await mkdir(testDataDir, { recursive: true, mode: 0o700 });
  const making = await mkdtemp(join(testDataDir, "making-"));
  try {
    const archive = join(making, "archive.tar");
    await run("git", ["archive", "--output", archive, commit], { cwd: root });
    await run("tar", ["-xf", archive, "-C", making]);
    await rm(archive);
    await linkPackages(making);
    const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
    await run(process.execPath, [compiler, "-b", "bin"], { cwd: making });
    // The links of its packages lead to where it is to stand.
    await rm(join(making, "node_modules"), { recursive: true });
    await rename(making, folder);
    await linkPackages(folder);
  } finally {
    await rm(making, { recursive: true, force: true });
  }
}

/** The release before; undefined, with one line of why, where the clone does not hold it. */
export async function previousRelease(): Promise<Release | undefined> {
  try {
    await run("git", ["cat-file", "-e", `${commit}^{commit}`], { cwd: root });
  } catch {
    process.stderr.write(
      `No release before: the clone does not hold ${commit} (is it shallow?).\n`,
    );
    return undefined;
  }
  // It borrows the packages of this very clone.
  const clone = createHash("sha256").update(root).digest("hex").slice(0, 8);
  const folder = join(testDataDir, `release-${commit}-${clone}`);
  if (!existsSync(join(folder, "node_modules", "@dragoman"))) await build(folder);
  const from = (name: string): Promise<unknown> => import(join(folder, name, "dist", "index.js"));
  const { schema } = (await from("bin")) as {
    readonly schema: { readonly keys: readonly string[] };
  };
  const { eventTypes } = (await from("bus-schema")) as { readonly eventTypes: readonly string[] };
  return { main: join(folder, "bin", "dist", "main.js"), keys: schema.keys, eventTypes };
}
