/** What is read of the store for a backup, piece by piece: the secrets, and the records of the journal as they lie there. */
import { gunzipSync, gzipSync, constants as zlib } from "node:zlib";
import { type CommunityId, encode, journalStream } from "@dragoman/bus-schema";
import type { Bus } from "@dragoman/service-kit";
import { z } from "zod";
import { readStored } from "../journal/read-record.ts";
import { pieceBytes, wholeBytesMax } from "./contents.ts";

const limitMs = 10_000;
/** Records on their way at once. */
const inFlight = 64;

/** A key of a bucket with its value. */
export interface KeyValue {
  /** Its place in the bucket's stream: what is written later stands behind it. */
  readonly at: number;
  readonly key: string;
  readonly value: Uint8Array;
}

const KeyAnswer = z.object({
  message: z
    .object({
      subject: z.string(),
      seq: z.int(),
      hdrs: z.string().default(""),
      data: z.string().default(""),
    })
    .exactOptional(),
  error: z.object({ code: z.int(), description: z.string() }).exactOptional(),
});

/**
 * The present keys of a bucket that were written behind a place, in the order in which they were. Asked of the stream's
 * leader: another copy may not have them yet.
 */
export async function* keyValues(
  bus: Bus,
  bucket: string,
  behind: number,
): AsyncGenerator<KeyValue> {
  const prefix = `$KV.${bucket}.`;
  for (let at = behind; ; ) {
    const wanted = encode({ seq: at + 1, next_by_subj: `${prefix}>` });
    const about = `$JS.API.STREAM.MSG.GET.KV_${bucket}`;
    const reply = await bus.request(about, wanted, { timeoutMs: limitMs });
    const { message, error } = KeyAnswer.parse(JSON.parse(Buffer.from(reply.data).toString()));
    if (error?.code === 404) return;
    if (message === undefined) throw new Error(`${bucket}: ${error?.description ?? "no answer"}`);
    at = message.seq;
    // Marks of what was taken away are not taken along.
    if (Buffer.from(message.hdrs, "base64").includes("KV-Operation")) continue;
    const key = message.subject.slice(prefix.length);
    yield { at, key, value: Buffer.from(message.data, "base64") };
  }
}

/** A stretch of the journal. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  /** Packed: see `unpacked`. */
  readonly bytes: Uint8Array;
}

/**
 * The records from one to another, in stretches.
 * @throws Error when one is gone that was there
 */
export async function* recordsOf(
  bus: Bus,
  community: CommunityId,
  first: number,
  last: number,
): AsyncGenerator<Stretch> {
  const ahead: Promise<Uint8Array>[] = [];
  let asked = first;
  let from = first;
  let frames: Uint8Array[] = [];
  let size = 0;
  for (let seq = first; seq <= last; seq += 1) {
    for (; asked <= last && ahead.length < inFlight; asked += 1) {
      const record = readRecord(bus, community, asked);
      // Of several that fail the first is told.
      record.catch(() => undefined);
      ahead.push(record);
    }
    const record = (await ahead.shift()) ?? new Uint8Array();
    const length = Buffer.alloc(4);
    length.writeUInt32BE(record.length);
    frames.push(length, record);
    size += record.length;
    if (size < pieceBytes && seq < last) continue;
    const bytes = gzipSync(Buffer.concat(frames), { level: zlib.Z_BEST_SPEED });
    yield { from, to: seq, bytes };
    from = seq + 1;
    frames = [];
    size = 0;
  }
}

/** The bytes of a record. One that is gone from between others is empty: it is as unreadable as it was (journal 1.5). */
async function readRecord(bus: Bus, community: CommunityId, seq: number): Promise<Uint8Array> {
  const { name } = journalStream(community);
  const direct = await bus.request(`$JS.API.DIRECT.GET.${name}`, encode({ seq }), {
    timeoutMs: limitMs,
  });
  if (direct.status === 0) return direct.data;
  // It may be stale in a cluster: the stream's leader decides.
  const stored = await readStored(bus, community, seq, limitMs);
  return stored?.bytes ?? new Uint8Array();
}

/**
 * The records of a stretch.
 * @throws Error when the bytes are damaged
 */
export function* unpacked(bytes: Uint8Array): Generator<Uint8Array> {
  const frames = gunzipSync(bytes, { maxOutputLength: wholeBytesMax });
  for (let at = 0; at < frames.length; ) {
    const end = at + 4 + frames.readUInt32BE(at);
    if (end > frames.length) throw new Error("a record is cut off");
    yield frames.subarray(at + 4, end);
    at = end;
  }
}
