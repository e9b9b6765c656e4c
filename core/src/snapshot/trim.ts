/**
 * Trims the journal behind what is kept of it as snapshots (docs/journal.md 5.3): up to the lower position of the older
 * pair, so that a damaged newest one costs nothing, and never what is younger than an operator has said.
 */
import { type CommunityId, encode, journalStream } from "@dragoman/bus-schema";
import type { Bus, Logger } from "@dragoman/service-kit";
import { readStored } from "../journal/read-record.ts";
import { snapshotKinds } from "./manifest.ts";
import type { Snapshots } from "./snapshots.ts";

const limitMs = 30_000;

export async function trim(
  bus: Bus,
  community: CommunityId,
  snapshots: Snapshots,
  keptMs: number,
  logger: Logger,
): Promise<void> {
  const older: number[] = [];
  for (const kind of snapshotKinds) {
    const [, second] = await snapshots.entries(kind);
    if (second === undefined) return;
    older.push(second.seq);
  }
  const { first, last } = await snapshots.ends();
  // The record of a snapshot stays: by it whoever starts knows that the journal is its own.
  const bound = Math.min(...older, last);
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
  const { name } = journalStream(community);
  const reply = await bus.request(`$JS.API.STREAM.PURGE.${name}`, encode({ seq: keep }), {
    timeoutMs: limitMs,
  });
  const { success, error } = JSON.parse(new TextDecoder().decode(reply.data)) as {
    readonly success?: boolean;
    readonly error?: { readonly description?: string };
  };
  if (success !== true)
    throw new Error(`journal not trimmed: ${error?.description ?? "no answer"}`);
  logger.info({ from: first, to: keep - 1 }, "journal trimmed");
}
