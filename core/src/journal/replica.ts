/**
 * A replica: state and projection as far as the journal has been applied. A follower moves with the feed; the
 * leader's moves with its own appends, its state one batch ahead while that batch is in flight.
 */
import type { CommunityId, LeaderTime } from "@dragoman/bus-schema";
import {
  type Bus,
  type Config,
  Feed,
  type FeedRecord,
  type Halt,
  type Logger,
  pause,
  skipsOf,
} from "@dragoman/service-kit";
import { evolve } from "../decider/index.ts";
import type { Beginning, RecordPosition } from "../snapshot/state-file.ts";
import type { State } from "../state/shape.ts";
import { lastSequence } from "./append.ts";
import type { JournalClock } from "./clock.ts";
import {
  answersAgainst,
  askMs,
  BackJudge,
  type JournalEnds,
  JournalGoneError,
  journalEnds,
} from "./ends.ts";
import type { ReplicaView } from "./replica-view.ts";

const infoLimitMs = 1_000;
const retryMs = 100;

export type RecordConsumer = (record: FeedRecord) => void;

export interface ReplicaOptions {
  readonly bus: Bus;
  readonly community: CommunityId;
  readonly config: Config;
  readonly logger: Logger;
  /** Where it begins: what stands in the journal before was applied by whoever made a snapshot. */
  readonly beginning: Beginning;
  readonly clock: Pick<JournalClock, "nowMs" | "time">;
  /** Get every record that is applied, or stored by this core as the leader; the state holds it then. */
  readonly consumers: readonly RecordConsumer[];
  /**
   * The replica is of no more use: the journal went back, or another's record stands where the leader's next was
   * to stand, or there is no journal any more.
   */
  readonly broken: (why: "rewound" | "overtaken" | "gone") => void;
  /** Is told what the stream says of itself. */
  readonly looked: (ends: JournalEnds) => void;
}

interface Waiter {
  readonly seq: number;
  readonly done: (reached: boolean) => void;
}

export class Replica implements ReplicaView {
  readonly state: State;
  readonly #options: ReplicaOptions;
  /** Where it began, and what was known to be passed over then. */
  readonly #origin: number;
  readonly #known: ReadonlySet<number>;
  #feed: Feed;
  readonly #waiters = new Set<Waiter>();
  #consumers: RecordConsumer[];
  #proof: NodeJS.Timeout | undefined;
  readonly #judge = new BackJudge();
  /** Answers in a row by which there is no journal. */
  #gone = 0;
  #position: RecordPosition;
  #leading = false;
  #unstored = false;
  #current = false;
  #stopped = false;
  #resumed: (() => void) | undefined;

  constructor(options: ReplicaOptions) {
    const { state, position, skips } = options.beginning;
    this.#options = options;
    this.#consumers = [...options.consumers];
    this.state = state;
    this.#origin = position.seq;
    this.#known = new Set(skips.keys());
    this.#position = position;
    this.#feed = this.#newFeed();
  }

  #newFeed(): Feed {
    const { bus, community, logger, beginning, config } = this.#options;
    return new Feed({
      bus,
      community,
      logger,
      apply: (record) => this.#apply(record),
      rewound: () => this.#break("rewound"),
      halted: (halt) => this.#hearHalt(halt),
      refuse: ({ unknown }) =>
        unknown.length === 0
          ? undefined
          : `holds events that this version does not know: ${unknown.join(", ")}`,
      skips: beginning.skips,
      gapFillMs: config.journal.gapFillMs,
      gapMax: Number.POSITIVE_INFINITY,
    });
  }

  /** Replays the journal from where it begins and follows it. Resolves when it has caught up. */
  async start(): Promise<void> {
    this.#feed.listen();
    this.#feed.start(this.#position, this.#position.at);
    await this.catchUp();
    this.#current = true;
    // A follower's proof of completeness, and whether the journal went back.
    this.#proof ??= setInterval(() => void this.#prove(), askMs);
  }

  /** Whether the state holds what is stored and nothing else: the next life may go on with it. */
  get isWhole(): boolean {
    return !this.#stopped && !this.#unstored;
  }

  /** Is led no more, and can be started again; whoever was added meanwhile hears nothing from here on. */
  follow(): void {
    this.#leading = false;
    this.#consumers = [...this.#options.consumers];
    this.#feed.stop();
    this.#feed = this.#newFeed();
  }

  get position(): RecordPosition {
    return this.#position;
  }

  get nowMs(): number {
    return this.#options.clock.nowMs(this.#position.at);
  }

  get time(): LeaderTime {
    return this.#options.clock.time(this.#position.at);
  }

  /** The record that cannot be applied, while there is one. */
  get halt(): Halt | undefined {
    return this.#feed.halt;
  }

  /** Caught up once, and whole: it may answer queries. */
  get current(): boolean {
    return this.#current && !this.#stopped;
  }

  /** Applies all that the journal holds at this moment, or up to where it halts. @returns the sequence reached */
  async catchUp(): Promise<number> {
    const last = await this.#lastSequence();
    await this.reached(last, Number.POSITIVE_INFINITY);
    return this.#position.seq;
  }

  /**
   * Resolves with true at a moment when everything up to `seq` is applied and the state holds nothing that is
   * not stored, or as much as can be (`halt`); with false after `limitMs`, or when the replica is of no more use.
   */
  reached(seq: number, limitMs: number): Promise<boolean> {
    if (this.#stopped) return Promise.resolve(false);
    if (this.#settledAt(seq)) return Promise.resolve(true);
    if (!this.#leading) void this.#feed.reached(seq);
    return new Promise((resolve) => {
      const timer = Number.isFinite(limitMs) ? setTimeout(() => done(false), limitMs) : undefined;
      const done = (reached: boolean): void => {
        clearTimeout(timer);
        this.#waiters.delete(waiter);
        resolve(reached);
      };
      const waiter: Waiter = { seq, done };
      this.#waiters.add(waiter);
    });
  }

  /** Adds who gets every record from here on, until this replica is dropped. */
  addConsumer(consumer: RecordConsumer): void {
    this.#consumers.push(consumer);
  }

  /** From here on the leader moves this replica; the feed is no longer heard. */
  lead(): void {
    this.#leading = true;
    this.#feed.stop();
  }

  /** The leader has changed the state by what it is about to append. */
  runAhead(): void {
    this.#unstored = true;
  }

  /** What the state was run ahead by is stored. */
  committed(record: FeedRecord): void {
    this.#unstored = false;
    this.#advance(record);
  }

  /** Resolves when the journal no longer halts; never, if it is dropped before. Looks for it at once. */
  resumed(last: number): Promise<void> {
    if (this.halt === undefined) return Promise.resolve();
    const resumed = new Promise<void>((resolve) => {
      this.#resumed = resolve;
    });
    this.#feed.prove(last, "");
    return resumed;
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#proof);
    this.#feed.stop();
    for (const waiter of [...this.#waiters]) waiter.done(false);
  }

  #settledAt(seq: number): boolean {
    const { halt } = this;
    if (halt !== undefined && seq >= halt.seq) return true;
    return this.#position.seq >= seq && !this.#unstored;
  }

  #hearHalt(halt: Halt | undefined): void {
    if (halt === undefined) this.#resumed?.();
    else this.#settle();
  }

  #settle(): void {
    for (const waiter of [...this.#waiters]) if (this.#settledAt(waiter.seq)) waiter.done(true);
  }

  #apply(record: FeedRecord): void {
    if (this.#stopped) return;
    if (skipsOf(record).some(([seq]) => seq <= this.#origin && !this.#known.has(seq))) {
      // The snapshot holds what is passed over: the next life begins with one that does not.
      this.#break("overtaken");
      return;
    }
    for (const commit of record.batch.commits) {
      evolve(this.state, commit, { seq: record.seq, at: record.batch.at });
    }
    this.#advance(record);
  }

  #advance(record: FeedRecord): void {
    const { id, at, term } = record.batch;
    this.#position = { seq: record.seq, id, at, term: Math.max(term, this.#position.term) };
    for (const consume of this.#consumers) consume(record);
    this.#settle();
  }

  #break(why: "rewound" | "overtaken" | "gone"): void {
    if (this.#stopped) return;
    this.stop();
    this.#options.broken(why);
  }

  async #prove(): Promise<void> {
    // What is applied while the answer is on its way may stand behind what it tells.
    const { seq } = this.#position;
    const isSettled = !this.#unstored;
    try {
      const { bus, community, looked } = this.#options;
      const ends = await journalEnds(bus, community, infoLimitMs);
      const { last } = ends;
      this.#gone = 0;
      if (ends.isLeaders) looked(ends);
      if (this.#judge.hear(ends, seq, performance.now())) {
        this.#options.logger.error({ last, position: this.#position }, "journal_rewound");
        this.#options.beginning.skips.clear();
        this.#break("rewound");
        return;
      }
      if (last < seq) return;
      const isStill = isSettled && !this.#unstored && this.#position.seq === seq;
      if (this.#leading && isStill && last > seq) {
        this.#options.logger.warn(
          { last, position: this.#position },
          "another's record stands behind ours",
        );
        this.#options.broken("overtaken");
        return;
      }
      this.#feed.prove(last, "");
    } catch (error) {
      this.#gone = error instanceof JournalGoneError ? this.#gone + 1 : 0;
      if (this.#gone >= answersAgainst) this.#break("gone");
      this.#options.logger.debug({ err: error }, "journal not asked");
    }
  }

  async #lastSequence(): Promise<number> {
    for (;;) {
      try {
        return await lastSequence(this.#options.bus, this.#options.community, infoLimitMs);
      } catch (error) {
        if (this.#stopped) return this.#position.seq;
        if (error instanceof JournalGoneError) throw error;
        this.#options.logger.debug({ err: error }, "journal not asked");
        await pause(retryMs);
      }
    }
  }
}
