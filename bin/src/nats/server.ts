/**
 * A nats-server of our own: on loopback, a free port, with a store and generated credentials in one folder. It
 * ends with this process, however that ends: under `setpriv --pdeathsig KILL` where there is one, else by the pid
 * file at the next start.
 */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes, randomInt } from "node:crypto";
import { once } from "node:events";
import { access, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createServer, connect as dial } from "node:net";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import type { CommunityId } from "@dragoman/bus-schema";
import { OperatorError } from "@dragoman/service-kit";
import { natsConfiguration } from "./configuration.ts";
import { accountName, type NatsUser, natsUsers, type Tenant, userName } from "./permission.ts";

const run = promisify(execFile);

const readyMs = 30_000;
const stopMs = 4_000;
const portTries = 5;

/** How a service signs in. */
interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** A server that is configured but does not run: the same port, store and credentials at each start. */
export interface NatsLayout {
  readonly folder: string;
  readonly configPath: string;
  readonly logPath: string;
  readonly pidPath: string;
  readonly storeDir: string;
  readonly serverName: string;
  readonly port: number;
  readonly url: string;
  readonly credentials: Readonly<Record<NatsUser, Credentials>>;
}

/** A server that runs. */
export interface NatsServer {
  readonly layout: NatsLayout;
  readonly pid: number;
  /** Resolves when the process has ended, with how. */
  readonly exited: Promise<string>;
  /** `kill -9`: see `exited`. */
  kill(): void;
  /** Ends it in order, by force after 4 s. Resolves when it is gone. */
  stop(): Promise<void>;
}

/** Above NATS's own, and below those that the kernel gives to connections that go out: one of them could take it meanwhile. */
const portRange = { from: 10_240, to: 32_000 } as const;

/** A port of the loopback address that is free now; never NATS's own, where whoever has a server has it. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(portRange.from, portRange.to);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer();
  try {
    probe.listen(port, "127.0.0.1");
    await once(probe, "listening");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") return false;
    throw error;
  }
  probe.close();
  await once(probe, "close");
  return true;
}

/** Writes the configuration of a server that keeps all it has in `folder`; nothing is started. */
export async function layNats(options: Tenant & { readonly folder: string }): Promise<NatsLayout> {
  const folder = resolve(options.folder);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const secret = (): string => randomBytes(24).toString("base64url");
  const port = await freePort();
  const credentials = Object.fromEntries(
    natsUsers.map((user) => [
      user,
      { user: userName(user, options.community), password: secret() },
    ]),
  ) as Record<NatsUser, Credentials>;
  const layout: NatsLayout = {
    folder,
    configPath: join(folder, "server.conf"),
    logPath: join(folder, "server.log"),
    pidPath: join(folder, "server.pid"),
    storeDir: join(folder, "store"),
    serverName: `dragoman-${randomBytes(6).toString("hex")}`,
    port,
    url: `nats://127.0.0.1:${port}`,
    credentials,
  };
  const passwords = Object.fromEntries(
    natsUsers.map((user) => [user, { value: credentials[user].password }]),
  ) as Record<NatsUser, { value: string }>;
  const { community, gatewayIds } = options;
  const text = natsConfiguration({
    communities: [{ community, ...(gatewayIds ? { gatewayIds } : {}), passwords }],
    serverName: layout.serverName,
    host: "127.0.0.1",
    port,
    storeDir: layout.storeDir,
    logFile: layout.logPath,
  });
  await takeOverStore(layout.storeDir, community);
  // The mode of an existing file is not changed by writing it.
  await rm(layout.configPath, { force: true });
  await writeFile(layout.configPath, text, { mode: 0o600 });
  return layout;
}

/** What was stored before there were accounts lies in the folder of the nameless one: it becomes core's. */
async function takeOverStore(storeDir: string, community: CommunityId): Promise<void> {
  const streams = join(storeDir, "jetstream");
  const own = join(streams, accountName("core", community));
  const isThere = (path: string): Promise<boolean> =>
    access(path).then(
      () => true,
      () => false,
    );
  const nameless = join(streams, "$G");
  if ((await isThere(nameless)) && !(await isThere(own))) await rename(nameless, own);
}

/** The command line of a process, "" where it is gone (a zombie has none either). */
async function commandLine(pid: number): Promise<string> {
  if (process.platform === "linux") {
    return readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  }
  try {
    return (await run("ps", ["-o", "command=", "-p", String(pid)])).stdout;
  } catch (error) {
    // It ends with 1 where there is no such process; that it is missing itself says nothing of the process.
    if ((error as { code?: unknown }).code !== 1) throw error;
    return "";
  }
}

async function waitGone(isGone: () => Promise<boolean>, limitMs: number): Promise<boolean> {
  const deadline = performance.now() + limitMs;
  while (!(await isGone())) {
    if (performance.now() > deadline) return false;
    await delay(25);
  }
  return true;
}

/**
 * Ends the server that an earlier process left behind in `folder`, so that no two open one store. A pid that
 * has since become another program's is left alone: the command line must name our configuration.
 * @returns whether there was one
 */
export async function endStrayNats(folder: string): Promise<boolean> {
  const pidPath = join(resolve(folder), "server.pid");
  const pid = Number(await readFile(pidPath, "utf8").catch(() => ""));
  if (!Number.isInteger(pid) || pid < 2) return false;
  const configPath = join(resolve(folder), "server.conf");
  const isGone = async (): Promise<boolean> => !(await commandLine(pid)).includes(configPath);
  const wasThere = !(await isGone());
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    if (await isGone()) break;
    process.kill(pid, signal);
    await waitGone(isGone, stopMs);
  }
  if (!(await isGone())) {
    throw new OperatorError(`an earlier nats-server (process ${pid}) does not end`, 1);
  }
  await rm(pidPath, { force: true });
  return wasThere;
}

/** What ends a program with this process, where the machine's setpriv knows the parent-death signal (busybox's does not). */
export async function parentDeathPrefix(): Promise<readonly string[]> {
  const prefix = ["setpriv", "--pdeathsig", "KILL"];
  try {
    await run("setpriv", ["--pdeathsig", "KILL", "true"], { timeout: 5_000 });
    return prefix;
  } catch {
    // No such program: the pid file does its work at the next start.
    return [];
  }
}

/** Asks who listens on a port: the name in the server's first line, or null. */
function serverNameAt(port: number): Promise<string | null> {
  return new Promise((done) => {
    const socket = dial({ host: "127.0.0.1", port });
    let heard = "";
    const finish = (): void => {
      socket.destroy();
      done(/"server_name":"([^"]*)"/.exec(heard)?.[1] ?? null);
    };
    socket.setEncoding("utf8");
    socket.setTimeout(2_000, finish);
    socket.on("data", (chunk: string) => {
      heard += chunk;
      if (heard.includes("\n")) finish();
    });
    socket.on("error", finish);
    socket.on("close", finish);
  });
}

async function lastWords(layout: NatsLayout): Promise<string> {
  const log = await readFile(layout.logPath, "utf8").catch(() => "");
  const line = log
    .trimEnd()
    .split("\n")
    .findLast((entry) => /\[(FTL|ERR)\]/.test(entry));
  return line === undefined ? "" : `: ${line.replace(/^.*\[(FTL|ERR)\]\s*/, "")}`;
}

function ending(child: ChildProcess): Promise<string> {
  return new Promise((done) => {
    child.once("error", (error) => done(error.message));
    child.once("exit", (code, signal) => done(signal ?? `exit code ${code}`));
  });
}

/**
 * Starts the server of a layout and waits until it takes connections.
 * @throws OperatorError with the server's last words when it does not come up
 */
export async function runNats(layout: NatsLayout, binary: string): Promise<NatsServer> {
  const [program = binary, ...rest] = [
    ...(await parentDeathPrefix()),
    binary,
    "-c",
    layout.configPath,
  ];
  // A process group of its own: Ctrl-C in a terminal is for us, and NATS must outlive the services.
  const child = spawn(program, rest, { stdio: "ignore", detached: true });
  let ended: string | undefined;
  const exited = ending(child).then((how) => {
    ended = how;
    return how;
  });
  const pid = child.pid;
  if (pid !== undefined) await writeFile(layout.pidPath, `${pid}\n`);
  const deadline = performance.now() + readyMs;
  while ((await serverNameAt(layout.port)) !== layout.serverName) {
    if (ended !== undefined || pid === undefined || performance.now() > deadline) {
      child.kill("SIGKILL");
      const how = ended ?? (await exited);
      throw new OperatorError(`nats-server did not start (${how})${await lastWords(layout)}`, 3);
    }
    await delay(20);
  }
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    const force = setTimeout(() => child.kill("SIGKILL"), stopMs);
    await exited;
    clearTimeout(force);
    await rm(layout.pidPath, { force: true });
  };
  const kill = (): void => void child.kill("SIGKILL");
  return { layout, pid: pid ?? 0, exited, kill, stop };
}

/** What a server is started with. `lay` writes its configuration; without it `layNats` does. */
export interface NatsStart extends Tenant {
  readonly folder: string;
  readonly binary: string;
  readonly lay?: typeof layNats;
}

/**
 * Lays and runs a server, on another port when the chosen one was taken meanwhile.
 * @throws OperatorError as `runNats`
 */
export async function startNats({ lay = layNats, ...options }: NatsStart): Promise<NatsServer> {
  await endStrayNats(options.folder);
  for (let tries = 1; ; tries += 1) {
    const layout = await lay(options);
    try {
      return await runNats(layout, options.binary);
    } catch (error) {
      const isTaken = error instanceof Error && error.message.includes("address already in use");
      if (!isTaken || tries >= portTries) throw error;
    }
  }
}
