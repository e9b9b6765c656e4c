/** One process of `dragoman cluster`. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { OperatorError } from "@dragoman/service-kit";
import { freePort, parentDeathPrefix } from "../nats/server.ts";
import { nodeOptions } from "../node-options.ts";

const readyMs = 60_000;
const stopMs = 15_000;
const main = join(dirname(dirname(fileURLToPath(import.meta.url))), "main.js");

export interface Part {
  readonly name: string;
  /** What a person wants to know of it. */
  readonly line: string;
  /** Resolves once it says that it is ready. */
  ready(): Promise<void>;
  /** How it has ended by itself; undefined: it was ended by `stop`. */
  readonly exited: Promise<string | undefined>;
  /** Ends it in order, by force after 15 s. */
  stop(): Promise<void>;
}

interface Program {
  readonly command: string;
  readonly args: readonly string[];
}

/**
 * Starts a service, or another program, which ends with this process. What it says on standard error is passed on.
 * @param settings its environment besides what is no setting of ours
 */
export async function startPart(
  service: string,
  n: number,
  settings: Readonly<Record<string, string>>,
  program?: Program,
): Promise<Part> {
  const health = await freePort();
  const name = program === undefined ? `${service}-${n}` : service;
  const { command, args } = program ?? {
    command: process.execPath,
    args: [...nodeOptions, main, service],
  };
  const [first = command, ...rest] = [...(await parentDeathPrefix()), command, ...args];
  // A group of its own: Ctrl-C is for us, and the bus must outlive the services.
  const child = spawn(first, rest, {
    stdio: ["ignore", "ignore", "inherit"],
    detached: true,
    env: {
      ...foreign(),
      DRAGOMAN_LOG_LEVEL: "warn",
      DRAGOMAN_HEALTH_PORT: String(health),
      ...settings,
    },
  });
  let isStopping = false;
  const exited = endOf(child).then((how) => (isStopping ? undefined : how));
  const url = `http://127.0.0.1:${health}/readyz`;
  const seen = program === undefined ? url : "";
  return {
    name,
    line: `${name.padEnd(26)}${`process ${child.pid}`.padEnd(18)}${seen}`.trimEnd(),
    ready: () => untilReady(name, url, exited),
    exited,
    async stop() {
      isStopping = true;
      child.kill("SIGTERM");
      child.kill("SIGCONT");
      const force = setTimeout(() => child.kill("SIGKILL"), stopMs);
      await exited;
      clearTimeout(force);
    },
  };
}

/** The environment less our settings. */
function foreign(): NodeJS.ProcessEnv {
  const all = Object.entries(process.env);
  return Object.fromEntries(all.filter(([name]) => !name.startsWith("DRAGOMAN_")));
}

async function endOf(child: ChildProcess): Promise<string> {
  if (child.exitCode !== null) return `code ${child.exitCode}`;
  const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
  return signal ?? `code ${code}`;
}

async function untilReady(
  name: string,
  url: string,
  exited: Promise<string | undefined>,
): Promise<void> {
  let ended: string | undefined;
  void exited.then((how) => {
    ended = how ?? "";
  });
  const deadline = performance.now() + readyMs;
  for (;;) {
    // Nobody listens there yet: asked again, until the time is over.
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok === true) return;
    if (ended !== undefined) throw new OperatorError(`${name} has ended (${ended})`, 1);
    if (performance.now() > deadline) throw new OperatorError(`${name} does not get ready`, 1);
    await delay(50);
  }
}
