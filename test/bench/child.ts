/** A helper process of a benchmark, and what a process has used of the CPU. */
import { type ChildProcess, fork } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { within } from "@dragoman/testing/deadline";
import { endProcess } from "@dragoman/testing/process";

export interface Helper {
  readonly child: ChildProcess;
  /** Sends a message and waits for the next answer. */
  ask(message: object): Promise<Readonly<Record<string, unknown>>>;
  /** Waits for the next message, as long as any step takes if nothing else is said. */
  next(limitMs?: number): Promise<Readonly<Record<string, unknown>>>;
  stop(): Promise<void>;
}

/** No step of a benchmark takes longer. */
const answerMs = 60_000;

/** Starts a compiled neighbour of this file as a process. */
export function startHelper(file: string, args: readonly string[] = []): Helper {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), [...args], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const next = (limitMs = answerMs): Promise<Readonly<Record<string, unknown>>> =>
    within(
      limitMs,
      `answer of ${file}`,
      new Promise((resolve, reject) => {
        const ended = (): void => reject(new Error(`${file} ended`));
        child.once("exit", ended);
        child.once("message", (message: Readonly<Record<string, unknown>>) => {
          child.off("exit", ended);
          if ("failed" in message) reject(new Error(String(message["failed"])));
          else resolve(message);
        });
      }),
    );
  return {
    child,
    next,
    ask(message) {
      const answer = next();
      child.send(message);
      return answer;
    },
    stop: () => endProcess(child, "SIGKILL", 5_000),
  };
}

/**
 * CPU time that a process's threads have used so far, user and system, in microseconds. Linux; as the scheduler
 * counts it, since the ticks of `/proc/<pid>/stat` are 10 ms.
 */
export function cpuUs(pid: number | undefined): number {
  const threads = `/proc/${pid}/task`;
  return readdirSync(threads).reduce((sum, thread) => {
    const [ranNs] = readFileSync(join(threads, thread, "schedstat"), "utf8").split(" ");
    return sum + Number(ranNs) / 1_000;
  }, 0);
}

export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
