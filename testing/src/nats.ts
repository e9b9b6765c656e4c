/**
 * The one starter of nats-server for all tests: the product's own, in a folder of its own. A test file that
 * imports it is called `*.int.test.ts`.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import {
  type EdgeProtocol,
  findClusterServer,
  findNatsServer,
  layNats,
  type NatsLayout,
  type NatsServer as NatsProcess,
  type NatsUser,
  natsConfiguration,
  natsUsers,
  openConfiguration,
  runNats,
  startNats as startProduct,
  testDataDir,
} from "@dragoman/bin";
import type { CommunityId, GatewayId } from "@dragoman/bus-schema";
import { Bus, OperatorError } from "@dragoman/service-kit";
import { silent } from "./logger.ts";

/** The community of all tests. */
export const community = "main" as CommunityId;

export interface NatsOptions {
  /** Binds the gateways' credentials to these ids; absent: any id but the operator's. */
  readonly gatewayIds?: Readonly<Record<EdgeProtocol, GatewayId>>;
  /** Without users: whoever connects may do everything, in any community. */
  readonly open?: boolean;
  /** Another server than that of all tests. */
  readonly binary?: string;
  /** The folder that its own is made in. */
  readonly within?: string;
  /** It answers when what is stored is on the disk: a power cut loses nothing then. */
  readonly syncAlways?: boolean;
  /** Communities beside that of all tests; their users have the passwords of its users. */
  readonly neighbours?: readonly CommunityId[];
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
  /** SIGSTOP and SIGCONT: the connections stay, and nothing moves. */
  suspend(): void;
  resume(): void;
  /** Ends it and removes its store. */
  stop(): Promise<void>;
}

const settingsOf = (layout: NatsLayout) => ({
  ...layout,
  host: "127.0.0.1",
  logFile: layout.logPath,
});

/**
 * The nats-server that `npm test` has found; without it the product's own search.
 * @throws OperatorError where there is none and none can be fetched
 */
export async function natsBinary(): Promise<string> {
  const given = process.env["DRAGOMAN_TEST_NATS"];
  if (given) return given;
  await mkdir(testDataDir, { recursive: true, mode: 0o700 });
  return findNatsServer(testDataDir);
}

function withNeighbours(layout: NatsLayout, neighbours: readonly CommunityId[]): string {
  const passwords = Object.fromEntries(
    natsUsers.map((user) => [user, { value: layout.credentials[user].password }]),
  ) as Record<NatsUser, { value: string }>;
  const communities = [community, ...neighbours].map((each) => ({ community: each, passwords }));
  return natsConfiguration({ ...settingsOf(layout), communities });
}

async function syncAlways({ configPath }: NatsLayout): Promise<void> {
  const text = await readFile(configPath, "utf8");
  const own = "jetstream: {\n  store_dir";
  if (!text.includes(own)) throw new Error(`${configPath}: no store to sync`);
  await writeFile(
    configPath,
    text.replace(own, "jetstream: {\n  sync_interval: always\n  store_dir"),
  );
}

/**
 * A nats-server of another version than that of all tests, good for a cluster too: the one that
 * `DRAGOMAN_TEST_NATS_CLUSTER` names, one of the path, else one that Go builds; undefined, with one line of why, where
 * there is none.
 */
export async function secondNatsBinary(): Promise<string | undefined> {
  try {
    await mkdir(testDataDir, { recursive: true, mode: 0o700 });
    return await findClusterServer(testDataDir);
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    process.stderr.write(`Not tested on a second nats-server: ${error.message}.\n`);
    return undefined;
  }
}

/** @throws OperatorError where there is no nats-server, or it does not come up */
export async function startNats(options: NatsOptions = {}): Promise<NatsServer> {
  const binary = options.binary ?? (await natsBinary());
  const folder = await mkdtemp(join(options.within ?? tmpdir(), "dragoman-nats-"));
  const { gatewayIds } = options;
  const lay: typeof layNats = async (tenant) => {
    const layout = await layNats(tenant);
    if (options.open) await writeFile(layout.configPath, openConfiguration(settingsOf(layout)));
    if (options.neighbours)
      await writeFile(layout.configPath, withNeighbours(layout, options.neighbours));
    if (options.syncAlways) await syncAlways(layout);
    return layout;
  };
  let running: NatsProcess;
  try {
    const tenant = { community, ...(gatewayIds ? { gatewayIds } : {}) };
    running = await startProduct({ ...tenant, folder, binary, lay });
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  const { layout } = running;

  async function kill(): Promise<void> {
    running.kill();
    await running.exited;
  }

  return {
    port: layout.port,
    url: layout.url,
    storeDir: layout.storeDir,
    credentials: (user) => layout.credentials[user],
    async start() {
      running = await runNats(layout, binary);
    },
    kill,
    suspend: () => void process.kill(running.pid, "SIGSTOP"),
    resume: () => void process.kill(running.pid, "SIGCONT"),
    async stop() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** An open server for the tests of one file. */
export interface OpenNats {
  /** `nats://127.0.0.1:<port>` */
  readonly url: string;
  /** A connection that ends before the server does. */
  connect(name: string): Promise<Bus>;
}

/**
 * Starts an open server before the tests of the calling file, and ends it and its connections after them.
 * `prepare` runs once it is up. Where the start fails, that is the one error of the file.
 */
export function openNats(prepare?: (nats: OpenNats) => Promise<void>): OpenNats {
  let server: NatsServer | undefined;
  const buses: Bus[] = [];
  const nats: OpenNats = {
    get url() {
      if (server === undefined) throw new Error("nats-server is not up yet");
      return server.url;
    },
    async connect(name) {
      const bus = await Bus.connect({ url: nats.url, name, logger: silent });
      buses.push(bus);
      return bus;
    },
  };
  before(async () => {
    server = await startNats({ open: true });
    await prepare?.(nats);
  });
  after(async () => {
    for (const bus of buses) await bus.close();
    await server?.stop();
  });
  return nats;
}
