/** `dragoman` as a process of its own, with settings, ports and a data folder of the test's. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { delimiter, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { eventually, within } from "@dragoman/testing/deadline";
import { natsBinary } from "@dragoman/testing/nats";
import { freePort } from "@dragoman/testing/port";

const root = resolve(import.meta.dirname, "..", "..", "..");
const command = join(import.meta.dirname, "command.js");

export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Program {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Resolves when the process has ended and everything that it said has been read. */
  readonly ended: Promise<Outcome>;
}

/** The nats-server of the tests stands first on the path, so that no start fetches one of its own. */
const natsFolder = dirname(await natsBinary());

/** The process's own environment without settings, where nats-server is found. */
export function bareEnvironment(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env);
  return {
    ...Object.fromEntries(entries.filter(([name]) => !name.startsWith("DRAGOMAN_"))),
    PATH: [natsFolder, process.env["PATH"] ?? ""].join(delimiter),
  };
}

/** Runs one command. `input` is its standard input, which ends there. */
export function run(
  options: readonly string[],
  settings: Readonly<Record<string, string>>,
  input = "",
): Program {
  const child = spawn(process.execPath, [command, ...options], {
    env: { ...bareEnvironment(), ...settings },
    cwd: root,
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  child.stdin.end(input);
  const ended = new Promise<Outcome>((done) => {
    child.once("close", (code, signal) => done({ code, signal, stdout, stderr }));
  });
  return { child, stdout: () => stdout, stderr: () => stderr, ended };
}

/** Runs one command to its end. */
export function outcome(
  options: readonly string[],
  settings: Readonly<Record<string, string>>,
  input = "",
): Promise<Outcome> {
  const running = run(options, settings, input);
  const said = (): string => `${running.stdout()}${running.stderr()}`;
  return within(60_000, options.join(" "), running.ended, said);
}

/** Settings of a product of its own: four free ports and a data folder. */
export async function freshSettings(dataDir: string): Promise<Record<string, string>> {
  const [originchats, sockchat, pages, health] = await Promise.all(
    Array.from({ length: 4 }, () => freePort()),
  );
  return {
    DRAGOMAN_DATA_DIR: dataDir,
    DRAGOMAN_ORIGINCHATS_PORT: String(originchats),
    DRAGOMAN_SOCKCHAT_PORT: String(sockchat),
    DRAGOMAN_CONSOLE_PORT: String(pages),
    DRAGOMAN_HEALTH_PORT: String(health),
  };
}

/** Starts `dragoman up` and waits until it says how it is stopped, the last line of what it prints. */
export async function up(
  settings: Readonly<Record<string, string>>,
  options: readonly string[] = [],
): Promise<Program> {
  const running = run(["up", ...options], settings);
  let early: Outcome | undefined;
  void running.ended.then((how) => {
    early = how;
  });
  await eventually(60_000, "dragoman up", () => {
    if (running.stdout().includes("Stop it with")) return true;
    return early === undefined ? false : JSON.stringify(early);
  });
  if (early !== undefined) throw new Error(`dragoman up ended: ${JSON.stringify(early)}`);
  return running;
}

/** Command lines of living processes that name `path`; one that has ended and was not asked for does not count. */
export async function processesOf(path: string): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)("ps", ["-eo", "stat=,pid=,args="]);
  return stdout.split("\n").filter((line) => line.includes(path) && !/^\s*Z/.test(line));
}
