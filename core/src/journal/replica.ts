/**
 * A replica: state and projection as far as the journal has been applied. A follower moves with the feed; the
 * leader's moves with its own appends, its state one batch ahead while that batch is in flight.
 */
import type { CommunityId } from "@dragoman/bus-schema";
import {
  type Bus,
  type Config,
  Feed,
  type FeedRecord,
  type Logger,
  pause,
} from "@dragoman/service-kit";
import { evolve } from "../decider/index.ts";
import { initialState, type State } from "../state/shape.ts";
import { lastSequence } from "./append.ts";
import type { ReplicaView } from "./replica-view.ts";

/** How often it is asked what the journal ends with: a follower's proof of completeness, and whether it went back. */
const proofMs = 500;
const infoLimitMs = 1_000;
const retryMs = 100;

export type RecordConsumer = (record: FeedRecord) => void;

export interface ReplicaOptions {
  readonly bus: Bus;
  readonly community: CommunityId;
  readonly config: Config;
  readonly logger: Logger;
  /** Get every record that is applied, or stored by this core as the leader; the state holds it then. */
  readonly consumers: readonly RecordConsumer[];
  /** The replica is of no more use: the journal went back, or holds what this version does not know. */
  readonly broken: (why: "rewound" | "unknown_events") => void;
}

interface Waiter {
  readonly seq: number;
  readonly done: (reached: boolean) => void;
}

export class Replica implements ReplicaView {
  readonly state: State = initialState();
  readonly #options: ReplicaOptions;
  readonly #feed: Feed;
  readonly #waiters = new Set<Waiter>();
  readonly #consumers: RecordConsumer[];
  #proof: NodeJS.Timeout | undefined;
  #position = { seq: 0, id: "", at: 0, term: 0 };
  #leading = false;
  #unstored = false;
  #current = false;
  #stopped = false;

  constructor(options: ReplicaOptions) {
    this.#options = options;
    this.#consumers = [...options.consumers];
    this.#feed = new Feed({
      bus: options.bus,
      community: options.community,
      logger: options.logger,
      apply: (record) => this.#apply(record),
      rewound: () => this.#break("rewound"),
      gapFillMs: options.config.journal.gapFillMs,
      gapMax: Number.POSITIVE_INFINITY,
    });
  }

  /** Replays the journal from its start and follows it. Resolves when it has caught up. */
  async start(): Promise<void> {
    this.#feed.listen();
    this.#feed.start({ seq: 0, id: "" });
    await this.catchUp();
    this.#current = true;
    this.#proof = setInterval(() => void this.#prove(), proofMs);
  }

  get position(): { seq: number; id: string; at: number; term: number } {
    return this.#position;
  }

  /** Caught up once, and whole: it may answer queries. */
  get current(): boolean {
    return this.#current && !this.#stopped;
  }

  /** Applies all that the journal holds at this moment. @returns the sequence reached */
  async catchUp(): Promise<number> {
    const last = await this.#lastSequence();
    await this.reached(last, Number.POSITIVE_INFINITY);
    return this.#position.seq;
  }

  /**
   * Resolves with true at a moment when everything up to `seq` is applied and the state holds nothing that is
   * not stored; with false after `limitMs`, or when the replica is of no more use.
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

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#proof);
    this.#feed.stop();
    for (const waiter of [...this.#waiters]) waiter.done(false);
  }

  #settledAt(seq: number): boolean {
    return this.#position.seq >= seq && !this.#unstored;
  }

  #apply(record: FeedRecord): void {
    if (this.#stopped) return;
    if (record.unknown.length > 0) {
      this.#options.logger.fatal(
        { seq: record.seq, types: record.unknown },
        "the journal holds events that this version does not know; it neither leads nor follows",
      );
      this.#break("unknown_events");
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
    for (const waiter of [...this.#waiters]) if (this.#settledAt(waiter.seq)) waiter.done(true);
  }

  #break(why: "rewound" | "unknown_events"): void {
    if (this.#stopped) return;
    this.stop();
    this.#options.broken(why);
  }

  async #prove(): Promise<void> {
    // What is applied while the answer is on its way may stand behind what it tells.
    const { seq } = this.#position;
    try {
      const last = await lastSequence(this.#options.bus, this.#options.community, infoLimitMs);
      if (last < seq) {
        // The stream's own leader says that it ends below what was applied (docs/journal.md 1.3).
        this.#options.logger.error({ last, position: this.#position }, "journal_rewound");
        this.#break("rewound");
        return;
      }
      this.#feed.prove(last, "");
    } catch (error) {
      this.#options.logger.debug({ err: error }, "journal not asked");
    }
  }

  async #lastSequence(): Promise<number> {
    for (;;) {
      try {
        return await lastSequence(this.#options.bus, this.#options.community, infoLimitMs);
      } catch (error) {
        if (this.#stopped) return this.#position.seq;
        this.#options.logger.debug({ err: error }, "journal not asked");
        await pause(retryMs);
      }
    }
  }
}
