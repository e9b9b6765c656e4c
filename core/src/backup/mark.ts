/**
 * The mark of a restore that has not ended. While it is there nothing of the house is believed: no core starts on it, and
 * another restore first takes away what is there.
 */
import { type CommunityId, decode, encode, manifestBucket } from "@dragoman/bus-schema";
import { type Bus, OperatorError } from "@dragoman/service-kit";
import { z } from "zod";
import { journalEnds } from "../journal/ends.ts";

const key = "restoring";
/** Says of which journal a restore has come to its end, for folders that know the one before (docs/journal.md 1.3). */
const doneKey = "restored";
/** Says which backup was taken last. */
const backupKey = "backup";
const limitMs = 5_000;

export async function setMark(bus: Bus, community: CommunityId): Promise<void> {
  await (await bus.bucket(manifestBucket(community), limitMs)).put(key, "1");
}

/** The restore has come to its end: what is there is believed. */
export async function clearMark(bus: Bus, community: CommunityId): Promise<void> {
  const { identity } = await journalEnds(bus, community, limitMs);
  await (await bus.bucket(manifestBucket(community), limitMs)).put(doneKey, identity);
  await bus.forget(manifestBucket(community), key, limitMs);
}

/** The journal (`JournalEnds.identity`) that a restore has made; "" where none has. Makes no bucket. */
export async function restoredJournal(bus: Bus, community: CommunityId): Promise<string> {
  const bucket = manifestBucket(community);
  const about = `$JS.API.STREAM.MSG.GET.KV_${bucket}`;
  const asked = encode({ last_by_subj: `$KV.${bucket}.${doneKey}` });
  const reply = await bus.request(about, asked, { timeoutMs: limitMs });
  const { message } = JSON.parse(new TextDecoder().decode(reply.data)) as {
    readonly message?: { readonly data?: string };
  };
  return Buffer.from(message?.data ?? "", "base64").toString();
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

/** Of the newest backup that was taken whole: the last record in it, and when, in epoch ms. */
const Noted = z.object({ record: z.int(), atMs: z.int() });

/** Notes a backup that is whole. */
export async function noteBackup(
  bus: Bus,
  community: CommunityId,
  noted: z.infer<typeof Noted>,
): Promise<void> {
  await (await bus.bucket(manifestBucket(community), limitMs)).put(backupKey, encode(noted));
}

/** The newest backup that was taken whole, on this store; null: none. */
export async function notedBackup(
  bus: Bus,
  community: CommunityId,
): Promise<z.infer<typeof Noted> | null> {
  const found = await (await bus.bucket(manifestBucket(community), limitMs)).get(backupKey);
  if (found === null || found.operation !== "PUT") return null;
  const decoded = decode(Noted, found.value);
  return decoded.ok ? decoded.value : null;
}
