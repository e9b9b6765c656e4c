/** A feed over a real journal, which each test of a file fills anew. */
import { afterEach, beforeEach } from "node:test";
import {
  type Batch,
  type CommandId,
  type Event,
  encode,
  journalStream,
  subject,
} from "@dragoman/bus-schema";
import { within } from "@dragoman/testing/deadline";
import { silent } from "@dragoman/testing/logger";
import { community, openNats } from "@dragoman/testing/nats";
import { type JetStreamManager, jetstreamManager } from "@nats-io/jetstream";
import type { Bus } from "../bus.ts";
import { Feed } from "../feed.ts";
import type { FeedOptions, Halt } from "../feed-options.ts";
import { ensureJournal } from "../journal.ts";
import type { FeedRecord } from "../record-reader.ts";

export const limitMs = 5_000;
export const stream = journalStream(community).name;

type Chosen = Partial<Pick<FeedOptions, "gapFillMs" | "gapMax" | "room" | "gistIsEnough">>;

interface Followed {
  readonly feed: Feed;
  readonly applied: FeedRecord[];
  /** Resolves with why, once the feed has given up. */
  readonly rewound: Promise<string>;
  /** Resolves once the feed has halted. */
  readonly halted: Promise<Halt>;
}

/** A feed that fetches what is late at once, but for what a test says. */
function follow(reader: Bus, options: Chosen): Followed {
  const applied: FeedRecord[] = [];
  let tell: (why: string) => void = () => undefined;
  const rewound = new Promise<string>((resolve) => {
    tell = resolve;
  });
  let tellHalt: (halt: Halt) => void = () => undefined;
  const halted = new Promise<Halt>((resolve) => {
    tellHalt = resolve;
  });
  const feed = new Feed({
    bus: reader,
    community,
    logger: silent,
    apply: (record) => applied.push(record),
    rewound: (why) => tell(why),
    halted: (halt) => {
      if (halt !== undefined) tellHalt(halt);
    },
    gistIsEnough: options.gistIsEnough ?? false,
    gapFillMs: options.gapFillMs ?? 10,
    gapMax: options.gapMax ?? 1_000,
    ...(options.room === undefined ? {} : { room: options.room }),
  });
  return { feed, applied, rewound, halted };
}

const batch = (id: string, prev: string, actor: "leader" | "operator", event: Event): Uint8Array =>
  encode({
    v: 2,
    id,
    term: 1,
    prev,
    at: 1,
    commits: [{ cause: { commandId: "test.1" as CommandId, actor }, events: [event] }],
  } satisfies Batch);

/** The bytes of a record. */
export const bytesOf = (id: string, prev: string): Uint8Array =>
  batch(id, prev, "leader", { type: "leader.started", coreId: id });

/** An operator's word that the record at `seq` is passed over, and stands for `id`. */
export const skipOf = (seq: number, id: string, prev: string): Uint8Array =>
  batch(`skip-of-${seq}`, prev, "operator", { type: "journal.skipped", seq, id, why: "damaged" });

export const upTo = (last: number): number[] => Array.from({ length: last }, (_, n) => n + 1);

export interface Following extends Followed {
  readonly writer: Bus;
  readonly reader: Bus;
  /** Another connection, which ends with the file. */
  connect(name: string): Promise<Bus>;
  manager(): Promise<JetStreamManager>;
  /** Another feed in the place of the present one. */
  begin(options?: Chosen): void;
  /** Stores records `r<from>` to `r<to>`, each behind the one before. */
  store(from: number, to: number): Promise<void>;
  /** Stores bytes as they are, behind all that is there. */
  storeRaw(bytes: Uint8Array, headers?: Record<string, string>): Promise<void>;
  /** The journal as it would be after a restore: another record is its first. */
  replaceJournal(): Promise<void>;
  reached(seq: number): Promise<void>;
  /** The places of what was applied. */
  given(): readonly number[];
  /** The ids of what was applied. */
  ids(): readonly string[];
}

/** Has an empty journal and a feed of it before each test of the calling file. */
export function feedForTests(): Following {
  let writer: Bus | undefined;
  let reader: Bus | undefined;
  let now: Followed | undefined;
  const there = <T>(what: T | undefined): T => {
    if (what === undefined) throw new Error("no test has begun");
    return what;
  };
  const nats = openNats(async () => {
    writer = await nats.connect("writer");
    reader = await nats.connect("reader");
  });
  const storeRaw = async (
    bytes: Uint8Array,
    headers: Record<string, string> = {},
  ): Promise<void> => {
    const options = { timeoutMs: limitMs, headers };
    await there(writer).request(subject.journal(community), bytes, options);
  };
  const manager = (): Promise<JetStreamManager> => jetstreamManager(there(writer).connection);
  const begin = (options: Chosen = {}): void => {
    now?.feed.stop();
    now = follow(there(reader), options);
  };
  beforeEach(async () => {
    await ensureJournal(there(writer), community);
    begin();
  });
  afterEach(async () => {
    there(now).feed.stop();
    await (await manager()).streams.delete(stream);
  });
  return {
    get writer() {
      return there(writer);
    },
    get reader() {
      return there(reader);
    },
    get feed() {
      return there(now).feed;
    },
    get applied() {
      return there(now).applied;
    },
    get rewound() {
      return there(now).rewound;
    },
    get halted() {
      return there(now).halted;
    },
    connect: (name) => nats.connect(name),
    manager,
    begin,
    async store(from, to) {
      for (let seq = from; seq <= to; seq += 1)
        await storeRaw(bytesOf(`r${seq}`, seq === 1 ? "" : `r${seq - 1}`));
    },
    storeRaw,
    async replaceJournal() {
      await (await manager()).streams.delete(stream);
      await ensureJournal(there(writer), community);
      await storeRaw(bytesOf("new", ""));
    },
    reached(seq) {
      const { feed } = there(now);
      return within(limitMs, `record ${seq}`, feed.reached(seq), () => `at ${feed.position.seq}`);
    },
    given: () => there(now).applied.map(({ seq }) => seq),
    ids: () => there(now).applied.map(({ batch: { id } }) => id),
  };
}
