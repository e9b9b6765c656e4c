/** Where a backup goes and comes from: a file, or `-` for standard output and input. */
import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { OperatorError } from "@dragoman/service-kit";

const readBytes = 1024 * 1024;

const failed = (path: string, error: unknown): OperatorError => {
  const why = error instanceof Error ? error.message : String(error);
  return new OperatorError(`${path}: ${why}`, 1, { cause: error });
};

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
}

/**
 * Writes a backup. A file has its name once it is whole and on the disk, and is its owner's alone.
 * @throws whatever reading it throws, and OperatorError when it cannot be written
 */
export async function writeTo(path: string, bytes: Readable): Promise<void> {
  let fault: unknown;
  bytes.once("error", (error) => {
    fault = error;
  });
  const part = `${path}.part`;
  try {
    if (path === "-") {
      await pipeline(bytes, process.stdout, { end: false });
      return;
    }
    await rm(part, { force: true });
    await pipeline(bytes, createWriteStream(part, { mode: 0o600, flags: "wx", flush: true }));
    await rename(part, path);
  } catch (error) {
    if (path !== "-") await rm(part, { force: true });
    throw fault === undefined ? failed(path, error) : fault;
  }
}

/** @throws OperatorError when there is none */
export async function* readFrom(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* path === "-" ? process.stdin : createReadStream(path, { highWaterMark: readBytes });
  } catch (error) {
    throw failed(path, error);
  }
}
