/** A cluster of real nats-servers for a test, each of which can be harmed alone. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { layCluster, type NatsServer as NatsProcess, runNats } from "@dragoman/bin";
import { community, type NatsServer } from "./nats.ts";

export interface ClusterOptions {
  readonly binary: string;
  /** How many servers. Default: 3. */
  readonly size?: number;
  /** Without users: whoever connects may do everything. */
  readonly open?: boolean;
  /** Clients are not told where the other servers are: they know the addresses that they were given alone. */
  readonly isQuiet?: boolean;
}

/** One server of a cluster. */
export interface ClusterNode {
  /** As the server names itself, and as the leader of a stream is named. */
  readonly name: string;
  readonly port: number;
  /** `nats://127.0.0.1:<port>` */
  readonly url: string;
  /** Starts it again on the same port and store. */
  start(): Promise<void>;
  /** `kill -9`. */
  kill(): Promise<void>;
  /** SIGSTOP and SIGCONT. */
  suspend(): void;
  resume(): void;
}

/** What concerns a single server alone concerns the first; `kill`, `start` and the like concern all. */
export interface NatsCluster extends NatsServer {
  readonly nodes: readonly ClusterNode[];
}

async function quieten(configPath: string): Promise<void> {
  const text = await readFile(configPath, "utf8");
  const own = "cluster: {\n";
  if (!text.includes(own)) throw new Error(`${configPath}: no cluster`);
  await writeFile(configPath, text.replace(own, `${own}  no_advertise: true\n`));
}

/** @throws OperatorError where a server does not come up */
export async function startCluster(options: ClusterOptions): Promise<NatsCluster> {
  const { binary, size = 3, open = false, isQuiet = false } = options;
  const folder = await mkdtemp(join(tmpdir(), "dragoman-cluster-"));
  const layout = await layCluster({ community, folder, size, open });
  if (isQuiet) for (const { configPath } of layout.nodes) await quieten(configPath);
  const [first] = layout.nodes;
  if (first === undefined) throw new Error("a cluster of no servers");
  const running: NatsProcess[] = [];
  const at = (n: number): NatsProcess => {
    const server = running[n];
    if (server === undefined) throw new Error(`node ${n} was never started`);
    return server;
  };
  const start = async (n: number): Promise<void> => {
    const node = layout.nodes[n];
    if (node !== undefined) running[n] = await runNats(node, binary);
  };
  const kill = async (n: number): Promise<void> => {
    at(n).kill();
    await at(n).exited;
  };
  const all = layout.nodes.map((_, n) => n);
  const signal = (n: number, name: NodeJS.Signals) => void process.kill(at(n).pid, name);
  try {
    await Promise.all(all.map(start));
  } catch (error) {
    for (const server of running) server?.kill();
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  return {
    port: first.port,
    url: layout.url,
    storeDir: first.storeDir,
    credentials: (user) => layout.credentials[user],
    nodes: layout.nodes.map(({ serverName, port, url }, n) => ({
      name: serverName,
      port,
      url,
      start: () => start(n),
      kill: () => kill(n),
      suspend: () => signal(n, "SIGSTOP"),
      resume: () => signal(n, "SIGCONT"),
    })),
    start: async () => void (await Promise.all(all.map(start))),
    kill: async () => void (await Promise.all(all.map(kill))),
    suspend: () => void all.map((n) => signal(n, "SIGSTOP")),
    resume: () => void all.map((n) => signal(n, "SIGCONT")),
    async stop() {
      await Promise.all(all.map(kill));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
