/** The feed over a real journal: every record once, in order, by proof, or a rewind. */

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { type Batch, type CommandId, encode, journalStream, subject } from "@dragoman/bus-schema";
import { within } from "@dragoman/testing/deadline";
import { silent } from "@dragoman/testing/logger";
import { community, openNats } from "@dragoman/testing/nats";
import { jetstreamManager } from "@nats-io/jetstream";
import type { Bus } from "./bus.ts";
import { Feed } from "./feed.ts";
import type { FeedOptions, Halt } from "./feed-options.ts";
import { ensureJournal } from "./journal.ts";
import type { FeedRecord } from "./record-reader.ts";

const limitMs = 5_000;
const stream = journalStream(community).name;

let writer: Bus;
let reader: Bus;
let feed: Feed;
let applied: FeedRecord[];
/** Resolves with why, once the feed has given up. */
let rewound: Promise<string>;
/** Resolves once the feed has halted. */
let halted: Promise<Halt>;

const nats = openNats(async () => {
  writer = await nats.connect("writer");
  reader = await nats.connect("reader");
});

/** A feed that fetches what is late at once, but for what a test says. */
function newFeed(options: Partial<Pick<FeedOptions, "gapFillMs" | "gapMax" | "room">> = {}): Feed {
  applied = [];
  let tell: (why: string) => void = () => undefined;
  rewound = new Promise((resolve) => {
    tell = resolve;
  });
  let tellHalt: (halt: Halt) => void = () => undefined;
  halted = new Promise((resolve) => {
    tellHalt = resolve;
  });
  return new Feed({
    bus: reader,
    community,
    logger: silent,
    apply: (record) => applied.push(record),
    rewound: (why) => tell(why),
    halted: (halt) => {
      if (halt !== undefined) tellHalt(halt);
    },
    gapFillMs: options.gapFillMs ?? 10,
    gapMax: options.gapMax ?? 1_000,
    ...(options.room === undefined ? {} : { room: options.room }),
  });
}

const bytesOf = (id: string, prev: string): Uint8Array =>
  encode({
    v: 2,
    id,
    term: 1,
    prev,
    at: 1,
    commits: [
      {
        cause: { commandId: "test.1" as CommandId, actor: "leader" },
        events: [{ type: "leader.started", coreId: id }],
      },
    ],
  } satisfies Batch);

/** Stores records `r<from>` to `r<to>`, each behind the one before. */
async function store(from: number, to: number): Promise<void> {
  for (let seq = from; seq <= to; seq += 1) {
    const prev = seq === 1 ? "" : `r${seq - 1}`;
    const limit = { timeoutMs: limitMs };
    await writer.request(subject.journal(community), bytesOf(`r${seq}`, prev), limit);
  }
}

const reached = (seq: number): Promise<void> =>
  within(limitMs, `record ${seq}`, feed.reached(seq), () => `at ${feed.position.seq}`);
const given = (): readonly number[] => applied.map(({ seq }) => seq);
const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);

beforeEach(async () => {
  await ensureJournal(writer, community);
  feed = newFeed();
});

afterEach(async () => {
  feed.stop();
  const manager = await jetstreamManager(writer.connection);
  await manager.streams.delete(stream);
});

test("what is there before and what comes live is applied once, in order", async () => {
  await store(1, 3);
  feed.listen();
  await reader.flush();
  await store(4, 5);
  feed.start({ seq: 0, id: "" });
  await reached(5);
  await store(6, 8);
  await reached(8);
  assert.deepEqual(given(), upTo(8));
  assert.deepEqual(feed.position, { seq: 8, id: "r8" });
  assert.equal(feed.lag, 0);
});

test("a feed goes on from where it is told to", async () => {
  await store(1, 4);
  feed.listen();
  feed.start({ seq: 2, id: "r2" });
  await reached(4);
  assert.deepEqual(given(), [3, 4]);
});

test("a live record that never came is fetched once a proof names it", async () => {
  await store(1, 3);
  feed.start({ seq: 0, id: "" });
  feed.prove(3, "r3");
  await reached(3);
  assert.deepEqual(given(), upTo(3));
});

test("live records that come out of order wait for the one that is missing", async () => {
  await store(1, 2);
  feed.start({ seq: 0, id: "" });
  await reached(2);
  // Stored while the feed does not listen.
  await store(3, 3);
  feed.listen();
  await reader.flush();
  await store(4, 6);
  await reached(6);
  assert.deepEqual(given(), upTo(6));
});

test("a record that follows another one than was applied is a rewind", async () => {
  await store(1, 2);
  feed.listen();
  feed.start({ seq: 1, id: "another" });
  feed.prove(2, "");
  assert.match(await within(limitMs, "the rewind", rewound), /record 2 follows r1, not another/);
  assert.deepEqual(given(), []);
});

/** The journal as it would be after a restore: another record is its first. */
async function replaceJournal(): Promise<void> {
  const manager = await jetstreamManager(writer.connection);
  await manager.streams.delete(stream);
  await ensureJournal(writer, community);
  const limit = { timeoutMs: limitMs };
  await writer.request(subject.journal(community), bytesOf("new", ""), limit);
}

test("a proof with another id at an applied place is a rewind, where the journal says so too", async () => {
  await store(1, 2);
  feed.start({ seq: 0, id: "" });
  await reached(2);
  await replaceJournal();
  feed.prove(1, "new");
  assert.match(await within(limitMs, "the rewind", rewound), /record 1 is new, applied was r1/);
});

test("a proof that is false, and an event that was torn, are not believed", async () => {
  await store(1, 2);
  feed.listen();
  feed.start({ seq: 0, id: "" });
  await reached(2);
  feed.prove(2, "other");
  const torn = { "Nats-Stream": stream, "Nats-Sequence": "1" };
  writer.publish(subject.event(community), bytesOf("torn", ""), torn);
  await writer.flush();
  await reader.flush();
  await store(3, 3);
  feed.prove(3, "r3");
  await reached(3);
  assert.deepEqual(given(), upTo(3));
  assert.equal(feed.halt, undefined);
});

test("a proof that repeats what is applied is none", async () => {
  await store(1, 2);
  feed.listen();
  feed.start({ seq: 0, id: "" });
  await reached(2);
  feed.prove(2, "r2");
  feed.prove(1, "r1");
  await store(3, 3);
  await reached(3);
  assert.deepEqual(given(), upTo(3));
});

test("a record written anew at an applied place is a rewind", async () => {
  await store(1, 2);
  feed.listen();
  await reader.flush();
  feed.start({ seq: 0, id: "" });
  await reached(2);
  await replaceJournal();
  assert.match(await within(limitMs, "the rewind", rewound), /record 1 was written anew/);
});

test("more missing records than it is worth to fetch are a rewind", async () => {
  feed = newFeed({ gapMax: 3 });
  await store(1, 8);
  feed.start({ seq: 2, id: "r2" });
  feed.prove(8, "r8");
  assert.match(await within(limitMs, "the rewind", rewound), /6 records are missing/);
  assert.deepEqual(given(), []);
});

test("a record that is no longer kept is a rewind, once a later one is at hand", async () => {
  await store(1, 3);
  const manager = await jetstreamManager(writer.connection);
  // A journal is trimmed from its start: records 1 and 2 go.
  await manager.streams.purge(stream, { seq: 3 });
  feed.listen();
  feed.start({ seq: 1, id: "r1" });
  feed.prove(3, "r3");
  assert.match(await within(limitMs, "the rewind", rewound), /record 2 is no longer kept/);
  assert.deepEqual(given(), []);
});

test("a journal that was trimmed beyond what is applied is a rewind, however far that is", async () => {
  await store(1, 3);
  feed.start({ seq: 0, id: "" });
  await reached(3);
  await store(4, 200);
  const manager = await jetstreamManager(writer.connection);
  await manager.streams.purge(stream, { seq: 190 });
  feed.prove(200, "r200");
  assert.match(await within(limitMs, "the rewind", rewound), /4 is no longer kept/);
});

test("a journal that was trimmed up to what is applied goes on", async () => {
  await store(1, 6);
  const manager = await jetstreamManager(writer.connection);
  await manager.streams.purge(stream, { seq: 4 });
  feed.start({ seq: 3, id: "r3" });
  await reached(6);
  assert.deepEqual(given(), [4, 5, 6]);
});

test("what is missing is fetched as there is room for it", async () => {
  await store(1, 300);
  let makeRoom: () => void = () => undefined;
  let asked = 0;
  feed = newFeed({
    room: () => {
      asked += 1;
      return asked === 1 ? Promise.resolve() : new Promise((resolve) => (makeRoom = resolve));
    },
  });
  feed.start({ seq: 0, id: "" });
  void feed.reached(300);
  await reached(64);
  await reader.flush();
  assert.equal(applied.length, 64);
  while (feed.position.seq < 300) {
    const { seq } = feed.position;
    makeRoom();
    await reached(Math.min(300, seq + 64));
  }
  assert.deepEqual(given(), upTo(300));
});

test("what a copy that lags has not seen is waited for, though a later record has come live", async () => {
  let looks = 0;
  let tellLooked: () => void = () => undefined;
  const looked = new Promise<void>((resolve) => (tellLooked = resolve));
  feed = newFeed({
    room: async () => {
      looks += 1;
      if (looks === 5) tellLooked();
    },
  });
  await store(1, 1);
  feed.listen();
  feed.start({ seq: 0, id: "" });
  await reached(1);
  // As the stream's leader sends it, while the stream that is asked ends with the first.
  const ofLeader = { "Nats-Stream": stream, "Nats-Sequence": "3" };
  writer.publish(subject.event(community), bytesOf("r3", "r2"), ofLeader);
  feed.prove(3, "r3");
  await within(limitMs, "several looks", looked);
  assert.equal(feed.halt, undefined);
  await store(2, 3);
  await reached(3);
  assert.deepEqual(given(), upTo(3));
});

test("a forged event, without the stream's own headers, is passed over", async () => {
  feed.listen();
  feed.start({ seq: 0, id: "" });
  await reader.flush();
  const event = subject.event(community);
  const forged = bytesOf("forged", "");
  writer.publish(event, forged);
  writer.publish(event, forged, { "Nats-Stream": stream, "Nats-Sequence": "0" });
  writer.publish(event, forged, { "Nats-Stream": "OTHER", "Nats-Sequence": "1" });
  await writer.flush();
  await store(1, 1);
  await reached(1);
  assert.deepEqual(
    applied.map(({ batch }) => batch.id),
    ["r1"],
  );
});

/** Stores bytes as they are, behind all that is there. */
async function storeRaw(bytes: Uint8Array, headers: Record<string, string> = {}): Promise<void> {
  await writer.request(subject.journal(community), bytes, { timeoutMs: limitMs, headers });
}

const nonsense = new TextEncoder().encode("no JSON");

/** An operator's word that the record at `seq` is passed over, and stands for `id`. */
const skipOf = (seq: number, id: string, prev: string): Uint8Array =>
  encode({
    v: 2,
    id: `skip-of-${seq}`,
    term: 1,
    prev,
    at: 1,
    commits: [
      {
        cause: { commandId: "test.2" as CommandId, actor: "operator" },
        events: [{ type: "journal.skipped", seq, id, why: "damaged" }],
      },
    ],
  } satisfies Batch);

test("a place that a stored header names is no record's place, live or fetched", async () => {
  await storeRaw(bytesOf("r1", ""), {});
  await storeRaw(bytesOf("r2", "r1"), { "Nats-Sequence": "1", "Nats-Stream": stream });
  feed.listen();
  await reader.flush();
  feed.start({ seq: 0, id: "" });
  feed.prove(2, "r2");
  await reached(2);
  await storeRaw(bytesOf("r3", "r2"), { "Nats-Sequence": "1" });
  feed.prove(3, "r3");
  await reached(3);
  assert.deepEqual(given(), upTo(3));
});

test("what cannot be read halts the feed, which keeps what it has", async () => {
  await store(1, 1);
  feed.listen();
  await reader.flush();
  feed.start({ seq: 0, id: "" });
  await storeRaw(nonsense);
  const { seq, why } = await within(limitMs, "the halt", halted);
  assert.equal(seq, 2);
  assert.match(why, /cannot be read/);
  assert.deepEqual(feed.position, { seq: 1, id: "r1" });
});

test("a record that follows none of ours halts the feed, for the journal did not go back", async () => {
  await store(1, 1);
  feed.listen();
  feed.start({ seq: 0, id: "" });
  await storeRaw(bytesOf("odd", "none of ours"));
  feed.prove(2, "odd");
  const { seq, why } = await within(limitMs, "the halt", halted);
  assert.equal(seq, 2);
  assert.match(why, /follows none of ours, not r1/);
});

test("a halted feed goes on once the journal says that the record is passed over", async () => {
  await store(1, 1);
  feed.listen();
  await reader.flush();
  feed.start({ seq: 0, id: "" });
  await storeRaw(nonsense);
  await within(limitMs, "the halt", halted);
  // Others stand behind it already: the word comes later.
  await storeRaw(bytesOf("r3", "r2"));
  await storeRaw(skipOf(2, "r2", "r3"));
  await reached(4);
  assert.equal(feed.halt, undefined);
  assert.deepEqual(
    applied.map(({ batch }) => batch.id),
    ["r1", "r2", "r3", "skip-of-2"],
  );
  assert.deepEqual(applied[1]?.batch.commits, []);
});

test("a replay passes over what was skipped, far behind the record as well", async () => {
  await store(1, 1);
  await storeRaw(nonsense);
  for (let n = 3; n <= 150; n += 1) await storeRaw(bytesOf(`r${n}`, `r${n - 1}`));
  await storeRaw(skipOf(2, "r2", "r150"));
  feed.start({ seq: 0, id: "" });
  feed.prove(151, "");
  await reached(151);
  assert.deepEqual(given(), upTo(151));
});

test("what was applied and is passed over later is a rewind, after which it is known", async () => {
  await store(1, 2);
  feed.start({ seq: 0, id: "" });
  await reached(2);
  await storeRaw(skipOf(2, "r2", "r2"));
  feed.prove(3, "");
  assert.match(await within(limitMs, "the rewind", rewound), /record 2 was applied/);
});
