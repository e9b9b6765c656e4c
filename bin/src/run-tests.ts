/** `dragoman test` and `dragoman bench`: the compiled tests and measurements, with all they need at hand. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { OperatorError } from "@dragoman/service-kit";
import { findBrowser } from "./browser.ts";
import { findNatsServer } from "./nats/find.ts";
import { testDataDir } from "./test-folder.ts";

/** The repository. */
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
/** Test files at once. Each starts servers and processes of its own, so more of them only make time-outs. */
const testsAtOnce = 2;

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

/** The environment less our settings, which are the tests' to choose, and with what they must find. */
async function testEnvironment(): Promise<Record<string, string>> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    const isSetting = name.startsWith("DRAGOMAN_") && !name.startsWith("DRAGOMAN_TEST_");
    if (value !== undefined && !isSetting) environment[name] = value;
  }
  await mkdir(testDataDir, { recursive: true, mode: 0o700 });
  environment["DRAGOMAN_TEST_NATS"] ??= await findNatsServer(testDataDir, { say });
  return environment;
}

/** Every compiled test file whose path holds one of the patterns, or every one. */
async function testFiles(patterns: readonly string[]): Promise<readonly string[]> {
  const files: string[] = [];
  for (const entry of await readdir(root, { withFileTypes: true })) {
    const dist = join(root, entry.name, "dist");
    if (!entry.isDirectory() || entry.name === "node_modules" || !existsSync(dist)) continue;
    for (const file of await readdir(dist, { recursive: true })) {
      const path = relative(root, join(dist, file));
      const isChosen = patterns.length === 0 || patterns.some((pattern) => path.includes(pattern));
      if (path.endsWith(".test.js") && isChosen && isCurrent(path)) files.push(path);
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
 * @returns the runner's exit code
 * @throws OperatorError when something that the tests need cannot be had
 */
export async function test(patterns: readonly string[]): Promise<number> {
  const env = await testEnvironment();
  env["DRAGOMAN_TEST_BROWSER"] = await findBrowser(say);
  const files = await testFiles(patterns);
  if (files.length === 0) throw new OperatorError(`no test file matches ${patterns.join(" ")}`, 2);
  const options = [
    "--test",
    "--enable-source-maps",
    `--test-concurrency=${testsAtOnce}`,
    "--test-reporter=spec",
  ];
  return run([...options, ...files], env);
}

/** Runs the measurements; `options` are theirs. */
export async function bench(options: readonly string[]): Promise<number> {
  const program = join("test", "dist", "bench", "main.js");
  return run(["--enable-source-maps", program, ...options], await testEnvironment());
}
