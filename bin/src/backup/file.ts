/** Where a backup goes and comes from: a file, or `-` for standard output and input. */
import { accessSync, constants, createReadStream, createWriteStream, existsSync } from "node:fs";
import { readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import type { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { lives } from "@dragoman/import";
import { OperatorError, sayUnreadable } from "@dragoman/service-kit";

const readBytes = 1024 * 1024;

const failed = (path: string, error: unknown): OperatorError => {
  const why = error instanceof Error ? error.message : String(error);
  return new OperatorError(`${path}: ${why}`, 1, { cause: error });
};

const unreadable = (path: string, error: unknown): OperatorError =>
  new OperatorError(`${path} ${sayUnreadable(error)}`, 1, { cause: error });

/** @throws OperatorError when a backup cannot go there */
export function refuseTarget(path: string): void {
  if (path === "-" && process.stdout.isTTY) {
    throw new OperatorError(
      "backup: a terminal takes no backup; name a file, or lead - elsewhere",
      2,
    );
  }
  if (path !== "-" && existsSync(path)) {
    throw new OperatorError(`${path} is there already, and is not overwritten`, 2);
  }
  if (path === "-") return;
  const folder = dirname(resolve(path));
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? "does not exist" : `cannot be written in (${code})`;
    throw new OperatorError(`${path}: the folder ${folder} ${why}`, 2, { cause: error });
  }
}

/** Takes away what backups that were killed have left. */
async function clear(path: string): Promise<void> {
  const folder = dirname(resolve(path));
  const begin = `${basename(path)}.`;
  for (const name of await readdir(folder)) {
    const pid = name.startsWith(begin) ? /^([0-9]+)\.part$/.exec(name.slice(begin.length)) : null;
    if (pid !== null && !lives(Number(pid[1]))) await rm(join(folder, name), { force: true });
  }
}

/**
 * Writes a backup. A file has its name once it is whole and on the disk, and is its owner's alone.
 * @throws whatever reading it throws, and OperatorError when it cannot be written
 */
export async function writeTo(path: string, bytes: Readable): Promise<void> {
  // The end of one stream ends the other by the same error: it is of the one that ended first.
  let first: "reading" | "writing" | undefined;
  bytes.once("error", () => {
    first ??= "reading";
  });
  const into = (target: Writable): Writable =>
    target.once("error", () => {
      first ??= "writing";
    });
  // Of two that are taken at once each writes its own, and the first has the name.
  const part = `${path}.${process.pid}.part`;
  try {
    if (path === "-") {
      await pipeline(bytes, into(process.stdout), { end: false });
      return;
    }
    await clear(path);
    const file = createWriteStream(part, { mode: 0o600, flags: "wx", flush: true });
    await pipeline(bytes, into(file));
    refuseTarget(path);
    await rename(part, path);
  } catch (error) {
    if (path !== "-") await rm(part, { force: true });
    throw first === "reading" || error instanceof OperatorError ? error : failed(path, error);
  }
}

/** @throws OperatorError when there is none */
export async function* readFrom(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* path === "-" ? process.stdin : createReadStream(path, { highWaterMark: readBytes });
  } catch (error) {
    throw unreadable(path, error);
  }
}
