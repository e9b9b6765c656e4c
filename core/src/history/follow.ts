/**
 * How records come to the history: as the replica applies them while it keeps up, else from the journal, at its own
 * pace. So it may begin elsewhere than the state, and one that is slow or cannot be written fills no memory.
 */
import type { CommunityId } from "@dragoman/bus-schema";
import {
  type Bus,
  Feed,
  type FeedRecord,
  type Logger,
  pause,
  type Skips,
} from "@dragoman/service-kit";
import type { History } from "./history.ts";

/** Records that wait for the history at most; it reads the others from the journal when it has done these. */
const lagMax = 5_000;
const waitMs = 1_000;

export interface FollowOptions {
  readonly bus: Bus;
  readonly community: CommunityId;
  readonly history: History;
  readonly gapFillMs: number;
  readonly logger: Logger;
}

/** For the time of one replica. */
export class HistoryFollower {
  readonly #options: FollowOptions;
  readonly #skips: Skips;
  /** The last record that the history was given. */
  #given: { seq: number; id: string };
  /** The last that the replica has applied. */
  #latest = 0;
  #feed: Feed | undefined;
  #isStopped = false;

  constructor(options: FollowOptions, skips: Skips) {
    this.#options = options;
    this.#skips = skips;
    this.#given = options.history.position;
  }

  /** The replica begins behind a record, whose fellows before it the history may have to read. */
  begin(seq: number): void {
    this.#latest = seq;
    if (this.#given.seq < seq) this.#catchUp();
  }

  /** Takes what the replica has applied. */
  heard(record: FeedRecord): void {
    this.#latest = Math.max(this.#latest, record.seq);
    if (this.#feed !== undefined || this.#isStopped) return;
    const isNext = record.seq <= this.#given.seq + 1;
    if (isNext && this.#options.history.lag() <= lagMax) this.#give(record);
    else this.#catchUp();
  }

  stop(): void {
    this.#isStopped = true;
    this.#feed?.stop();
  }

  #give(record: FeedRecord): void {
    if (record.seq > this.#given.seq) this.#given = { seq: record.seq, id: record.batch.id };
    this.#options.history.apply(record);
  }

  #catchUp(): void {
    const { bus, community, gapFillMs, logger } = this.#options;
    const feed: Feed = new Feed({
      bus,
      community,
      logger,
      apply: (record) => {
        this.#give(record);
        if (record.seq < this.#latest) return;
        // The replica goes on with the next.
        feed.stop();
        this.#feed = undefined;
      },
      // The replica meets the same, and says what is done.
      rewound: (why) => logger.warn({ why }, "history does not go on"),
      halted: () => undefined,
      skips: this.#skips,
      gapFillMs,
      gapMax: Number.POSITIVE_INFINITY,
      room: () => this.#room(),
    });
    this.#feed = feed;
    feed.start(this.#given);
    void this.#readOn(feed);
  }

  async #readOn(feed: Feed): Promise<void> {
    while (this.#feed === feed && !this.#isStopped) await feed.reached(this.#latest);
  }

  async #room(): Promise<void> {
    const { history } = this.#options;
    while (!this.#isStopped && history.lag() > lagMax) {
      const hasCome = await history.reached(this.#given.seq - lagMax / 2, waitMs);
      if (!hasCome && history.fault !== undefined) await pause(waitMs);
    }
  }
}
