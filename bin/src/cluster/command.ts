/**
 * `dragoman cluster`: a whole house on three nats-servers, each part a process of its own with the settings of compose,
 * for a person to look at and to kill parts of. Nothing of it is left behind.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CommunityId } from "@dragoman/bus-schema";
import {
  Bus,
  type Config,
  createLogger,
  environmentName,
  OperatorError,
  untilSignal,
} from "@dragoman/service-kit";
import { Closers } from "../closers.ts";
import { demoAccounts, demoPassword, makeDemo } from "../demo.ts";
import { edges, gatewayName, readConfig } from "../edges.ts";
import { type ClusterLayout, layCluster } from "../nats/cluster.ts";
import { findClusterServer } from "../nats/find.ts";
import { freePort, runNats } from "../nats/server.ts";
import { createOperator } from "../operator.ts";
import { type Front, findFront, type Way } from "./front.ts";
import { type Part, startPart } from "./part.ts";

const size = 3;
const cores = 2;
/** Of each kind. */
const gateways = 2;

const out = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** The environment of a part, as docker-compose.yml gives it. */
type Settings = Readonly<Record<string, string>>;

function settingsOf(
  { url, credentials }: ClusterLayout,
  user: keyof ClusterLayout["credentials"],
): Settings {
  return {
    DRAGOMAN_NATS_URL: url,
    DRAGOMAN_NATS_USER: credentials[user].user,
    DRAGOMAN_NATS_PASSWORD: credentials[user].password,
    DRAGOMAN_NATS_REPLICAS: String(size),
    DRAGOMAN_DEMO: "0",
  };
}

interface Place {
  readonly config: Config;
  readonly folder: string;
  readonly layout: ClusterLayout;
  readonly closers: Closers;
}

async function begin({ closers }: Place, ...part: Parameters<typeof startPart>): Promise<Part> {
  const started = await startPart(...part);
  await closers.add(() => started.stop());
  void started.exited.then((how) => {
    if (how !== undefined) out(`${started.name} has ended (${how}).`);
  });
  return started;
}

async function startServers(place: Place, binary: string): Promise<void> {
  for (const [n, node] of place.layout.nodes.entries()) {
    const server = await runNats(node, binary);
    await place.closers.add(() => server.stop());
    out(`nats-${n + 1}`.padEnd(26) + `process ${server.pid}`.padEnd(18) + node.url);
  }
}

async function startCores(place: Place): Promise<void> {
  for (let n = 1; n <= cores; n += 1) {
    const core = await begin(place, "core", n, {
      ...settingsOf(place.layout, "core"),
      DRAGOMAN_DATA_DIR: join(place.folder, "core"),
    });
    await core.ready();
    out(core.line);
  }
}

/** @returns where the gateways listen, one way for each kind */
async function startGateways(place: Place): Promise<readonly Way[]> {
  const ways: Way[] = [];
  for (const { section, protocol } of edges) {
    const to: number[] = [];
    for (let n = 1; n <= gateways; n += 1) {
      const port = await freePort();
      const user = gatewayName(protocol);
      const gateway = await begin(place, user, n, {
        ...settingsOf(place.layout, user),
        DRAGOMAN_DATA_DIR: join(place.folder, `${user}-${n}`),
        [environmentName(`${section.name}.port`)]: String(port),
        DRAGOMAN_TRUSTED_PROXIES: "127.0.0.1/32",
      });
      await gateway.ready();
      out(`${gateway.line}  ws://127.0.0.1:${port}/`);
      to.push(port);
    }
    ways.push({ name: section.name, port: section.of(place.config).port, to });
  }
  return ways;
}

async function startConsole(place: Place, settings: Settings): Promise<Way> {
  const port = await freePort();
  const console = await begin(place, "console", 1, {
    ...settings,
    DRAGOMAN_CONSOLE_PORT: String(port),
  });
  await console.ready();
  out(console.line);
  return { name: "console", port: place.config.console.port, to: [port] };
}

async function startFront(place: Place, front: Front, ways: readonly Way[]): Promise<void> {
  const path = join(place.folder, `${front.name}.conf`);
  await writeFile(path, front.configOf(ways));
  const program = { command: front.program, args: front.args(path) };
  const part = await begin(place, front.name, 1, { HOME: place.folder }, program);
  out(part.line);
}

/** Whoever looks wants to be somebody. */
async function furnish({ layout, config, folder }: Place): Promise<void> {
  const logger = createLogger("error", "operator");
  const { url, credentials } = layout;
  const bus = await Bus.connect({ url, ...credentials.operator, name: "operator", logger });
  try {
    const operator = createOperator(bus, config.community as CommunityId);
    await makeDemo({ ...config, host: "127.0.0.1" }, folder, operator, await operator.snapshot());
  } finally {
    await bus.close();
  }
}

function banner(ways: readonly Way[], front: Front | undefined): readonly string[] {
  const reached = (way: Way): readonly number[] => (front === undefined ? way.to : [way.port]);
  const titles = new Map<string, string>(edges.map(({ section, title }) => [section.name, title]));
  const lines = ways.map((way) => {
    const scheme = titles.has(way.name) ? "ws" : "http";
    const title = titles.get(way.name) ?? "Playground";
    return `${title.padEnd(12)}  ${reached(way)
      .map((port) => `${scheme}://127.0.0.1:${port}/`)
      .join("  ")}`;
  });
  const names = demoAccounts.map(({ name, roles }) => `${name} (${roles[0] ?? "member"})`);
  return [
    "",
    front === undefined
      ? "Neither Caddy nor HAProxy is here (`apt-get install caddy`): these are the gateways themselves."
      : `Through ${front.name}:`,
    ...lines,
    `Accounts: ${names.join(", ")}; password ${demoPassword}`,
    "Kill or stop any process: the rest goes on. Ctrl-C ends all, and nothing is kept.",
  ];
}

/**
 * Runs until SIGTERM, SIGINT or SIGQUIT.
 * @returns the exit code
 * @throws OperatorError where no server for a cluster is found, or a part does not come up
 */
export async function cluster(): Promise<number> {
  const { config } = readConfig();
  const folder = await mkdtemp(join(tmpdir(), "dragoman-cluster-"));
  const closers = new Closers();
  await closers.add(() => rm(folder, { recursive: true, force: true }));
  const signalled = untilSignal();
  const run = async (): Promise<void> => {
    const binary = await findClusterServer(config.dataDir, { say: out });
    const community = config.community as CommunityId;
    const layout = await layCluster({ community, folder, size });
    const place: Place = { config, folder, layout, closers };
    await startServers(place, binary);
    await startCores(place);
    await furnish(place);
    const ways = await startGateways(place);
    const front = await findFront(process.env["PATH"] ?? "");
    const playground = await startConsole(place, consoleSettings(ways, front));
    const all = [playground, ...ways];
    if (front !== undefined) await startFront(place, front, all);
    for (const line of banner(all, front)) out(line);
  };
  try {
    const running = run();
    // What fails once it is being ended is of no interest.
    running.catch(() => undefined);
    await Promise.race([running, signalled]);
    await signalled;
    return 0;
  } catch (error) {
    if (error instanceof OperatorError) throw error;
    throw new OperatorError(error instanceof Error ? error.message : String(error), 1, {
      cause: error,
    });
  } finally {
    await closers.close();
  }
}

/** The playground is told where people reach the gateways. */
function consoleSettings(ways: readonly Way[], front: Front | undefined): Settings {
  return Object.fromEntries([
    ["DRAGOMAN_DEMO", "1"],
    ...ways.map(({ name, port, to: [first = port] }) => [
      environmentName(`${name}.port`),
      String(front === undefined ? first : port),
    ]),
  ]);
}
