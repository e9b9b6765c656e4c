/**
 * Appends one batch, or finds out beyond doubt that it never was stored. The fence is the expected sequence with
 * one batch in flight; whatever has no positive answer is settled by reading (docs/journal.md 2.2, 2.3).
 */
import { type CommunityId, gistHeader, journalStream, subject } from "@dragoman/bus-schema";
import {
  type Bus,
  BusError,
  isBeyondBound,
  isFull,
  type Logger,
  pause,
  tracesHeader,
} from "@dragoman/service-kit";
import { endsBelow, journalEnds } from "./ends.ts";
import { readStored } from "./read-record.ts";

const settlePauseMs = 20;

/** Who may go on trying: the lease of the leader. */
export interface Authority {
  holds(): boolean;
  /** True once authority is held (again), false once it is lost for good. */
  regained(): Promise<boolean>;
}

export interface AppendOptions {
  readonly bus: Bus;
  readonly community: CommunityId;
  readonly authority: Authority;
  readonly logger: Logger;
  /** The limit of one call. */
  readonly limitMs: number;
  /** What of the record is enough for a gateway (docs/journal.md 4.9). */
  readonly gist?: string;
  /** The contexts of commands in it, where traces are sent. */
  readonly traces?: string;
  /** Is told in the store's words that there is no room. */
  readonly onFull?: (words: string) => void;
}

/**
 * `fenced`: another record stands there, ours never will. `ended`: authority is gone, its fate is open. `rewound`:
 * the journal ends below what was applied (docs/journal.md 1.3). `full`: there is no room, and it never will be stored
 * (1.4). `doubtful`: there is no room, and a try of it that the store has in hand may still be stored.
 */
export type Appended = "stored" | "fenced" | "ended" | "rewound" | "full" | "doubtful";

interface Ack {
  readonly seq?: number;
  readonly error?: { readonly description?: string };
}

/** `beyond`: refused by a bound, before anything was stored. `full`: there is no room, and it may be half stored. */
type Sent = "stored" | "beyond" | "full" | "unknown";

/**
 * @param id the batch's id, also its deduplication id
 * @param bytes the encoded batch, sent identically at every try
 * @param expected the sequence that the journal ends with as far as we know
 */
export async function append(
  options: AppendOptions,
  id: string,
  bytes: Uint8Array,
  expected: number,
): Promise<Appended> {
  let isSure = true;
  for (;;) {
    if (!options.authority.holds()) {
      if (!(await options.authority.regained())) return "ended";
      const found = await settle(options, id, expected + 1);
      if (found !== "none") return found;
    }
    const sent = await send(options, id, bytes, expected);
    if (sent === "stored") return "stored";
    const found = await settle(options, id, expected + 1);
    if (found !== "none") return found;
    isSure &&= sent === "beyond";
    if (sent === "beyond" || sent === "full") return isSure ? "full" : "doubtful";
    if (await wentBack(options, expected)) return "rewound";
  }
}

async function wentBack(options: AppendOptions, expected: number): Promise<boolean> {
  const { bus, community, limitMs, authority } = options;
  try {
    return await endsBelow(bus, community, expected, limitMs, () => authority.holds());
  } catch (error) {
    if (!(error instanceof BusError)) throw error;
    return false;
  }
}

async function send(
  options: AppendOptions,
  id: string,
  bytes: Uint8Array,
  expected: number,
): Promise<Sent> {
  try {
    const reply = await options.bus.request(subject.journal(options.community), bytes, {
      timeoutMs: options.limitMs,
      headers: {
        "Nats-Msg-Id": id,
        "Nats-Expected-Last-Sequence": String(expected),
        "Nats-Expected-Stream": journalStream(options.community).name,
        ...(options.gist === undefined ? {} : { [gistHeader]: options.gist }),
        ...(options.traces === undefined ? {} : { [tracesHeader]: options.traces }),
      },
    });
    const text = new TextDecoder().decode(reply.data);
    const ack = JSON.parse(text) as Ack;
    const words = ack.error?.description ?? "";
    if (isFull(text)) {
      options.onFull?.(words);
      return isBeyondBound(text) ? "beyond" : "full";
    }
    if (ack.error !== undefined) options.logger.warn({ why: words, expected }, "append refused");
    return ack.seq === expected + 1 ? "stored" : "unknown";
  } catch (error) {
    if (!(error instanceof BusError)) throw error;
    options.logger.warn({ why: error.why, expected }, "append unanswered");
    return "unknown";
  }
}

/** Reads what stands at `seq` from the stream's leader until it is known. */
async function settle(
  options: AppendOptions,
  id: string,
  seq: number,
): Promise<"stored" | "fenced" | "ended" | "none"> {
  for (;;) {
    const found = await readRecordId(options, seq);
    if (found === id) return "stored";
    if (found === "") return "none";
    if (found !== undefined) {
      options.logger.warn({ seq, found }, "fenced off: another record stands in its place");
      return "fenced";
    }
    await pause(settlePauseMs);
    if (!options.authority.holds() && !(await options.authority.regained())) return "ended";
  }
}

/** The id of the record at `seq`, "" if there is none, undefined if it cannot be told now. */
async function readRecordId(options: AppendOptions, seq: number): Promise<string | undefined> {
  try {
    const stored = await readStored(options.bus, options.community, seq, options.limitMs);
    if (stored === null) return "";
    // A record that we cannot read is certainly not ours.
    return stored.decoded.ok ? stored.decoded.value.batch.id : `unreadable record ${seq}`;
  } catch (error) {
    if (!(error instanceof BusError)) throw error;
    return undefined;
  }
}

/**
 * The sequence that the journal ends with, asked of the stream's leader.
 * @throws as `journalEnds`
 */
export async function lastSequence(
  bus: Bus,
  community: CommunityId,
  limitMs: number,
): Promise<number> {
  return (await journalEnds(bus, community, limitMs)).last;
}
