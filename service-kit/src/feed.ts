/**
 * The feed: every journal record once, in order, by proof (docs/journal.md 1.3, 4.1, 4.2). Live records come
 * by the stream's republish; what is missing is fetched by direct get. Cores and gateways read alike.
 */
import {
  type CommunityId,
  type DecodedBatch,
  decodeBatch,
  encode,
  journalStream,
  subject,
} from "@dragoman/bus-schema";
import { type Bus, BusError, type Msg, type Subscription } from "./bus.ts";
import type { Logger } from "./logger.ts";
import { pause } from "./time.ts";

/** A position in the journal: the record at `seq` has the id `id`. (0, "") is before the first. */
export interface Position {
  readonly seq: number;
  readonly id: string;
}

export interface FeedRecord extends DecodedBatch {
  readonly seq: number;
}

export interface FeedOptions {
  readonly bus: Bus;
  readonly community: CommunityId;
  readonly logger: Logger;
  /** Applies a record; called in order, each once. */
  readonly apply: (record: FeedRecord) => void;
  /**
   * The journal is not the one that was applied (a power cut, a restore), or too much is missing. The owner
   * drops what it built and starts anew; the feed has stopped itself.
   */
  readonly rewound: (why: string) => void;
  /** How long a live record may be late before it is fetched. */
  readonly gapFillMs: number;
  /** Missing records above which it is cheaper to start anew. */
  readonly gapMax: number;
}

const inFlight = 64;
const fetchLimitMs = 1_000;
const fillPauseMsMin = 10;
/** Ids of applied records kept to tell a repeat from a rewound journal. */
const idsKept = 4_096;

export class Feed {
  readonly #options: FeedOptions;
  readonly #stream: string;
  readonly #held = new Map<number, FeedRecord>();
  readonly #ids = new Map<number, string>();
  #position: Position = { seq: 0, id: "" };
  #known = 0;
  #subscription: Subscription | undefined;
  #gapTimer: NodeJS.Timeout | undefined;
  #filling = false;
  #open = false;
  readonly #stopping = new AbortController();
  readonly #waiters = new Set<{ readonly seq: number; readonly done: () => void }>();

  constructor(options: FeedOptions) {
    this.#options = options;
    this.#stream = journalStream(options.community).name;
  }

  /** What has been applied. */
  get position(): Position {
    return this.#position;
  }

  /** The highest sequence that is known to exist, less what has been applied. */
  get lag(): number {
    return Math.max(0, this.#known - this.#position.seq);
  }

  /** Hears live records and holds them until `start` says from where to apply. */
  listen(): void {
    this.#subscription = this.#options.bus.subscribe(
      subject.event(this.#options.community),
      (message) => this.#hear(message),
    );
  }

  /** Applies everything after `position`, what was held included. */
  start(position: Position): void {
    this.#position = position;
    this.#remember(position);
    this.#open = true;
    this.#drain();
  }

  /**
   * Takes a proof of what the journal ends with: `last`, and its id where known. What is missing is fetched;
   * another id at that place means that the journal went back.
   */
  prove(last: number, lastId: string): void {
    if (this.#stopping.signal.aborted) return;
    this.#known = Math.max(this.#known, last);
    const ours = this.#ids.get(last);
    if (lastId !== "" && ours !== undefined && ours !== lastId) {
      this.#rewind(`record ${last} is ${lastId}, applied was ${ours}`);
      return;
    }
    if (lastId !== "" && this.#isFarBehind(last)) {
      this.#rewind(`the journal ends with ${last}`);
      return;
    }
    if (this.#open && last > this.#position.seq) this.#expect();
  }

  /** Resolves when `seq` has been applied; never, if the feed stops before. */
  reached(seq: number): Promise<void> {
    if (this.#position.seq >= seq) return Promise.resolve();
    this.#known = Math.max(this.#known, seq);
    if (this.#open) this.#expect();
    return new Promise((done) => this.#waiters.add({ seq, done }));
  }

  stop(): void {
    this.#stopping.abort();
    this.#subscription?.unsubscribe();
    clearTimeout(this.#gapTimer);
    this.#held.clear();
    this.#waiters.clear();
  }

  #hear(message: Msg): void {
    // Journal 4.2: an event counts only with the stream's own headers.
    // Each stands there once: the server adds its own behind what a stored message brought along.
    const [stream, ...more] = message.headers?.values("Nats-Stream") ?? [];
    const seq = Number(message.headers?.get("Nats-Sequence") ?? "");
    const own = stream === this.#stream && more.length === 0;
    if (!own || !Number.isInteger(seq) || seq < 1) {
      this.#options.logger.warn({ subject: message.subject }, "event without a journal place");
      return;
    }
    this.#take(seq, message.data);
  }

  #take(seq: number, data: Uint8Array): void {
    if (this.#stopping.signal.aborted) return;
    this.#known = Math.max(this.#known, seq);
    if (this.#held.has(seq)) return;
    const decoded = decodeBatch(data);
    if (!decoded.ok) {
      this.#rewind(`record ${seq} cannot be read: ${decoded.why}`);
      return;
    }
    const record: FeedRecord = { seq, ...decoded.value };
    if (this.#open && seq <= this.#position.seq) {
      const ours = this.#ids.get(seq);
      if ((ours !== undefined && ours !== record.batch.id) || this.#isFarBehind(seq)) {
        this.#rewind(`record ${seq} was written anew`);
      }
      return;
    }
    if (this.#held.size >= this.#options.gapMax) {
      this.#rewind(`more than ${this.#options.gapMax} records wait`);
      return;
    }
    this.#held.set(seq, record);
    if (this.#open) this.#drain();
  }

  #drain(): void {
    for (;;) {
      const record = this.#held.get(this.#position.seq + 1);
      if (record === undefined || this.#stopping.signal.aborted) break;
      this.#held.delete(record.seq);
      if (record.batch.prev !== this.#position.id) {
        this.#rewind(`record ${record.seq} follows ${record.batch.prev}, not ${this.#position.id}`);
        return;
      }
      this.#position = { seq: record.seq, id: record.batch.id };
      this.#remember(this.#position);
      this.#options.apply(record);
    }
    for (const seq of this.#held.keys()) if (seq <= this.#position.seq) this.#held.delete(seq);
    for (const waiter of this.#waiters) {
      if (waiter.seq <= this.#position.seq) {
        this.#waiters.delete(waiter);
        waiter.done();
      }
    }
    if (this.lag > 0) this.#expect();
    else this.#relax();
  }

  /** Too far behind for a late answer or event: a restore of an old copy, whose ids are no longer known here. */
  #isFarBehind(seq: number): boolean {
    return this.#open && seq <= this.#position.seq - idsKept;
  }

  #remember(position: Position): void {
    this.#ids.set(position.seq, position.id);
    this.#ids.delete(position.seq - idsKept);
  }

  #expect(): void {
    if (this.#gapTimer !== undefined || this.#filling || this.#stopping.signal.aborted) return;
    const delay = this.#position.seq === 0 ? 0 : this.#options.gapFillMs;
    this.#gapTimer = setTimeout(() => {
      this.#gapTimer = undefined;
      void this.#fill();
    }, delay);
  }

  #relax(): void {
    clearTimeout(this.#gapTimer);
    this.#gapTimer = undefined;
  }

  async #fill(): Promise<void> {
    if (this.#filling) return;
    this.#filling = true;
    try {
      while (!this.#stopping.signal.aborted && this.lag > 0) {
        const from = this.#position.seq + 1;
        if (from > 1 && this.#known - from >= this.#options.gapMax) {
          this.#rewind(`${this.#known - from + 1} records are missing`);
          return;
        }
        const wanted: number[] = [];
        for (let seq = from; seq <= this.#known && wanted.length < inFlight; seq += 1) {
          if (!this.#held.has(seq)) wanted.push(seq);
        }
        const before = this.#position.seq;
        await Promise.all(wanted.map((seq) => this.#fetch(seq)));
        if (this.#position.seq === before)
          await pause(Math.max(fillPauseMsMin, this.#options.gapFillMs), this.#stopping.signal);
      }
    } finally {
      this.#filling = false;
    }
  }

  async #fetch(seq: number): Promise<void> {
    try {
      const reply = await this.#options.bus.request(
        `$JS.API.DIRECT.GET.${this.#stream}`,
        encode({ seq }),
        { timeoutMs: fetchLimitMs },
      );
      if (this.#stopping.signal.aborted) return;
      if (reply.status === 404) {
        // Direct get may be stale in a cluster; only a later record at hand proves that this one is gone.
        if (this.#held.has(seq + 1)) this.#rewind(`record ${seq} is no longer kept`);
        return;
      }
      if (reply.status !== 0) return;
      this.#take(Number(reply.header("Nats-Sequence")), reply.data);
    } catch (error) {
      if (!(error instanceof BusError)) throw error;
      this.#options.logger.debug({ err: error, seq }, "journal record not fetched, asked again");
    }
  }

  #rewind(why: string): void {
    if (this.#stopping.signal.aborted) return;
    this.stop();
    this.#options.logger.error({ why, position: this.#position }, "journal_rewound");
    this.#options.rewound(why);
  }
}
