/** Whether the journal is the one that something was made of. */
import type { CommunityId } from "@dragoman/bus-schema";
import { type Bus, BusError, type Position } from "@dragoman/service-kit";
import { endsBelow, journalEnds } from "./ends.ts";
import { readStored } from "./read-record.ts";

/**
 * Whether a record stands in its place: it says so itself, or the next one's word.
 * @throws as `journalEnds`
 */
export async function holdsRecord(
  bus: Bus,
  community: CommunityId,
  { seq, id }: Position,
  limitMs: number,
): Promise<boolean> {
  if (await endsBelow(bus, community, seq, limitMs)) return false;
  const own = await readStored(bus, community, seq, limitMs);
  if (own?.decoded.ok === true) return own.decoded.value.batch.id === id;
  const next = await readStored(bus, community, seq + 1, limitMs);
  if (next?.decoded.ok === true) return next.decoded.value.batch.prev === id;
  const { first } = await journalEnds(bus, community, limitMs);
  // It was not trimmed: whoever answered has not heard of it yet.
  if (own === null && first <= seq) throw new BusError("unavailable", `record ${seq}`);
  return false;
}
