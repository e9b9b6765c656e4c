/** Programs of Debian's packages, unpacked where they are needed and installed nowhere. */
import { execFile } from "node:child_process";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { makePrivate } from "./private.ts";

const run = promisify(execFile);

/** Debian's own way to say that no package list was ever fetched: the folder holds nothing but lock files. */
async function listsAreEmpty(): Promise<boolean> {
  const names = await readdir("/var/lib/apt/lists").catch(() => []);
  return !names.some((name) => name.endsWith("_Packages") || /_Packages\./.test(name));
}

/**
 * Unpacks Debian's package of that name below `folder` without installing it, as any user.
 * @param options.say told in one line that it takes time
 * @returns why it could not be had, or null when it lies there
 */
export async function unpackDebian(
  name: string,
  folder: string,
  options: {
    readonly environment?: NodeJS.ProcessEnv;
    readonly say?: (line: string) => void;
  } = {},
): Promise<string | null> {
  const env = options.environment ?? process.env;
  try {
    options.say?.(`Fetching ${name} (Debian's package, into the data folder) ...`);
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    if (process.getuid?.() === 0 && (await listsAreEmpty())) {
      await run("apt-get", ["update", "-qq"], { env, timeout: 300_000 });
    }
    await run("apt-get", ["download", "-qq", name], {
      env,
      cwd: folder,
      timeout: 300_000,
    });
    const archive = (await readdir(folder)).find((name) => name.endsWith(".deb"));
    if (archive === undefined) return "apt-get download left no package";
    await run("dpkg-deb", ["-x", archive, "."], { env, cwd: folder, timeout: 60_000 });
    await rm(join(folder, archive));
    makePrivate(folder);
    return null;
  } catch (error) {
    return sayFailed(error);
  }
}

/** What a program that failed has to say of it, in one line. */
function sayFailed(error: unknown): string {
  const { message, code, path, killed } = error as Error & {
    readonly code?: unknown;
    readonly path?: string;
    readonly killed?: boolean;
  };
  if (code === "ENOENT" && path !== undefined) return `there is no ${path} here`;
  const lines = message.trim().split("\n");
  const why = lines.find((line) => line.startsWith("E: ")) ?? lines.at(-1) ?? "";
  return killed === true ? `it took too long: ${why}` : why;
}
