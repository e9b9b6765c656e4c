/** Several nats-servers of our own as one cluster on loopback: what docs/operation/cluster.md describes, in small. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ClusterSettings } from "./configuration.ts";
import { natsConfiguration, openConfiguration } from "./configuration.ts";
import { type NatsUser, natsUsers, type Tenant } from "./permission.ts";
import { freePort, layNats, type NatsLayout } from "./server.ts";

/** The servers of a cluster, none of which runs: the same ports, stores and credentials at each start. */
export interface ClusterLayout {
  readonly nodes: readonly NatsLayout[];
  /** The addresses of all, with commas between them. */
  readonly url: string;
  /** How a service signs in, at any of them. */
  readonly credentials: NatsLayout["credentials"];
}

export interface ClusterStart extends Tenant {
  readonly folder: string;
  /** How many servers. */
  readonly size: number;
  /** Without users: whoever connects may do everything. */
  readonly open?: boolean;
}

/** Writes the configurations of a cluster whose servers keep all they have below `folder`; nothing is started. */
export async function layCluster(options: ClusterStart): Promise<ClusterLayout> {
  const { folder, size, open = false, ...tenant } = options;
  const laid: NatsLayout[] = [];
  const ports: number[] = [];
  for (let n = 1; n <= size; n += 1) {
    laid.push(await layNats({ ...tenant, folder: join(folder, `nats-${n}`) }));
    ports.push(await freePort());
  }
  const [first] = laid;
  if (first === undefined) throw new Error("a cluster of no servers");
  const { credentials } = first;
  const routes = ports.map((port) => `127.0.0.1:${port}`);
  const nodes = laid.map((layout) => ({ ...layout, credentials }));
  for (const [n, layout] of nodes.entries()) {
    const cluster: ClusterSettings = { name: "dragoman", port: ports[n] ?? 0, routes };
    const server = { ...layout, host: "127.0.0.1", logFile: layout.logPath, cluster };
    const communities = [{ ...tenant, passwords: passwordsOf(layout) }];
    const text = open ? openConfiguration(server) : natsConfiguration({ ...server, communities });
    await writeFile(layout.configPath, text, { mode: 0o600 });
  }
  return { nodes, url: nodes.map(({ url }) => url).join(","), credentials };
}

function passwordsOf({ credentials }: NatsLayout) {
  return Object.fromEntries(
    natsUsers.map((user) => [user, { value: credentials[user].password }]),
  ) as Record<NatsUser, { value: string }>;
}
