/**
 * A real nats-server for a test: on a free port, with the users and permissions that `dragoman` generates, and a
 * store that outlives its restarts.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findNatsServer, type NatsUser, natsConfiguration } from "@dragoman/bin";
import type { CommunityId, GatewayId } from "@dragoman/bus-schema";
import { within } from "./deadline.ts";
import { freePort } from "./port.ts";

/** The community of all tests. */
export const community = "main" as CommunityId;

export interface NatsOptions {
  /** Binds the gateways' credentials to these ids; absent: any id but the operator's. */
  readonly gatewayIds?: Readonly<Record<"originchats" | "sockchat", GatewayId>>;
}

export interface NatsServer {
  readonly port: number;
  /** `nats://127.0.0.1:<port>` */
  readonly url: string;
  /** The JetStream store, for tests that harm it while the server is down. */
  readonly storeDir: string;
  /** How a service signs in. */
  credentials(user: NatsUser): { readonly user: string; readonly password: string };
  /** Starts it again on the same port and store. */
  start(): Promise<void>;
  /** `kill -9`. */
  kill(): Promise<void>;
  /** Ends it and removes its store. */
  stop(): Promise<void>;
}

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

export async function startNats(options: NatsOptions = {}): Promise<NatsServer> {
  const folder = await mkdtemp(join(tmpdir(), "dragoman-nats-"));
  const binary = process.env["DRAGOMAN_TEST_NATS"] || (await findNatsServer(folder));
  const port = await freePort();
  const storeDir = join(folder, "store");
  const file = join(folder, "server.conf");
  const password = "test";
  const configuration = natsConfiguration({
    community,
    ...(options.gatewayIds ? { gatewayIds: options.gatewayIds } : {}),
    serverName: `test-${port}`,
    host: "127.0.0.1",
    port,
    storeDir,
    passwords: {
      core: { value: password },
      "gateway-originchats": { value: password },
      "gateway-sockchat": { value: password },
      operator: { value: password },
    },
  });
  await writeFile(file, configuration, { mode: 0o600 });
  let child: ChildProcess | undefined;

  async function start(): Promise<void> {
    const started = spawnBound(binary, ["-c", file]);
    child = started;
    let output = "";
    const ready = new Promise<void>((resolve, reject) => {
      started.stderr?.on("data", (chunk: Buffer) => {
        if (output.length < 20_000) output += chunk.toString();
        if (output.includes("Server is ready")) resolve();
      });
      started.once("error", reject);
      started.once("exit", (code) => reject(new Error(`nats-server ended (${code}): ${output}`)));
    });
    await within(10_000, "nats-server ready", ready, () => output);
  }

  async function kill(): Promise<void> {
    if (child !== undefined) await endProcess(child, "SIGKILL", 10_000);
  }

  await start();
  return {
    port,
    url: `nats://127.0.0.1:${port}`,
    storeDir,
    credentials: (user) => ({ user, password }),
    start,
    kill,
    async stop() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
