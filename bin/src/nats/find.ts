/**
 * Where a nats-server comes from: the path and the folders that a plain user's path lacks, else Debian's package
 * unpacked into the data folder, else a line that says what to do.
 */
import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { OperatorError } from "@dragoman/service-kit";
import { unpackDebian } from "../debian-package.ts";

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

/** The version that is needed, as people say it. */
const wanted = `nats-server ${natsVersionMin.join(".")} or later`;

const advice =
  "`sudo apt-get install nats-server` (Debian, Ubuntu), `sudo dnf install nats-server` (Fedora), " +
  "`brew install nats-server` (macOS), or `docker run -d -v dragoman-nats:/data -p 127.0.0.1:4222:4222 nats:2 -js -sd /data` " +
  "(what it stores is in the volume) and DRAGOMAN_NATS_URL=nats://127.0.0.1:4222";

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

const foldersOf = (path: string): string[] =>
  path.split(delimiter).filter((folder) => folder !== "");

const unpackedIn = (dataDir: string): string => join(dataDir, "nats", "package");

/** The path of a nats-server that is new enough, or null where this machine and `dataDir` have none. */
function presentServer(dataDir: string, environment: NodeJS.ProcessEnv): Promise<string | null> {
  const beyond = environment["DRAGOMAN_TEST_SYSTEM_FOLDERS"];
  return firstUsable([
    ...foldersOf(environment["PATH"] ?? ""),
    ...(beyond === undefined ? systemFolders : foldersOf(beyond)),
    join(unpackedIn(dataDir), "usr", "sbin"),
  ]);
}

/**
 * The path of a nats-server that is new enough, fetched into `dataDir` when the machine has none.
 * @throws OperatorError with why it could not be fetched, and the commands for the usual systems
 */
export async function findNatsServer(dataDir: string, options: FindOptions = {}): Promise<string> {
  const found = await presentServer(dataDir, options.environment ?? process.env);
  if (found !== null) return found;
  const unpacked = unpackedIn(dataDir);
  const why = await unpackDebian("nats-server", unpacked, options);
  const fetched = why === null ? await firstUsable([join(unpacked, "usr", "sbin")]) : null;
  if (fetched !== null) return fetched;
  const whyNot = why ?? "it is too old, or does not run here";
  throw new OperatorError(
    `${wanted} is not on this machine, and Debian's package could not be fetched (${whyNot}): ${advice}`,
    3,
  );
}

/** That a start here would have to fetch a nats-server, or cannot even try; undefined where one is there. */
export async function sayMissingServer(
  dataDir: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<{ readonly isFault: boolean; readonly text: string } | undefined> {
  if ((await presentServer(dataDir, environment)) !== null) return undefined;
  const missing = await missingTool(environment);
  const whatNow =
    missing === undefined
      ? "a start tries to fetch Debian's package; where that cannot be reached"
      : `without ${missing} none can be fetched`;
  return {
    isFault: missing !== undefined,
    text: `${wanted} is not on this machine; ${whatNow}: ${advice}`,
  };
}

/** The first of the tools that fetch a server that the path does not have. */
async function missingTool(environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  const folders = foldersOf(environment["PATH"] ?? "");
  for (const tool of ["apt-get", "dpkg-deb"]) {
    const found = await Promise.allSettled(
      folders.map((folder) => access(join(folder, tool), constants.X_OK)),
    );
    if (!found.some(({ status }) => status === "fulfilled")) return tool;
  }
  return undefined;
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
