/**
 * The mark of a restore that has not ended. While it is there nothing of the house is believed: no core starts on it, and
 * another restore first takes away what is there.
 */
import { type CommunityId, manifestBucket } from "@dragoman/bus-schema";
import { type Bus, OperatorError } from "@dragoman/service-kit";

const key = "restoring";
const limitMs = 5_000;

export async function setMark(bus: Bus, community: CommunityId): Promise<void> {
  await (await bus.bucket(manifestBucket(community), limitMs)).put(key, "1");
}

export function clearMark(bus: Bus, community: CommunityId): Promise<void> {
  return bus.forget(manifestBucket(community), key, limitMs);
}

export async function isMarked(bus: Bus, community: CommunityId): Promise<boolean> {
  const bucket = await bus.bucket(manifestBucket(community), limitMs);
  return (await bucket.get(key)) !== null;
}

/** @throws OperatorError where a restore has not ended */
export async function refuseHalfRestored(bus: Bus, community: CommunityId): Promise<void> {
  if (!(await isMarked(bus, community))) return;
  throw new OperatorError(
    `community ${community}: a restore has not ended, and half of a house is none; give \`dragoman restore\` again`,
    1,
  );
}
