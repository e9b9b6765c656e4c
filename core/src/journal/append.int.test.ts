/** Appends to a real journal: each batch is stored once, or known never to be. */

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { type Batch, type CommandId, encode, journalStream, subject } from "@dragoman/bus-schema";
import { Bus, ensureJournal } from "@dragoman/service-kit";
import { within } from "@dragoman/testing/deadline";
import { silent } from "@dragoman/testing/logger";
import { community, type NatsServer, startNats } from "@dragoman/testing/nats";
import { jetstreamManager } from "@nats-io/jetstream";
import { type Appended, type Authority, append, lastSequence } from "./append.ts";
import { JournalGoneError } from "./ends.ts";

const patienceMs = 10_000;
const limitMs = 500;
const always: Authority = { holds: () => true, regained: async () => true };

let nats: NatsServer;
let bus: Bus;

before(async () => {
  nats = await startNats({ open: true });
  bus = await Bus.connect({ url: nats.url, name: "core", logger: silent });
});

after(async () => {
  await bus?.close();
  await nats?.stop();
});

beforeEach(() => ensureJournal(bus, community));

afterEach(async () => {
  const manager = await jetstreamManager(bus.connection);
  await manager.streams.delete(journalStream(community).name);
});

const batch = (id: string): Uint8Array =>
  encode({
    v: 2,
    id,
    term: 1,
    prev: "",
    at: 1,
    commits: [
      {
        cause: { commandId: "test.1" as CommandId, actor: "leader" },
        events: [{ type: "leader.started", coreId: id }],
      },
    ],
  } satisfies Batch);

function appendBatch(
  id: string,
  expected: number,
  authority: Authority = always,
): Promise<Appended> {
  const options = { bus, community, authority, logger: silent, limitMs };
  return within(patienceMs, `append of ${id}`, append(options, id, batch(id), expected));
}

/** Stores a record without looking at what is there. The server forgets its id where it is not `known`. */
async function store(id: string, known = true): Promise<void> {
  const headers: Record<string, string> = known ? { "Nats-Msg-Id": id } : {};
  await bus.request(subject.journal(community), batch(id), { timeoutMs: patienceMs, headers });
}

const last = (): Promise<number> => lastSequence(bus, community, patienceMs);

test("batches are stored one behind the other", async () => {
  assert.equal(await last(), 0);
  assert.equal(await appendBatch("r1", 0), "stored");
  assert.equal(await appendBatch("r2", 1), "stored");
  assert.equal(await last(), 2);
});

test("where another leader's record stands ours is fenced off and never stored", async () => {
  await store("theirs");
  assert.equal(await appendBatch("ours", 0), "fenced");
  assert.equal(await last(), 1);
});

test("a record that cannot be read is another's", async () => {
  const nonsense = new TextEncoder().encode("no JSON");
  await bus.request(subject.journal(community), nonsense, { timeoutMs: patienceMs });
  assert.equal(await appendBatch("ours", 0), "fenced");
});

test("a batch whose answer was lost is found stored, and is not stored twice", async () => {
  await store("ours");
  assert.equal(await appendBatch("ours", 0), "stored");
  assert.equal(await last(), 1);
});

test("it is found also when the server no longer knows its id", async () => {
  await store("ours", false);
  assert.equal(await appendBatch("ours", 0), "stored");
  assert.equal(await last(), 1);
});

test("it is found also when another record is behind it by now", async () => {
  await store("ours");
  await store("theirs");
  assert.equal(await appendBatch("ours", 0), "stored");
  assert.equal(await last(), 2);
});

test("a journal that ends below what was applied has gone back", async () => {
  await store("r1");
  assert.equal(await appendBatch("r6", 5), "rewound");
  assert.equal(await last(), 1);
});

test("without authority nothing is sent", async () => {
  const lost: Authority = { holds: () => false, regained: async () => false };
  assert.equal(await appendBatch("ours", 0, lost), "ended");
  assert.equal(await last(), 0);
});

test("authority that comes back looks first whether the batch is stored", async () => {
  const back = (): Authority => {
    let holds = false;
    const regained = async (): Promise<boolean> => {
      holds = true;
      return true;
    };
    return { holds: () => holds, regained };
  };
  assert.equal(await appendBatch("r1", 0, back()), "stored");
  await store("r2", false);
  assert.equal(await appendBatch("r2", 1, back()), "stored");
  await store("theirs");
  assert.equal(await appendBatch("r3", 2, back()), "fenced");
  assert.equal(await last(), 3);
});

test("a server that is away is waited for, and the batch is stored once", async () => {
  await store("r1");
  await nats.kill();
  const appended = appendBatch("r2", 1);
  await nats.start();
  assert.equal(await appended, "stored");
  assert.equal(await last(), 2);
});

test("a community without a journal has no last sequence", async () => {
  const manager = await jetstreamManager(bus.connection);
  await manager.streams.delete(journalStream(community).name);
  await assert.rejects(last(), JournalGoneError);
  await ensureJournal(bus, community);
});
