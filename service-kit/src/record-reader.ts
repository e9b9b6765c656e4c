/** Reads records of the journal by their places (docs/journal.md 4.2), for the feed. */
import {
  type CommunityId,
  type DecodedBatch,
  decodeBatch,
  decodeGist,
  encode,
  gistHeader,
  journalStream,
  subject,
} from "@dragoman/bus-schema";
import { type Bus, BusError, type Reply } from "./bus.ts";
import type { Logger } from "./logger.ts";
import { pause } from "./time.ts";

export interface FeedRecord extends DecodedBatch {
  readonly seq: number;
  /** As it came live: the contexts of some of its commands (`tracesHeader`). */
  readonly traces?: readonly string[];
}

/** A record that no version of ours wrote, or that came mangled. */
export interface Unreadable {
  readonly seq: number;
  readonly unreadable: string;
}

const fetchLimitMs = 1_000;
const pauseMsMin = 10;

/** What came for the record at `seq`: its gist where that is enough and there is one, else the whole of it. */
export function decodeRecord(
  seq: number,
  data: Uint8Array,
  gist: string | undefined,
): FeedRecord | Unreadable {
  const short = gist === undefined || gist === "" ? undefined : decodeGist(gist);
  const decoded = short?.ok === true ? short : decodeBatch(data);
  return decoded.ok ? { seq, ...decoded.value } : { seq, unreadable: decoded.why };
}

/**
 * What the stream's leader has at a place, in one step more than any copy: its bytes, or null where it has nothing.
 * undefined: no answer.
 */
export type LeaderRead = (seq: number) => Promise<Uint8Array | null | undefined>;

interface ReaderOptions {
  /** See `FeedOptions`. */
  readonly gistIsEnough?: boolean;
  /** For a process that may not ask the leader itself. */
  readonly readOfLeader?: LeaderRead;
  readonly bus: Bus;
  readonly community: CommunityId;
  readonly logger: Logger;
  /** Also how long it is waited for an answer that does not come. */
  readonly gapFillMs: number;
}

/** What the stream says of one place; undefined: no answer. */
type Found = RecordBytes | "none" | undefined;

interface RecordBytes {
  readonly place: number;
  readonly data: Uint8Array;
  readonly gist?: string;
}

interface Wanted {
  readonly seq: number;
  readonly next_by_subj?: string;
}

export class RecordReader {
  readonly #options: ReaderOptions;
  readonly #copies: string;
  readonly #leader: string;
  #isLeaderAlone = false;

  constructor(options: ReaderOptions) {
    const { name } = journalStream(options.community);
    this.#options = options;
    this.#copies = `$JS.API.DIRECT.GET.${name}`;
    this.#leader = `$JS.API.STREAM.MSG.GET.${name}`;
  }

  /** From now on the stream's leader alone is asked: a copy has told of something else than the leader. */
  distrustCopies(): void {
    this.#isLeaderAlone = true;
  }

  /**
   * What stands at `seq`, which is asked for: no header says so. Any replica may answer, and one that lags has less
   * than there is: that nothing stands there is believed of one that holds a later record (docs/journal.md 1.3).
   * @param ofLeader whether the stream's leader is asked, whose word decides
   * @returns `gone`: nothing stands there any more; `unseen`: who was asked knows of nothing from there on;
   * undefined: no answer
   */
  async read(
    seq: number,
    ofLeader = this.#isLeaderAlone,
  ): Promise<FeedRecord | Unreadable | "gone" | "unseen" | undefined> {
    const found = await (ofLeader ? this.#ofLeader(seq) : this.#askCopies({ seq }));
    if (found === undefined) return undefined;
    if (found !== "none") return decodeRecord(seq, found.data, found.gist);
    // One answer of one replica: the record, or the first that it holds behind it.
    const from = { seq, next_by_subj: subject.journal(this.#options.community) };
    const next = await this.#askCopies(from);
    if (next === undefined) return undefined;
    if (next === "none") return "unseen";
    if (next.place === seq) return ofLeader ? undefined : decodeRecord(seq, next.data, next.gist);
    return next.place > seq ? "gone" : undefined;
  }

  async #askCopies(wanted: Wanted): Promise<Found> {
    const reply = await this.#ask(this.#copies, wanted);
    if (reply?.status === 404) return "none";
    if (reply?.status !== 0) return undefined;
    // The server's own header stands behind what was stored.
    const place = Number(reply.header("Nats-Sequence", "last"));
    const { data } = reply;
    const isEnough = this.#options.gistIsEnough === true;
    return isEnough ? { place, data, gist: reply.header(gistHeader) } : { place, data };
  }

  async #ofLeader(seq: number): Promise<Found> {
    const { readOfLeader } = this.#options;
    if (readOfLeader === undefined) return this.#askLeader(seq);
    const data = await readOfLeader(seq);
    return data === null ? "none" : data && { place: seq, data };
  }

  async #askLeader(seq: number): Promise<Found> {
    const reply = await this.#ask(this.#leader, { seq });
    if (reply === undefined) return undefined;
    const { message, error } = JSON.parse(new TextDecoder().decode(reply.data)) as {
      readonly message?: { readonly seq: number; readonly data?: string };
      readonly error?: { readonly code?: number };
    };
    if (error?.code === 404) return "none";
    if (message === undefined) return undefined;
    // A record without bytes has no such field.
    return { place: message.seq, data: Buffer.from(message.data ?? "", "base64") };
  }

  /** Asks the stream for one record. undefined: no answer. */
  async #ask(of: string, wanted: Wanted): Promise<Reply | undefined> {
    try {
      return await this.#options.bus.request(of, encode(wanted), { timeoutMs: fetchLimitMs });
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
