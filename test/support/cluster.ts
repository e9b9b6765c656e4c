/** A house on a cluster: who leads which stream, and when all are whole. */
import {
  fileStream,
  journalStream,
  leaseBucket,
  manifestBucket,
  secretBucket,
  settingsBucket,
  snapshotStream,
} from "@dragoman/bus-schema";
import type { Bus } from "@dragoman/service-kit";
import type { ClusterNode, NatsCluster } from "@dragoman/testing/cluster";
import { eventually } from "@dragoman/testing/deadline";
import { community } from "@dragoman/testing/nats";

/** Every stream that core keeps. */
export const streamNames: readonly string[] = [
  journalStream(community).name,
  fileStream(community).name,
  snapshotStream(community).name,
  ...[leaseBucket, secretBucket, manifestBucket, settingsBucket].map(
    (bucket) => `KV_${bucket(community)}`,
  ),
];

interface StreamInfo {
  readonly config?: { readonly num_replicas: number };
  readonly cluster?: {
    readonly leader?: string;
    readonly replicas?: readonly {
      readonly name: string;
      readonly current: boolean;
      readonly offline?: boolean;
    }[];
  };
}

async function infoOf(bus: Bus, name: string): Promise<StreamInfo> {
  const reply = await bus.request(`$JS.API.STREAM.INFO.${name}`, new Uint8Array(), {
    timeoutMs: 300,
  });
  return JSON.parse(Buffer.from(reply.data).toString()) as StreamInfo;
}

/** How many times a stream is kept, as soon as somebody can say: while its copies change, nobody leads it for a moment. */
export function replicasOf(bus: Bus, name: string): Promise<number> {
  return eventually(
    20_000,
    `what ${name} is like`,
    async () => (await infoOf(bus, name)).config?.num_replicas,
  );
}

/** The node that leads a stream. */
export async function leaderOf(cluster: NatsCluster, bus: Bus, name: string): Promise<ClusterNode> {
  return eventually(20_000, `a leader of ${name}`, async () => {
    const leader = (await infoOf(bus, name)).cluster?.leader;
    return cluster.nodes.find((node) => node.name === leader);
  });
}

/** Resolves when another node than this one leads each of the streams. */
export async function ledWithout(
  node: ClusterNode,
  bus: Bus,
  names: readonly string[],
): Promise<void> {
  for (const name of names) {
    await eventually(30_000, `${name} led by another`, async () => {
      const { leader = "", replicas = [] } = (await infoOf(bus, name)).cluster ?? {};
      // Whoever leads does not name itself among the others.
      const isLed = leader !== "" && !replicas.some((each) => each.name === leader);
      return isLed && leader !== node.name;
    });
  }
}

/** Resolves when every copy of every stream is as far as its leader. */
export async function whole(bus: Bus, copies: number, limitMs = 60_000): Promise<void> {
  for (const name of streamNames) {
    await eventually(limitMs, `${name} whole`, async () => {
      const { leader = "", replicas = [] } = (await infoOf(bus, name)).cluster ?? {};
      const current = replicas.filter((each) => each.current && each.offline !== true);
      if (leader !== "" && current.length === copies - 1) return true;
      throw new Error(`led by "${leader}", with copies ${JSON.stringify(replicas)}`);
    });
  }
}
