/** Reads records of the journal by their places (docs/journal.md 4.2), for the feed. */
import {
  type CommunityId,
  type DecodedBatch,
  decodeBatch,
  encode,
  journalStream,
  subject,
} from "@dragoman/bus-schema";
import { type Bus, BusError, type Reply } from "./bus.ts";
import type { Logger } from "./logger.ts";
import { pause } from "./time.ts";

export interface FeedRecord extends DecodedBatch {
  readonly seq: number;
}

/** A record that no version of ours wrote, or that came mangled. */
export interface Unreadable {
  readonly seq: number;
  readonly unreadable: string;
}

const fetchLimitMs = 1_000;
const pauseMsMin = 10;

/** What came for the record at `seq`. */
export function decodeRecord(seq: number, data: Uint8Array): FeedRecord | Unreadable {
  const decoded = decodeBatch(data);
  return decoded.ok ? { seq, ...decoded.value } : { seq, unreadable: decoded.why };
}

interface ReaderOptions {
  readonly bus: Bus;
  readonly community: CommunityId;
  readonly logger: Logger;
  /** Also how long it is waited for an answer that does not come. */
  readonly gapFillMs: number;
}

export class RecordReader {
  readonly #options: ReaderOptions;
  readonly #subject: string;

  constructor(options: ReaderOptions) {
    this.#options = options;
    this.#subject = `$JS.API.DIRECT.GET.${journalStream(options.community).name}`;
  }

  /**
   * What stands at `seq`, which is asked for: no header says so. Any replica may answer, and one that lags has less
   * than there is: that nothing stands there is believed of one that holds a later record (docs/journal.md 1.3).
   * @returns `gone`: nothing stands there any more; `unseen`: who was asked knows of nothing from there on;
   * undefined: no answer
   */
  async read(seq: number): Promise<FeedRecord | Unreadable | "gone" | "unseen" | undefined> {
    const reply = await this.#get({ seq });
    if (reply?.status === 0) return decodeRecord(seq, reply.data);
    if (reply?.status !== 404) return undefined;
    // One answer of one replica: the record, or the first that it holds behind it.
    const from = { seq, next_by_subj: subject.journal(this.#options.community) };
    const next = await this.#get(from);
    if (next?.status === 404) return "unseen";
    if (next?.status !== 0) return undefined;
    // The server's own header stands behind what was stored.
    const place = Number(next.header("Nats-Sequence", "last"));
    if (place === seq) return decodeRecord(seq, next.data);
    return place > seq ? "gone" : undefined;
  }

  /** Asks the stream for one record. undefined: no answer. */
  async #get(wanted: { readonly seq: number }): Promise<Reply | undefined> {
    try {
      const options = { timeoutMs: fetchLimitMs };
      return await this.#options.bus.request(this.#subject, encode(wanted), options);
    } catch (error) {
      if (!(error instanceof BusError)) throw error;
      const { logger } = this.#options;
      logger.debug({ err: error, ...wanted }, "journal record not fetched, asked again");
      return undefined;
    }
  }

  /**
   * Looks at the journal until it can tell. What is found amiss is looked at once more over a new connection, on which
   * nothing is left of what the old one may have torn, before it is believed.
   * @param look what is amiss; undefined: it cannot be told now
   * @returns what is amiss; undefined: nothing, or `signal` aborts
   */
  async lookTwice<Amiss extends object>(
    signal: AbortSignal,
    look: () => Promise<Amiss | "sound" | undefined>,
  ): Promise<Amiss | undefined> {
    let isNew = false;
    while (!signal.aborted) {
      const found = await look();
      if (found === undefined) await pause(Math.max(pauseMsMin, this.#options.gapFillMs), signal);
      else if (found === "sound" || signal.aborted) return undefined;
      else if (isNew) return found;
      else {
        await this.#options.bus.renew(signal);
        isNew = true;
      }
    }
    return undefined;
  }
}
