/**
 * The folder that a deployment lives in. One process at a time has it: the lock is a SQLite file's, which the
 * kernel lets go of however its holder ends. A run file tells the other commands how to reach the holder.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  checkFolder,
  folderContents,
  markFolder,
  OperatorError,
  sayRoot,
} from "@dragoman/service-kit";
import Database from "libsql";
import { z } from "zod";
import { exitCode } from "./command/exit-code.ts";
import { makePrivate } from "./private.ts";

const Nats = z.object({ url: z.string(), user: z.string(), password: z.string() });

/** How the process that has the folder is reached. Holds credentials: only its owner may read it. */
const Run = z.object({
  pid: z.int(),
  community: z.string(),
  /** As the operator. */
  nats: Nats,
  /** As core, for backups. */
  core: Nats.exactOptional(),
});
export type Run = z.infer<typeof Run>;

/** The folder, held until `release`. */
export interface DataFolder {
  readonly path: string;
  /** Tells other commands how to reach this process. */
  announce(run: Run): void;
  /** Lets the next one have the folder. */
  release(): void;
}

const runPath = (folder: string): string => join(folder, "run.json");

/** Writes a file that only its owner may read; the mode of a file that is already there would stay as it is. */
export function writePrivate(path: string, text: string): void {
  rmSync(path, { force: true });
  writeFileSync(path, text, { mode: 0o600 });
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "SQLITE_BUSY";
}

/**
 * Takes the folder, which is made where there is none.
 * @returns null while another process has it
 * @throws OperatorError when it cannot be made or written to
 */
export function takeDataFolder(dataDir: string): DataFolder | null {
  const path = resolve(dataDir);
  const unusable = checkFolder({ dataDir });
  if (unusable !== undefined) throw new OperatorError(unusable, 2);
  // Where somebody holds the folder nothing is written; else root may not take it from its owner.
  const isRoots = sayRoot(path);
  if (isRoots !== undefined && !existsSync(join(path, "lock"))) throw new OperatorError(isRoots, 2);
  let lock: Database.Database;
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    lock = new Database(join(path, "lock"), { timeout: 0 });
    lock.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    if (isBusy(error)) return null;
    const why = error instanceof Error ? error.message : String(error);
    throw new OperatorError(`DRAGOMAN_DATA_DIR: cannot use ${path} (${why})`, 2, { cause: error });
  }
  if (isRoots !== undefined) {
    lock.close();
    throw new OperatorError(isRoots, 2);
  }
  rmSync(runPath(path), { force: true });
  try {
    markFolder(path);
  } catch (error) {
    lock.close();
    throw error;
  }
  for (const name of folderContents) makePrivate(join(path, name));
  return {
    path,
    announce: (run) => writePrivate(runPath(path), `${JSON.stringify(run)}\n`),
    release: () => {
      rmSync(runPath(path), { force: true });
      lock.close();
    },
  };
}

/** Whether a community was begun in the folder: its store is there, or a core has noted whose folder it is. */
export function holdsCommunity(dataDir: string): boolean {
  const path = resolve(dataDir);
  return existsSync(join(path, "nats", "store")) || existsSync(join(path, "projection"));
}

/** Takes a store away in which no community was begun: it would be taken for one. Nothing runs on it. */
export function forgetStore(dataDir: string): void {
  rmSync(join(resolve(dataDir), "nats", "store"), { recursive: true, force: true });
}

/** @throws OperatorError where there is none: a command that works on a community begins none */
export function requireCommunity(dataDir: string): void {
  if (holdsCommunity(dataDir)) return;
  throw new OperatorError(sayNoCommunity(dataDir), exitCode.unanswered);
}

/** That there is none, in one sentence. */
export function sayNoCommunity(dataDir: string): string {
  return (
    `there is no community in ${resolve(dataDir)}: start one there first (\`npm start\`), ` +
    "or say by DRAGOMAN_DATA_DIR or DRAGOMAN_CONFIG where it is"
  );
}

/** What the holder of the folder has announced, or null while it has not yet. */
export function readRun(dataDir: string): Run | null {
  let text: string;
  try {
    text = readFileSync(runPath(resolve(dataDir)), "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw new OperatorError(`cannot read ${runPath(resolve(dataDir))}`, 1, { cause: error });
  }
  return Run.parse(JSON.parse(text));
}
