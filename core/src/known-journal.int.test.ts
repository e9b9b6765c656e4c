/** What a data folder knows, against journals of a real server. */
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import {
  type Batch,
  type CommandId,
  type CommunityId,
  encode,
  journalStream,
  subject,
} from "@dragoman/bus-schema";
import { Bus, ensureJournal, markFolder, OperatorError } from "@dragoman/service-kit";
import { eventually } from "@dragoman/testing/deadline";
import { silent } from "@dragoman/testing/logger";
import { community, type NatsServer, startNats } from "@dragoman/testing/nats";
import { jetstreamManager } from "@nats-io/jetstream";
import { clearMark, setMark } from "./backup/mark.ts";
import { Projection } from "./history/projection.ts";
import { historyFolder, refuseOtherJournal, rememberJournal } from "./known-journal.ts";

const limitMs = 5_000;
let nats: NatsServer;
let bus: Bus;
let dataDir = "";

before(async () => {
  nats = await startNats({ open: true });
  bus = await Bus.connect({ url: nats.url, name: "core", logger: silent });
});

after(async () => {
  await bus?.close();
  await nats?.stop();
});

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "dragoman-known-"));
  markFolder(dataDir);
});

afterEach(async () => {
  await deleteStore();
  await rm(dataDir, { recursive: true, force: true });
});

async function deleteStore(): Promise<void> {
  const { streams } = await jetstreamManager(bus.connection);
  for await (const { config } of streams.list()) await streams.delete(config.name);
}

async function store(...ids: readonly string[]): Promise<void> {
  await ensureJournal(bus, community);
  for (const id of ids) {
    const cause = { commandId: "test.1" as CommandId, actor: "leader" as const };
    const events = [{ type: "leader.started" as const, coreId: id }];
    const batch: Batch = { v: 2, id, term: 1, prev: "", at: 1, commits: [{ cause, events }] };
    await bus.request(subject.journal(community), encode(batch), { timeoutMs: limitMs });
  }
}

/** The folder of a core that has come so far. */
async function know(seq: number, id: string): Promise<void> {
  await rememberJournal(bus, community, dataDir);
  const folder = join(historyFolder(dataDir), "0");
  mkdirSync(folder, { recursive: true });
  const projection = new Projection(join(folder, `${community}.db`));
  projection.rebuild({ seq, id });
  projection.close();
}

const look = (of: CommunityId = community): Promise<void> => refuseOtherJournal(bus, of, dataDir);
const refusal = (said: RegExp) => (error: unknown) =>
  error instanceof OperatorError && said.test(error.message);

test("a folder that knows nothing goes with any store", async () => {
  await look();
  await store("r1");
  await look();
});

test("the journal that is known is taken, also where it went back", async () => {
  await store("r1", "r2");
  await know(2, "r2");
  await look();
  await know(7, "r7");
  await look();
});

test("no store and an empty one are refused, and nothing is made there", async () => {
  await store("r1", "r2");
  await know(2, "r2");
  await deleteStore();
  const lost = /knows community main up to record 2, and NATS' store has nothing .*restore.*remove/;
  await assert.rejects(look(), refusal(lost));
  const { streams } = await jetstreamManager(bus.connection);
  await assert.rejects(streams.info(journalStream(community).name), /stream not found/);
  await store();
  await assert.rejects(look(), refusal(lost));
});

test("a folder that has lost its history still knows its journal", async () => {
  await store("r1");
  await rememberJournal(bus, community, dataDir);
  await look();
  await deleteStore();
  await assert.rejects(look(), refusal(/has nothing of its journal/));
});

test("a journal stays the same where nats-server was restarted and its bounds were changed then", async () => {
  await store("r1");
  await rememberJournal(bus, community, dataDir);
  for (const max_bytes of [2_000_000, 1_000_000]) {
    await nats.kill();
    await nats.start();
    const { name } = journalStream(community);
    await eventually(30_000, "the bounds are changed", async () => {
      const { streams } = await jetstreamManager(bus.connection, { timeout: 1_000 });
      return (await streams.update(name, { max_bytes })).config.max_bytes === max_bytes;
    });
  }
  await look();
});

test("another journal is refused, unless it was restored, or holds what is known", async () => {
  await store("r1", "r2");
  await know(2, "r2");
  await deleteStore();
  await store("x1", "x2", "x3");
  await assert.rejects(look(), refusal(/is another one \(up to record 3, begun 2/));
  await setMark(bus, community);
  await clearMark(bus, community);
  await look();
  await deleteStore();
  await store("r1", "r2", "r3");
  await look();
});

test("a folder of another community is refused", async () => {
  await store("r1");
  await know(1, "r1");
  await assert.rejects(
    look("other" as CommunityId),
    refusal(/DRAGOMAN_COMMUNITY is other, and the data folder .* is of community main/),
  );
});
