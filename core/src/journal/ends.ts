/** What the stream itself says of the journal. */
import { type CommunityId, journalStream } from "@dragoman/bus-schema";
import type { Bus } from "@dragoman/service-kit";

/** NATS' store has no journal any more: nothing can be read or decided until it is back. */
export class JournalGoneError extends Error {
  override name = "JournalGoneError";
  constructor(community: CommunityId) {
    const { name } = journalStream(community);
    super(
      `the journal (stream ${name}) is gone from NATS' store: stop nats-server, put its store back, and start it; ` +
        "or start this core anew, and the community begins empty",
    );
  }
}

/** What JetStream answers where it has no such stream. */
const noStreamCode = 10_059;

/** The sequences between which the journal stands. An empty one that was trimmed begins behind its end. */
export interface JournalEnds {
  readonly first: number;
  readonly last: number;
  /** What it holds, and what it may hold; -1: no bound. */
  readonly bytes: number;
  readonly bytesMax: number;
}

/**
 * Asked of the stream's leader.
 * @throws JournalGoneError, BusError without an answer, Error when the server refuses
 */
export async function journalEnds(
  bus: Bus,
  community: CommunityId,
  limitMs: number,
): Promise<JournalEnds> {
  const reply = await bus.request(
    `$JS.API.STREAM.INFO.${journalStream(community).name}`,
    new Uint8Array(),
    { timeoutMs: limitMs },
  );
  const { state, config, error } = JSON.parse(new TextDecoder().decode(reply.data)) as {
    readonly state?: {
      readonly first_seq: number;
      readonly last_seq: number;
      readonly bytes: number;
    };
    readonly config?: { readonly max_bytes?: number };
    readonly error?: { readonly description?: string; readonly err_code?: number };
  };
  if (error?.err_code === noStreamCode) throw new JournalGoneError(community);
  if (state === undefined) throw new Error(`journal: ${error?.description ?? "no state"}`);
  return {
    first: state.first_seq,
    last: state.last_seq,
    bytes: state.bytes,
    bytesMax: config?.max_bytes ?? -1,
  };
}
