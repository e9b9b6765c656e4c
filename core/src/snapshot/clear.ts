/**
 * Has the store hold nothing of whoever was forgotten (docs/decisions/erase.md): older snapshots go, then what was written
 * to the secrets, at last the journal. That the journal begins behind the record says that all of it is done; whoever
 * is ended before begins again.
 */
import { randomBytes } from "node:crypto";
import { type CommunityId, secretBucket } from "@dragoman/bus-schema";
import type { Bus, KV, Logger } from "@dragoman/service-kit";
import type { Snapshots } from "./snapshots.ts";
import { purgeBefore } from "./trim.ts";

const limitMs = 5_000;
/** More than the server puts into one file of a stream: what was written before lies in files that it does not write to. */
export const blockBytes = 8 * 1_024 * 1_024 + 256 * 1_024;
const pieceBytes = 256 * 1_024;
const fillerKey = "filler";

export async function clearBefore(
  bus: Bus,
  community: CommunityId,
  snapshots: Snapshots,
  seq: number,
  logger: Logger,
): Promise<void> {
  const through = await snapshots.clearBefore(seq);
  await rewriteSecrets(bus, community);
  await purgeBefore(bus, community, through);
  logger.info({ to: through - 1 }, "journal trimmed behind what was erased");
}

/**
 * Writes every secret once more, into new files of the store. The server takes a file away when nothing in it counts any
 * more; until then it holds what was replaced and taken out as well. What somebody changes meanwhile is new by itself.
 */
async function rewriteSecrets(bus: Bus, community: CommunityId): Promise<void> {
  const name = secretBucket(community);
  const bucket = await bus.bucket(name, limitMs);
  await fill(bucket);
  for (const key of await bus.keys(name, "", limitMs)) {
    const entry = await bucket.get(key);
    if (entry === null || key === fillerKey) continue;
    if (entry.operation !== "PUT") {
      await bus.forget(name, key, limitMs);
      continue;
    }
    try {
      await bucket.update(key, entry.value, entry.revision);
    } catch (error) {
      if ((await bucket.get(key))?.revision === entry.revision) throw error;
    }
  }
  await bus.forget(name, fillerKey, limitMs);
}

async function fill(bucket: KV): Promise<void> {
  for (let bytes = 0; bytes < blockBytes; bytes += pieceBytes) {
    await bucket.put(fillerKey, new Uint8Array(randomBytes(pieceBytes)));
  }
}
