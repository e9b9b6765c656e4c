/** What is kept of snapshots and journal while a process of the version before may have to begin with it (journal 5.3). */
import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { after, before, test } from "node:test";
import { encode, journalStream, subject } from "@dragoman/bus-schema";
import { Bus, ensureFiles, ensureJournal } from "@dragoman/service-kit";
import { silent } from "@dragoman/testing/logger";
import { community, type NatsServer, startNats } from "@dragoman/testing/nats";
import { jetstreamManager } from "@nats-io/jetstream";
import { snapshotKinds } from "./manifest.ts";
import { Snapshots } from "./snapshots.ts";
import { trim } from "./trim.ts";

const records = 60;
const limitMs = 10_000;
/** What only the newer version can read. */
const newer = 9;

let nats: NatsServer;
let bus: Bus;
let snapshots: Snapshots;

before(async () => {
  nats = await startNats({ open: true });
  bus = await Bus.connect({ url: nats.url, name: "core", logger: silent });
  await ensureJournal(bus, community);
  await ensureFiles(bus, community);
  snapshots = await Snapshots.open(bus, community, silent);
  for (let n = 1; n <= records; n += 1) {
    const cause = { commandId: "test.1", actor: "leader" };
    const events = [{ type: "leader.started", coreId: `r${n}` }];
    const prev = `r${n - 1}`;
    const batch = { v: 2, id: `r${n}`, term: 1, prev, at: n, commits: [{ cause, events }] };
    await bus.request(subject.journal(community), encode(batch), { timeoutMs: limitMs });
  }
});

after(async () => {
  await bus?.close();
  await nats?.stop();
});

async function put(seq: number, level: number, journalLevel: number): Promise<void> {
  for (const kind of snapshotKinds) {
    const bytes = Readable.from([Buffer.from(`${kind} of ${seq}`)]);
    const position = { seq, id: `r${seq}`, at: seq };
    await snapshots.put(kind, position, bytes, journalLevel, level);
  }
}

/** Trims, and says where the journal begins then. */
async function first(journalLevel: number): Promise<number> {
  await trim(bus, community, snapshots, -limitMs, journalLevel, silent);
  const manager = await jetstreamManager(bus.connection);
  return (await manager.streams.info(journalStream(community).name)).state.first_seq;
}

const kept = async (): Promise<readonly number[]> =>
  (await snapshots.entries("state")).map(({ seq }) => seq);

test("what a version of before can begin with stays, until every process knows the newer layout", async () => {
  await put(10, 1, 1);
  await put(20, 1, 1);
  assert.equal(await first(1), 10);
  // A newer version leads, and writes what the one before cannot read.
  for (const seq of [30, 40, 50]) await put(seq, newer, 1);
  assert.deepEqual(await kept(), [50, 40, 20, 10]);
  assert.equal(await first(1), 10);
  // Back to the version before, which goes on from its own.
  await put(55, 1, 1);
  assert.deepEqual(await kept(), [55, 50, 20]);
  assert.equal(await first(1), 20);
  // No process of before is left.
  assert.equal(await first(newer), 50);
  await put(60, newer, newer);
  assert.deepEqual(await kept(), [60, 55]);
  assert.equal(await first(newer), 55);
});
