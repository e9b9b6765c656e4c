/** Processes of a test, none of which outlives it. A test file that imports this is called `*.int.test.ts`. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { within } from "./deadline.ts";

/** Runs a program so that it dies with this process, where the system can do that. */
export function spawnBound(
  command: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): ChildProcess {
  const bound = existsSync("/usr/bin/setpriv");
  return spawn(
    bound ? "/usr/bin/setpriv" : command,
    [...(bound ? ["--pdeathsig", "KILL", command] : []), ...args],
    { stdio: ["ignore", "pipe", "pipe"], env: environment },
  );
}

/** Sends a signal, waking the process first if it stands still, and waits for its end. */
export async function endProcess(
  child: ChildProcess,
  signal: NodeJS.Signals,
  limitMs: number,
): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill(signal);
  child.kill("SIGCONT");
  await within(limitMs, `process ${child.pid} ended by ${signal}`, ended);
}
