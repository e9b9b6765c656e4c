/**
 * Who has a history's database file: one core at a time, since a second would store behind our back what we store as
 * well. The lock is a SQLite file's beside it, which the kernel lets go of however its holder ends.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { OperatorError } from "@dragoman/service-kit/operator-error";
import Database from "libsql";

/** Another core has the file. */
export class InUseError extends Error {
  override name = "InUseError";
}

/** What SQLite keeps beside a database. */
const beside = ["", "-wal", "-shm"] as const;

const ownerPath = (path: string): string => `${path}.owner`;
const isBusy = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "SQLITE_BUSY";

function ownerOf(path: string): string {
  try {
    return readFileSync(ownerPath(path), "utf8");
  } catch {
    return "another process";
  }
}

/**
 * Takes a database file, whose folder is made where there is none. The lock is held until `release`.
 * @param legacyPath where it lay in earlier versions, to be moved from there
 * @throws InUseError while another core has it, OperatorError when it cannot be had at all
 */
export function takeFile(path: string, legacyPath?: string): { release(): void } {
  const self = `process ${process.pid} on ${hostname()}`;
  let lock: Database.Database | undefined;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    lock = new Database(`${path}.lock`, { timeout: 0 });
    lock.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    lock?.close();
    if (!isBusy(error)) {
      const why = error instanceof Error ? error.message : String(error);
      throw new OperatorError(`${path}: ${why}`, 1, { cause: error });
    }
    throw new InUseError(
      `${path} belongs to ${ownerOf(path)}, so ${self} cannot have it: end one of the two cores, or give each a ` +
        "data folder of its own (DRAGOMAN_DATA_DIR)",
    );
  }
  writeFileSync(ownerPath(path), self, { mode: 0o600 });
  if (legacyPath !== undefined && existsSync(legacyPath) && !existsSync(path)) {
    for (const end of beside) {
      if (existsSync(legacyPath + end)) renameSync(legacyPath + end, path + end);
    }
  }
  const held = lock;
  return { release: () => held.close() };
}

/** Puts a database in the place of another, which nobody has open. */
export function replaceFile(path: string, by: string): void {
  for (const end of beside) rmSync(path + end, { force: true });
  renameSync(by, path);
}
