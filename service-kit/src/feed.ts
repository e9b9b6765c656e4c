/**
 * The feed: every journal record once, in order, by proof (docs/journal.md 1.3, 1.5, 4.1, 4.2). Live records come
 * by the stream's republish; what is missing is fetched by direct get. Cores and gateways read alike.
 */
import { journalStream, subject } from "@dragoman/bus-schema";
import type { Msg, Subscription } from "./bus.ts";
import type { FeedOptions, Halt, Position } from "./feed-options.ts";
import { readLive } from "./live-record.ts";
import { type FeedRecord, RecordReader, type Unreadable } from "./record-reader.ts";
import { noSkips, type Skip, type Skips, sayMend, skipsOf } from "./skip.ts";
import { pause } from "./time.ts";

const inFlight = 64;
const fillPauseMsMin = 10;
const goneWhy = "is no longer kept";
/** Nobody has a record that was applied: after so long the journal ends before it. */
const unseenMsMax = 5_000;
/** Ids of applied records kept to tell a repeat from a rewound journal. */
const idsKept = 4_096;

export class Feed {
  readonly #options: FeedOptions;
  readonly #stream: string;
  readonly #reader: RecordReader;
  readonly #held = new Map<number, FeedRecord | Unreadable>();
  readonly #skips: Skips;
  /** Records that this feed has passed over: skipped ones, and those of which it knew nothing. */
  readonly #passed = new Set<number>();
  readonly #ids = new Map<number, string>();
  #position: Position = { seq: 0, id: "" };
  #known = 0;
  #subscription: Subscription | undefined;
  #gapTimer: NodeJS.Timeout | undefined;
  #filling = false;
  #open = false;
  /** Where this feed began: what is before was applied by somebody else. */
  #origin = 0;
  /** The `at` of the last applied record. */
  #at = 0;
  #halt: Halt | undefined;
  /** A record is asked for once more: the next one, and one that was applied. */
  #doubting = false;
  #suspecting = false;
  /** Up to where it was looked for a skip of the record that the feed has halted at. */
  #searched = 0;
  #searching = false;
  readonly #stopping = new AbortController();
  readonly #waiters = new Set<{ readonly seq: number; readonly done: () => void }>();

  constructor(options: FeedOptions) {
    this.#options = options;
    this.#stream = journalStream(options.community).name;
    this.#reader = new RecordReader(options);
    this.#skips = options.skips ?? noSkips();
  }

  /** What has been applied. */
  get position(): Position {
    return this.#position;
  }

  /** The record that cannot be applied, while there is one. */
  get halt(): Halt | undefined {
    return this.#halt;
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

  /** Applies everything after `position`, what was held included. `at`: the time of the record there. */
  start(position: Position, at = 0): void {
    this.#position = { seq: position.seq, id: position.id };
    this.#at = at;
    this.#origin = position.seq;
    this.#remember(position);
    this.#open = true;
    this.#drain();
  }

  /**
   * Takes a proof of what the journal ends with: `last`, and its id where known. What is missing is fetched. Another id
   * at that place means that the journal went back, once the journal itself has said so.
   */
  prove(last: number, lastId: string): void {
    if (this.#stopping.signal.aborted) return;
    this.#known = Math.max(this.#known, last);
    const ours = this.#ids.get(last);
    if (lastId !== "" && ours !== undefined && ours !== lastId) {
      void this.#suspect(last, `record ${last} is ${lastId}, applied was ${ours}`);
      return;
    }
    if (lastId !== "" && this.#isFarBehind(last)) {
      void this.#suspect(this.#position.seq, `the journal ends with ${last}`);
      return;
    }
    if (this.#halt !== undefined) void this.#search(this.#halt);
    else if (this.#open && last > this.#position.seq) this.#expect();
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
    const record = readLive(message, this.#stream, this.#options.gistIsEnough === true);
    if (record !== undefined) this.#take(record);
    else this.#options.logger.warn({ subject: message.subject }, "event without a journal place");
  }

  #take(record: FeedRecord | Unreadable): void {
    if (this.#stopping.signal.aborted) return;
    const { seq } = record;
    this.#known = Math.max(this.#known, seq);
    if ("batch" in record && !this.#noteSkips(record)) return;
    // A halted feed holds nothing: what follows may be much, and is fetched once it goes on.
    if (this.#halt !== undefined || this.#held.has(seq)) return;
    if (this.#open && seq <= this.#position.seq) {
      // A proof tells whether the journal went back: what cannot be read proves nothing.
      if (!("batch" in record)) return;
      const ours = this.#ids.get(seq);
      const differs = ours !== undefined && ours !== record.batch.id && !this.#passed.has(seq);
      const isFar = this.#isFarBehind(seq);
      if (!differs && !isFar) return;
      void this.#suspect(isFar ? this.#position.seq : seq, `record ${seq} was written anew`);
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
    while (!this.#stopping.signal.aborted && !this.#doubting && this.#halt === undefined) {
      const seq = this.#position.seq + 1;
      const skip = this.#skips.get(seq);
      if (skip !== undefined) {
        this.#passOver(seq, skip);
        continue;
      }
      const record = this.#held.get(seq);
      if (record === undefined) break;
      const why = this.#obstacle(record);
      if (why !== undefined || !("batch" in record)) {
        void this.#doubt(seq, why ?? "cannot be read");
        return;
      }
      this.#held.delete(seq);
      this.#apply(record);
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

  #apply(record: FeedRecord): void {
    this.#position = { seq: record.seq, id: record.batch.id };
    this.#at = record.batch.at;
    // Of which nothing is known here: as good as passed over.
    if (record.batch.commits.every(({ events }) => events.length === 0))
      this.#passed.add(record.seq);
    this.#remember(this.#position);
    this.#options.apply(record);
  }

  // ---- records that cannot be applied (docs/journal.md 1.5) -----------------------------------------------

  /** Why a record cannot be applied behind the last one. */
  #obstacle(record: FeedRecord | Unreadable): string | undefined {
    if (!("batch" in record)) return `cannot be read: ${record.unreadable}`;
    const { prev } = record.batch;
    if (prev !== this.#position.id) return `follows ${prev}, not ${this.#position.id}`;
    return this.#options.refuse?.(record);
  }

  /** Asks the leader for the record, and for the one before: is that another now, the journal went back. */
  async #doubt(seq: number, why: string): Promise<void> {
    if (this.#doubting || this.#halt !== undefined) return;
    this.#doubting = true;
    try {
      const amiss = await this.#reader.lookTwice(this.#stopping.signal, async () => {
        const before = await this.#isOurs(this.#position.seq);
        const again = await this.#reader.read(seq, true);
        if (before === false) return { rewind: true, why };
        // Of the record before, or of this one, the replica that answers has not heard yet.
        if (before !== true || again === undefined || again === "unseen") return undefined;
        this.#held.delete(seq);
        const still = again === "gone" ? goneWhy : this.#obstacle(again);
        if (still !== undefined) return { rewind: false, why: still };
        if (again !== "gone") this.#held.set(seq, again);
        this.#options.logger.error(
          { seq, why },
          "a copy of the journal is not what its leader has, or was torn on its way: the leader alone is asked from now on",
        );
        this.#reader.distrustCopies();
        return "sound";
      });
      if (amiss?.rewind) this.#rewind(`record ${seq} ${amiss.why}`);
      else if (amiss !== undefined && !this.#skips.has(seq)) this.#stand({ seq, why: amiss.why });
    } finally {
      this.#doubting = false;
      if (this.#halt === undefined) this.#drain();
    }
  }

  /** Something speaks of another record at `seq` than was applied: the journal itself is asked. */
  async #suspect(seq: number, why: string): Promise<void> {
    if (this.#suspecting) return;
    this.#suspecting = true;
    let unseenMs: number | undefined;
    try {
      const amiss = await this.#reader.lookTwice(this.#stopping.signal, async () => {
        const isOurs = await this.#isOurs(seq);
        if (isOurs === true) return "sound";
        if (isOurs === false) return { why };
        if (isOurs === undefined) return undefined;
        // A replica may lag; that nobody has the record for so long is a journal that ends before it.
        unseenMs ??= performance.now();
        return performance.now() - unseenMs >= unseenMsMax ? { why } : undefined;
      });
      if (amiss !== undefined) this.#rewind(amiss.why);
      else this.#options.logger.warn({ seq, why }, "the journal says otherwise");
    } finally {
      this.#suspecting = false;
    }
  }

  /**
   * Whether the record that was applied at `seq` still stands there; `unseen`: who was asked has neither it nor a later
   * one; undefined: it cannot be told now.
   */
  async #isOurs(seq: number): Promise<boolean | "unseen" | undefined> {
    if (seq === 0 || this.#passed.has(seq)) return true;
    const found = await this.#reader.read(seq, true);
    if (found === undefined || found === "unseen") return found;
    return found !== "gone" && "batch" in found && found.batch.id === this.#ids.get(seq);
  }

  #stand(halt: Halt): void {
    this.#halt = halt;
    this.#searched = halt.seq;
    this.#held.clear();
    this.#relax();
    this.#options.logger.error(
      { ...halt, position: this.#position, mend: sayMend(halt.seq) },
      "journal_halted: nothing is applied from this record on, what was applied is served read-only",
    );
    this.#options.halted(halt);
    void this.#search(halt);
  }

  /** Looks through all that follows for the operator's word that the record is passed over. */
  async #search(halt: Halt): Promise<void> {
    if (this.#searching) return;
    this.#searching = true;
    const { signal } = this.#stopping;
    try {
      while (this.#halt === halt && this.#searched < this.#known && !signal.aborted) {
        const to = Math.min(this.#known, this.#searched + inFlight);
        const wanted = Array.from(
          { length: to - this.#searched },
          (_, n) => this.#searched + 1 + n,
        );
        const found = await Promise.all(wanted.map((seq) => this.#fetch(seq)));
        if (found.every((isAnswered) => isAnswered)) this.#searched = to;
        else await pause(Math.max(fillPauseMsMin, this.#options.gapFillMs), signal);
      }
    } finally {
      this.#searching = false;
    }
  }

  /** Learns what the record says of others; false: the feed is of no more use, or goes on with other records. */
  #noteSkips(record: FeedRecord): boolean {
    for (const [seq, skip] of skipsOf(record)) {
      if (this.#skips.has(seq)) continue;
      const isBehind = this.#open && seq > this.#origin && seq <= this.#position.seq;
      const wasApplied = isBehind && !this.#passed.has(seq);
      if (wasApplied) this.#rewind(`record ${seq} was applied and is to be passed over`);
      this.#skips.set(seq, skip);
      if (wasApplied) return false;
    }
    if (this.#halt !== undefined && this.#skips.has(this.#halt.seq)) {
      this.#options.logger.info(this.#halt, "the record is passed over");
      this.#halt = undefined;
      this.#options.halted(undefined);
      this.#drain();
    }
    return true;
  }

  /** A skipped record counts as an empty one. */
  #passOver(seq: number, { id }: Skip): void {
    this.#held.delete(seq);
    const prev = this.#position.id;
    const batch = { v: 2, id, term: 0, prev, at: this.#at, commits: [] } as const;
    this.#apply({ seq, batch, unknown: [] });
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
    if (this.#gapTimer !== undefined || this.#filling || !this.#isMoving) return;
    const delay = this.#position.seq === 0 ? 0 : this.#options.gapFillMs;
    this.#gapTimer = setTimeout(() => {
      this.#gapTimer = undefined;
      void this.#fill();
    }, delay);
  }

  get #isMoving(): boolean {
    return !this.#stopping.signal.aborted && !this.#doubting && this.#halt === undefined;
  }

  #relax(): void {
    clearTimeout(this.#gapTimer);
    this.#gapTimer = undefined;
  }

  async #fill(): Promise<void> {
    if (this.#filling) return;
    this.#filling = true;
    try {
      while (this.#isMoving && this.lag > 0) {
        await this.#options.room?.();
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

  /** Fetches a record and takes it. @returns whether the journal has told what stands there */
  async #fetch(seq: number): Promise<boolean> {
    const found = await this.#reader.read(seq);
    if (found === undefined || found === "unseen" || this.#stopping.signal.aborted) return false;
    if (found !== "gone") this.#take(found);
    else if (seq === this.#position.seq + 1) void this.#doubt(seq, goneWhy);
    return true;
  }

  #rewind(why: string): void {
    if (this.#stopping.signal.aborted) return;
    this.stop();
    this.#skips.clear();
    this.#options.logger.error({ why, position: this.#position }, "journal_rewound");
    this.#options.rewound(why);
  }
}
