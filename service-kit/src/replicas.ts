/**
 * How many servers of a cluster keep a copy of what core stores (docs/operation/cluster.md): journal, lease, secrets,
 * files, snapshots, their manifest and the shared settings, all alike.
 */
import {
  type CommunityId,
  encode,
  fileStream,
  journalStream,
  leaseBucket,
  manifestBucket,
  secretBucket,
  settingsBucket,
  snapshotStream,
} from "@dragoman/bus-schema";
import type { Bus } from "./bus.ts";
import { sayAlone, sayTooMany } from "./bus-connection.ts";
import { BusError } from "./bus-error.ts";
import { environmentName } from "./environment.ts";
import type { Logger } from "./logger.ts";
import { OperatorError } from "./operator-error.ts";
import { SharedStore } from "./shared/store.ts";
import { whileUnled } from "./unled.ts";

const limitMs = 5_000;
const setting = environmentName("nats.replicas");
interface Answer {
  readonly cluster?: {
    readonly leader?: string;
    readonly replicas?: readonly { readonly current: boolean }[];
  };
  readonly config?: { readonly num_replicas: number };
  readonly error?: {
    readonly code?: number;
    readonly err_code?: number;
    readonly description?: string;
  };
}

/**
 * Where the lease is kept. A server alone has it in memory, so that a full disk takes it from nobody. Several have it on their
 * disks: one that has forgotten it by a restart has no full vote on who leads its copies, and where the one that has not is
 * lost as well, none is elected for good.
 */
export const leaseStorage = (replicas: number): "file" | "memory" =>
  replicas > 1 ? "file" : "memory";

/**
 * Makes the buckets that are not there, and has every stream of a community kept so many times, in place.
 * @throws OperatorError naming the setting, where the servers cannot keep so many
 */
export async function keepReplicas(
  bus: Bus,
  community: CommunityId,
  replicas: number,
  logger: Logger,
): Promise<void> {
  // An old server would take any number, and keep one copy.
  const isAlone = bus.connection.info?.cluster === undefined;
  if (isAlone && replicas > 1) throw new OperatorError(sayAlone(replicas));
  const lease = leaseBucket(community);
  await bus.bucket(lease, limitMs, replicas, leaseStorage(replicas));
  const kept = [secretBucket, manifestBucket].map((name) => name(community));
  for (const bucket of kept) await bus.bucket(bucket, limitMs, replicas);
  await SharedStore.open(bus, community, replicas);
  const buckets = [lease, ...kept, settingsBucket(community)];
  const streams = [journalStream(community), fileStream(community), snapshotStream(community)];
  const names = [...streams.map(({ name }) => name), ...buckets.map((bucket) => `KV_${bucket}`)];
  const found = new Map<string, number>();
  for (const name of names) found.set(name, await whileUnled(() => replicasOf(bus, name)));
  const other = [...found].filter(([, count]) => count !== replicas);
  for (const [name] of other) await whileUnled(() => replicate(bus, name, replicas));
  for (const [name] of other) await whileUnled(() => untilCopied(bus, name));
  const changed = Object.fromEntries(other);
  if (other.length === 0) logger.info({ replicas }, "every stream has its replicas");
  else logger.info({ replicas, changed }, "streams had other replicas, and have these now");
}

async function replicasOf(bus: Bus, name: string): Promise<number> {
  const { config } = await ask(bus, `$JS.API.STREAM.INFO.${name}`, {});
  return config?.num_replicas ?? 1;
}

async function replicate(bus: Bus, name: string, replicas: number): Promise<void> {
  const { config } = await ask(bus, `$JS.API.STREAM.INFO.${name}`, {});
  const next = { ...config, num_replicas: replicas };
  const { error } = await ask(bus, `$JS.API.STREAM.UPDATE.${name}`, next);
  if (error === undefined) return;
  const { err_code = 0, description = "" } = error;
  const why = sayTooMany(err_code, description, replicas);
  throw new OperatorError(why ?? `${setting}: stream ${name}: ${description}`);
}

/** @throws BusError as long as one of the copies is behind, or nobody leads them */
async function untilCopied(bus: Bus, name: string): Promise<void> {
  const about = `$JS.API.STREAM.INFO.${name}`;
  const { cluster } = await ask(bus, about, {});
  if (cluster === undefined) return;
  const { leader = "", replicas = [] } = cluster;
  if (leader === "" || !replicas.every(({ current }) => current)) {
    throw new BusError("unavailable", about);
  }
}

async function ask(bus: Bus, subject: string, body: object): Promise<Answer> {
  const reply = await bus.request(subject, encode(body), { timeoutMs: limitMs });
  const answer = JSON.parse(new TextDecoder().decode(reply.data)) as Answer;
  if (answer.error?.code === 503) throw new BusError("unavailable", subject);
  return answer;
}
