/** Where the browser of the tests comes from. */
import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { OperatorError } from "@dragoman/service-kit";

const run = promisify(execFile);
const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const macApplications = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];
const installMs = 600_000;

async function firstExecutable(paths: readonly string[]): Promise<string | null> {
  for (const path of paths) {
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  return null;
}

function candidates(environment: NodeJS.ProcessEnv): readonly string[] {
  const folders = (environment["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return [
    ...folders.flatMap((folder) => names.map((name) => join(folder, name))),
    ...macApplications,
  ];
}

/** Installs Debian's package; null, or why that did not work. */
async function installDebian(environment: NodeJS.ProcessEnv): Promise<string | null> {
  const env = { ...environment, DEBIAN_FRONTEND: "noninteractive" };
  try {
    await run("apt-get", ["update", "-qq"], { env, timeout: installMs });
    const options = ["install", "-y", "-qq", "--no-install-recommends", "chromium"];
    await run("apt-get", options, { env, timeout: installMs, maxBuffer: 64 * 1024 * 1024 });
    return null;
  } catch (error) {
    return error instanceof Error ? (error.message.trim().split("\n").at(-1) ?? "") : "failed";
  }
}

/**
 * A Chromium: `DRAGOMAN_TEST_BROWSER`, else one on the path, else Debian's package when root.
 * @throws OperatorError with what to do
 */
export async function findBrowser(
  say: (line: string) => void,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const given = environment["DRAGOMAN_TEST_BROWSER"] ?? "";
  if (given !== "") {
    if ((await firstExecutable([given])) !== null) return given;
    throw new OperatorError(`DRAGOMAN_TEST_BROWSER: ${given} cannot be run`, 3);
  }
  const found = await firstExecutable(candidates(environment));
  if (found !== null) return found;
  let why = "";
  if (process.getuid?.() === 0) {
    say("Installing chromium (Debian's package) ...");
    why = (await installDebian(environment)) ?? "";
    const installed = await firstExecutable(candidates(environment));
    if (installed !== null) return installed;
  }
  throw new OperatorError(
    "the tests need a browser: install chromium (`sudo apt-get install chromium`, `sudo dnf install chromium`) " +
      `or set DRAGOMAN_TEST_BROWSER to one${why === "" ? "" : ` (${why})`}`,
    3,
  );
}
