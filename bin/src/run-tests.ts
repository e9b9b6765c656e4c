/** `dragoman test` and `dragoman bench`: the compiled tests and measurements, with all they need at hand. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { OperatorError } from "@dragoman/service-kit";
import { findBrowser } from "./browser.ts";
import { findNatsServer } from "./nats/find.ts";
import { findPromtool } from "./promtool.ts";
import { testDataDir } from "./test-folder.ts";

/** The repository. */
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
/** Test files at once that start servers and processes of their own, for each processor: they wait more than they compute. */
const testsEach = 2;
/** The pattern that stands for every test file that starts no process. */
const unit = "unit";

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

/** The environment less our settings, which are the tests' to choose. */
function bareEnvironment(): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    const isSetting = name.startsWith("DRAGOMAN_") && !name.startsWith("DRAGOMAN_TEST_");
    if (value !== undefined && !isSetting) environment[name] = value;
  }
  return environment;
}

/** The environment of tests that start servers: with what they must find. */
async function serverEnvironment(): Promise<Record<string, string>> {
  const environment = bareEnvironment();
  await mkdir(testDataDir, { recursive: true, mode: 0o700 });
  environment["DRAGOMAN_TEST_NATS"] ??= await findNatsServer(testDataDir, { say });
  return environment;
}

/** Whether a test file starts processes; its name says so. */
const isInt = (path: string): boolean => path.endsWith(".int.test.js");

/** Every compiled test file whose path holds one of the patterns, or every one; with `unit` those that start nothing. */
async function testFiles(patterns: readonly string[]): Promise<readonly string[]> {
  const parts = patterns.filter((pattern) => pattern !== unit);
  const isChosen = (path: string): boolean =>
    (parts.length === 0 || parts.some((part) => path.includes(part))) &&
    !(patterns.includes(unit) && isInt(path));
  const files: string[] = [];
  for (const entry of await readdir(root, { withFileTypes: true })) {
    const dist = join(root, entry.name, "dist");
    if (!entry.isDirectory() || entry.name === "node_modules" || !existsSync(dist)) continue;
    for (const file of await readdir(dist, { recursive: true })) {
      const path = relative(root, join(dist, file));
      if (path.endsWith(".test.js") && isChosen(path) && isCurrent(path)) files.push(path);
    }
  }
  return files.sort();
}

/** Whether the source is still there: the compiler leaves what became of removed files. */
function isCurrent(path: string): boolean {
  const source = path.replace(/\.js$/, ".ts");
  return ["src", "."].some((folder) => existsSync(join(root, source.replace("dist", folder))));
}

async function run(options: readonly string[], env: Record<string, string>): Promise<number> {
  const child = spawn(process.execPath, options, { cwd: root, env, stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
  const [code] = (await once(child, "exit")) as [number | null];
  return code ?? 1;
}

/**
 * Runs the tests.
 * @param patterns parts of paths of test files; `unit`: none that starts processes
 * @returns the runner's exit code
 * @throws OperatorError when something that the tests need cannot be had
 */
export async function test(patterns: readonly string[]): Promise<number> {
  const files = await testFiles(patterns);
  if (files.length === 0) throw new OperatorError(`no test file matches ${patterns.join(" ")}`, 2);
  const startServers = files.some(isInt);
  const env = startServers ? await serverEnvironment() : bareEnvironment();
  if (startServers) {
    env["DRAGOMAN_TEST_BROWSER"] = await findBrowser(say);
    env["DRAGOMAN_TEST_PROMTOOL"] = await findPromtool(testDataDir, say);
  }
  const atOnce = availableParallelism() * (startServers ? testsEach : 1);
  const program = join("test", "dist", "runner", "main.js");
  return run(["--enable-source-maps", program, String(atOnce), ...files], env);
}

/** Runs the measurements; `options` are theirs. */
export async function bench(options: readonly string[]): Promise<number> {
  const program = join("test", "dist", "bench", "main.js");
  return run(["--enable-source-maps", program, ...options], await serverEnvironment());
}
