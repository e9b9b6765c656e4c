/** Where the lease is kept (docs/journal.md 2.4): in the memory of a server alone, on the disks of several. */
import { type CommunityId, encode, leaseBucket } from "@dragoman/bus-schema";
import { type Bus, type Config, type KV, leaseStorage } from "@dragoman/service-kit";
import { takeStream } from "../backup/house.ts";

export interface LeaseStore {
  readonly bus: Bus;
  readonly community: CommunityId;
  readonly timing: Config["journal"];
  /** How many servers keep it. */
  readonly replicas: number;
}

/** Opens the bucket, and makes it where it is not there. */
export function openLeaseBucket({ bus, community, timing, replicas }: LeaseStore): Promise<KV> {
  const name = leaseBucket(community);
  return bus.bucket(name, timing.renewLimitMs, replicas, leaseStorage(replicas));
}

/**
 * Whether it lies elsewhere than it belongs: with another number of servers, or a version before, it was made there.
 * @throws BusError without an answer
 */
export async function isMisplaced(store: LeaseStore): Promise<boolean> {
  const { bus, community, timing, replicas } = store;
  const about = `$JS.API.STREAM.INFO.KV_${leaseBucket(community)}`;
  const { data } = await bus.request(about, encode({}), { timeoutMs: timing.renewLimitMs });
  const { config } = JSON.parse(new TextDecoder().decode(data)) as {
    readonly config?: { readonly storage?: string };
  };
  return config?.storage !== leaseStorage(replicas);
}

/** Takes it away: of a stream that is there the server changes no storage. */
export function removeLeaseBucket({ bus, community }: LeaseStore): Promise<void> {
  return takeStream(bus, `KV_${leaseBucket(community)}`);
}
