/**
 * Where a nats-server comes from: the path and the folders that a plain user's path lacks, else Debian's package
 * unpacked into the data folder, else a line that says what to do.
 */
import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { access, mkdir, readdir, rm } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { OperatorError } from "@dragoman/service-kit";
import { makePrivate } from "../private.ts";

const run = promisify(execFile);

/** The oldest server that the rules of docs/journal.md were tried on. */
const natsVersionMin = [2, 9, 10] as const;

/** Searched after the folders of the path, but where `DRAGOMAN_TEST_SYSTEM_FOLDERS` names others, or none. */
const systemFolders = [
  "/usr/sbin",
  "/usr/local/sbin",
  "/sbin",
  "/usr/bin",
  "/usr/local/bin",
  "/opt/homebrew/bin",
  "/opt/homebrew/sbin",
  "/home/linuxbrew/.linuxbrew/bin",
  "/snap/bin",
];

const advice =
  "nats-server 2.9.10 or later was not found: `sudo apt-get install nats-server` (Debian, Ubuntu), " +
  "`sudo dnf install nats-server` (Fedora), `brew install nats-server` (macOS), or " +
  "`docker run -d -p 127.0.0.1:4222:4222 nats:2 -js` and DRAGOMAN_NATS_URL=nats://127.0.0.1:4222";

/** What the search may be told; the defaults are the process's own. */
export interface FindOptions {
  readonly environment?: NodeJS.ProcessEnv;
  /** Told in one line what takes time. */
  readonly say?: (line: string) => void;
}

/** The version that `<path> --version` prints, or null where it is no nats-server that runs. */
async function versionOf(path: string): Promise<readonly number[] | null> {
  try {
    await access(path, constants.X_OK);
    const { stdout } = await run(path, ["--version"], { timeout: 10_000 });
    const match = /v(\d+)\.(\d+)\.(\d+)/.exec(stdout);
    return match ? match.slice(1, 4).map(Number) : null;
  } catch {
    // Not there, not executable or not for this machine: all the same, the search goes on.
    return null;
  }
}

function isAtLeast(version: readonly number[], minimum: readonly number[]): boolean {
  for (const [index, wanted] of minimum.entries()) {
    const have = version[index] ?? 0;
    if (have !== wanted) return have > wanted;
  }
  return true;
}

async function firstUsable(folders: readonly string[]): Promise<string | null> {
  for (const folder of new Set(folders)) {
    const path = join(folder, "nats-server");
    const version = await versionOf(path);
    if (version !== null && isAtLeast(version, natsVersionMin)) return path;
  }
  return null;
}

/** Debian's own way to say that no package list was ever fetched: the folder holds nothing but lock files. */
async function listsAreEmpty(): Promise<boolean> {
  const names = await readdir("/var/lib/apt/lists").catch(() => []);
  return !names.some((name) => name.endsWith("_Packages") || /_Packages\./.test(name));
}

/**
 * Unpacks Debian's package below `folder` without installing it, as any user.
 * @returns why it could not be had, or null when it lies there
 */
async function unpackDebian(folder: string, options: FindOptions): Promise<string | null> {
  const env = options.environment ?? process.env;
  try {
    options.say?.("Fetching nats-server (Debian's package, into the data folder) ...");
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    if (process.getuid?.() === 0 && (await listsAreEmpty())) {
      await run("apt-get", ["update", "-qq"], { env, timeout: 300_000 });
    }
    await run("apt-get", ["download", "-qq", "nats-server"], {
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
    return error instanceof Error ? (error.message.trim().split("\n").at(-1) ?? "") : "failed";
  }
}

const foldersOf = (path: string): string[] =>
  path.split(delimiter).filter((folder) => folder !== "");

/**
 * The path of a nats-server that is new enough, fetched into `dataDir` when the machine has none.
 * @throws OperatorError with the commands for the usual systems
 */
export async function findNatsServer(dataDir: string, options: FindOptions = {}): Promise<string> {
  const environment = options.environment ?? process.env;
  const path = foldersOf(environment["PATH"] ?? "");
  const beyond = environment["DRAGOMAN_TEST_SYSTEM_FOLDERS"];
  const unpacked = join(dataDir, "nats", "package");
  const places = [
    ...path,
    ...(beyond === undefined ? systemFolders : foldersOf(beyond)),
    join(unpacked, "usr", "sbin"),
  ];
  const found = await firstUsable(places);
  if (found !== null) return found;
  const why = await unpackDebian(unpacked, options);
  const fetched = why === null ? await firstUsable([join(unpacked, "usr", "sbin")]) : null;
  if (fetched !== null) return fetched;
  throw new OperatorError(advice, 3, why === null ? {} : { cause: new Error(why) });
}

/** The oldest servers that keep the fence in a cluster (docs/journal.md 6.2), and the one that is built. */
const clusterMin = [2, 12, 8] as const;
const unfit = (version: readonly number[]): boolean => version[0] === 2 && version[1] === 13;
const builtVersion = "v2.12.15";

/**
 * The path of a nats-server that is good for a cluster: the one that `DRAGOMAN_TEST_NATS_CLUSTER` names, one of the
 * path, else one that Go builds into `dataDir`.
 * @throws OperatorError where there is neither
 */
export async function findClusterServer(
  dataDir: string,
  options: FindOptions = {},
): Promise<string> {
  const environment = options.environment ?? process.env;
  const given = environment["DRAGOMAN_TEST_NATS_CLUSTER"];
  if (given) return given;
  const built = join(dataDir, `nats-server-${builtVersion}`);
  for (const folder of [...foldersOf(environment["PATH"] ?? ""), built]) {
    const path = join(folder, "nats-server");
    const version = await versionOf(path);
    if (version !== null && isAtLeast(version, clusterMin) && !unfit(version)) return path;
  }
  try {
    options.say?.(`Building nats-server ${builtVersion} (go install, into ${built}) ...`);
    const target = `github.com/nats-io/nats-server/v2@${builtVersion}`;
    await run("go", ["install", target], {
      env: { ...environment, GOBIN: built },
      timeout: 600_000,
    });
    return join(built, "nats-server");
  } catch (error) {
    const why = error instanceof Error ? error.message.split("\n")[0] : "failed";
    throw new OperatorError(
      `no nats-server for a cluster (2.12.8 or later; ${why}): name one by DRAGOMAN_TEST_NATS_CLUSTER, or install Go`,
      3,
      { cause: error },
    );
  }
}
