/** Reads one record of the journal from the stream's leader, whatever it holds. */
import {
  type CommunityId,
  type Decoded,
  type DecodedBatch,
  decodeBatch,
  encode,
  journalStream,
  subject,
} from "@dragoman/bus-schema";
import { type Bus, BusError } from "@dragoman/service-kit";
import { unavailableCode } from "./ends.ts";

export interface StoredRecord {
  readonly bytes: Uint8Array;
  /** When the server stored it, as ISO 8601. */
  readonly storedAt: string;
  readonly decoded: Decoded<DecodedBatch>;
}

/**
 * @param which its sequence, or the last one that there is
 * @returns null: there is no such record, as far as whoever answers as the leader knows
 * @throws BusError without an answer or a leader, Error when the server refuses
 */
export async function readStored(
  bus: Bus,
  community: CommunityId,
  which: number | "last",
  limitMs: number,
): Promise<StoredRecord | null> {
  const stream = journalStream(community).name;
  const about = `$JS.API.STREAM.MSG.GET.${stream}`;
  const wanted = which === "last" ? { last_by_subj: subject.journal(community) } : { seq: which };
  const reply = await bus.request(about, encode(wanted), { timeoutMs: limitMs });
  const { message, error } = JSON.parse(new TextDecoder().decode(reply.data)) as {
    readonly message?: { readonly data?: string; readonly time?: string };
    readonly error?: { readonly code?: number; readonly description?: string };
  };
  if (error?.code === 404) return null;
  if (error?.code === unavailableCode) throw new BusError("unavailable", about);
  if (message === undefined)
    throw new Error(`record ${which}: ${error?.description ?? "no answer"}`);
  // A record without bytes has no such field.
  const bytes = Buffer.from(message.data ?? "", "base64");
  return { bytes, storedAt: message.time ?? "", decoded: decodeBatch(bytes) };
}
