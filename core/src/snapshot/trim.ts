/**
 * Trims the journal behind what is kept of it as snapshots (docs/journal.md 5.3): up to the lower position of the older
 * pair of those that every process can read, so that neither a damaged newest one nor a version of before costs anything,
 * and never what is younger than an operator has said.
 */
import { type CommunityId, encode, journalStream } from "@dragoman/bus-schema";
import type { Bus, Logger } from "@dragoman/service-kit";
import { readStored } from "../journal/read-record.ts";
import { isReadable, type SnapshotEntry, snapshotKinds } from "./manifest.ts";
import type { Snapshots } from "./snapshots.ts";

const limitMs = 30_000;

export async function trim(
  bus: Bus,
  community: CommunityId,
  snapshots: Snapshots,
  keptMs: number,
  journalLevel: number,
  logger: Logger,
): Promise<void> {
  const older: SnapshotEntry[] = [];
  for (const kind of snapshotKinds) {
    const [newest, ...others] = await snapshots.entries(kind);
    const readable = [newest, ...others].filter(
      (entry) => entry !== undefined && isReadable(entry, journalLevel),
    );
    if (newest !== undefined && newest !== readable[0]) {
      logger.info({ newest: newest.name }, "journal is kept for processes of the version before");
    }
    const [, second] = readable;
    if (second === undefined) return;
    older.push(second);
  }
  const { first, last } = await snapshots.ends();
  // The record of a snapshot stays: by it whoever starts knows that the journal is its own.
  const bound = Math.min(...older.map(({ seq }) => seq), last);
  const storedMs = async (seq: number): Promise<number> => {
    const stored = await readStored(bus, community, seq, limitMs);
    return stored === null ? 0 : Date.parse(stored.storedAt);
  };
  // Both times are the server's own.
  const youngMs = (await storedMs(last)) - keptMs;
  let keep = first;
  let above = bound;
  while (keep < above) {
    const middle = Math.floor((keep + above) / 2);
    if ((await storedMs(middle)) < youngMs) keep = middle + 1;
    else above = middle;
  }
  if (keep <= first) return;
  // The newer ones were read as they were stored; these may have been damaged since.
  for (const entry of older) if (!(await snapshots.isGood(entry))) return;
  await purgeBefore(bus, community, keep);
  logger.info({ from: first, to: keep - 1 }, "journal trimmed");
}

/** Takes all records before one out of the journal. */
export async function purgeBefore(bus: Bus, community: CommunityId, seq: number): Promise<void> {
  const { name } = journalStream(community);
  const reply = await bus.request(`$JS.API.STREAM.PURGE.${name}`, encode({ seq }), {
    timeoutMs: limitMs,
  });
  const { success, error } = JSON.parse(new TextDecoder().decode(reply.data)) as {
    readonly success?: boolean;
    readonly error?: { readonly description?: string };
  };
  if (success !== true)
    throw new Error(`journal not trimmed: ${error?.description ?? "no answer"}`);
}
