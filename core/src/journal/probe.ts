/**
 * Whether a store that was full has room again. The start of a term is so short that it finds a place where no message does:
 * a leader that began by that alone would lose what it decides next, and its authors with it.
 */
import { randomBytes } from "node:crypto";
import { batchBytesMax, type CommunityId, encode, snapshotStream } from "@dragoman/bus-schema";
import { type Bus, BusError } from "@dragoman/service-kit";

/** Stores as much as a batch may be beside the snapshots, and takes it away again. @returns whether it was stored */
export async function hasRoom(bus: Bus, community: CommunityId, limitMs: number): Promise<boolean> {
  const { name, chunks } = snapshotStream(community);
  const place = `${chunks}.room`;
  try {
    const stored = await bus.request(place, randomBytes(batchBytesMax), { timeoutMs: limitMs });
    const purge = encode({ filter: place });
    await bus.request(`$JS.API.STREAM.PURGE.${name}`, purge, { timeoutMs: limitMs });
    const { error } = JSON.parse(new TextDecoder().decode(stored.data)) as { error?: unknown };
    return error === undefined;
  } catch (error) {
    if (error instanceof BusError) return false;
    throw error;
  }
}
