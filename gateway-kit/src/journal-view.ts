/**
 * What a gateway knows of the community: the roster and the feed that carries it on (docs/journal.md 4.3, last
 * sentence). Subscribe, hold, snapshot, replay what is later. When the journal went back, all of it is built anew.
 */
import { setTimeout as pause } from "node:timers/promises";
import { type CommunityId, type RosterUser, rosterPageMax } from "@dragoman/bus-schema";
import {
  type Bus,
  Feed,
  type FeedRecord,
  type Halt,
  type Logger,
  type PackedPage,
  packedForm,
  rosterDigest,
} from "@dragoman/service-kit";
import type { QueryPort } from "./queries.ts";
import { type ExtensionMaker, Roster } from "./roster/roster.ts";

export interface JournalViewOptions {
  readonly bus: Bus;
  readonly queries: QueryPort;
  readonly community: CommunityId;
  readonly logger: Logger;
  readonly gapFillMs: number;
  /** See `Roster.fileBase`. */
  readonly fileBase: string;
  /** What the edge keeps beside each roster. */
  readonly extensions: readonly ExtensionMaker[];
  readonly apply: (record: FeedRecord, roster: Roster) => void;
  /** The roster is gone; a new one is on its way. */
  readonly onLost: () => void;
  /** A roster is there. */
  readonly onRoster: (roster: Roster) => void;
}

/** A page of the roster: packed, or as core gives it to whoever does not read its form. */
type People = PackedPage | readonly RosterUser[];

/** Missing records above which a new roster is cheaper (docs/journal.md 4.1). */
const gapMax = 20_000;
const snapshotLimitMs = 5_000;
/** Pages of people that are asked for at once. */
const pagesAtOnce = 8;
/** Between two tries to get a snapshot. */
const pauseMs = 200;

export class JournalView {
  readonly #options: JournalViewOptions;
  #feed: Feed | undefined;
  #roster: Roster | undefined;
  #current = false;
  #starting = false;
  #stopped = false;

  constructor(options: JournalViewOptions) {
    this.#options = options;
  }

  /** Whether the roster follows the journal. */
  get current(): boolean {
    return this.#current;
  }

  /** The roster, or the last there was while a new one is on its way. */
  get roster(): Roster | undefined {
    return this.#roster;
  }

  /** The applied sequence. */
  get applied(): number {
    return this.#feed?.position.seq ?? 0;
  }

  /** Records that are known to exist and not applied. */
  get lag(): number {
    return this.#feed?.lag ?? 0;
  }

  /** The record that cannot be applied, while there is one. */
  get halt(): Halt | undefined {
    return this.#feed?.halt;
  }

  /** Takes a proof of what the journal ends with. */
  prove(last: number, lastId: string): void {
    if (this.#current) this.#feed?.prove(last, lastId);
  }

  /** Whether what is applied ends with that record, or goes beyond it. */
  hasApplied(last: number, lastId: string): boolean {
    const { seq, id } = this.#feed?.position ?? { seq: 0, id: "" };
    return this.#current && (seq > last || (seq === last && id === lastId));
  }

  /** Resolves when the sequence has been applied; never, if this roster is dropped before. */
  whenApplied(seq: number): Promise<void> {
    return this.#feed?.reached(seq) ?? new Promise(() => {});
  }

  /** Resolves when there is a roster; tries until a core answers or `stop`. */
  async start(): Promise<void> {
    if (this.#starting) return;
    this.#starting = true;
    try {
      while (!this.#stopped && !(await this.#bootstrap())) {
        await pause(pauseMs, undefined, { ref: false });
      }
    } finally {
      this.#starting = false;
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#feed?.stop();
  }

  async #bootstrap(): Promise<boolean> {
    const { bus, community, logger, gapFillMs, queries } = this.#options;
    this.#feed?.stop();
    const feed: Feed = new Feed({
      bus,
      community,
      logger,
      gapFillMs,
      gapMax,
      gistIsEnough: true,
      readOfLeader: async (seq) => {
        const record = await queries.ask<"journal.record">({ type: "journal.record", seq }, 0);
        if (!record.ok) return undefined;
        const { text } = record.value.answer;
        return text === null ? null : new TextEncoder().encode(text);
      },
      apply: (record) => {
        if (this.#roster !== undefined) this.#options.apply(record, this.#roster);
      },
      rewound: () => this.#rewound(feed),
      // People stay, and read what there is; `halt` says so.
      halted: () => undefined,
    });
    this.#feed = feed;
    feed.listen();
    const snapshot = await queries.ask<"roster.snapshot">(
      { type: "roster.snapshot", paged: true },
      0,
      undefined,
      snapshotLimitMs,
    );
    if (this.#stopped || this.#feed !== feed) return this.#current;
    if (!snapshot.ok) return false;
    const { through, answer } = snapshot.value;
    const roster = new Roster(answer, this.#options.fileBase, this.#options.extensions);
    const { people = 0, users } = answer;
    // A core of the version before gives everybody at once.
    const isWhole =
      users !== undefined || (await this.#fill(roster, people, through, () => this.#feed === feed));
    if (this.#stopped || this.#feed !== feed) return this.#current;
    if (!isWhole) return false;
    this.#roster = roster;
    this.#current = true;
    this.#options.onRoster(roster);
    feed.start({ seq: through, id: answer.lastId });
    return this.#current;
  }

  /**
   * Asks for the people, page by page, some at once; of a page that is as the roster before had it no more than that comes.
   * @returns whether all are there
   */
  async #fill(
    roster: Roster,
    count: number,
    through: number,
    isWanted: () => boolean,
  ): Promise<boolean> {
    const before = this.#roster;
    const ask = async (from: number): Promise<People | undefined> => {
      const known = before?.people(from, rosterPageMax) ?? [];
      const reply = await this.#options.queries.ask<"roster.people">(
        {
          type: "roster.people",
          from,
          form: packedForm,
          ...(known.length === 0 ? {} : { digest: rosterDigest(known) }),
        },
        through,
        undefined,
        snapshotLimitMs,
      );
      if (!reply.ok) return undefined;
      const { users, packed } = reply.value.answer;
      if (packed === undefined) return users ?? before?.page(from, rosterPageMax) ?? [];
      return { shapes: packed.shapes, bytes: Buffer.from(packed.bytes, "base64") };
    };
    const asked: Promise<People | undefined>[] = [];
    for (let from = 0, next = 0; from < count; from += rosterPageMax) {
      for (; next < count && asked.length < pagesAtOnce; next += rosterPageMax)
        asked.push(ask(next));
      const people = await asked.shift();
      if (people === undefined || this.#stopped || !isWanted()) return false;
      if ("bytes" in people) roster.addPage(people);
      else roster.addPeople(people);
    }
    return true;
  }

  #rewound(feed: Feed): void {
    if (this.#stopped || this.#feed !== feed) return;
    const had = this.#current;
    this.#current = false;
    this.#feed = undefined;
    if (had) this.#options.onLost();
    void this.start();
  }
}
