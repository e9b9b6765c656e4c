/**
 * docs/journal.md 5.2 and 5.3: a core begins with snapshots and what the journal holds behind them; the rest of the
 * journal is trimmed away, and nobody notices.
 */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileStream, journalStream, manifestBucket, snapshotStream } from "@dragoman/bus-schema";
import { FileStore } from "@dragoman/service-kit";
import { eventually } from "@dragoman/testing/deadline";
import { community } from "@dragoman/testing/nats";
import { jetstreamManager } from "@nats-io/jetstream";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { startProxy } from "../support/proxy.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { asProcess, patientJournal, portOf, type Stack, startStack } from "../support/stack.ts";

/** Snapshots are made below everything else: on a busy machine that takes its time. */
const limitMs = 120_000;
const hasty = { everyRecords: 15, historyRecords: 15, keptMs: 0 };

const seeded = "#general was created.";

interface Entry {
  readonly kind: string;
  readonly seq: number;
  readonly id: string;
  readonly fileId: string;
}

async function manifest({ operator }: Stack): Promise<{ kv: Kv; entries: Entry[] }> {
  const kv = await operator.coreBus.bucket(manifestBucket(community), 10_000);
  const found = await kv.get("snapshots");
  const text = found === null ? '{"entries":[]}' : new TextDecoder().decode(found.value);
  return { kv, entries: (JSON.parse(text) as { entries: Entry[] }).entries };
}
type Kv = Awaited<ReturnType<Stack["operator"]["coreBus"]["bucket"]>>;

async function firstSequence({ operator }: Stack): Promise<number> {
  const manager = await jetstreamManager(operator.coreBus.connection);
  return (await manager.streams.info(journalStream(community).name)).state.first_seq;
}

/** Speaks until the journal is trimmed. @returns all that was said */
async function speak(stack: Stack, ada: OriginchatsClient): Promise<readonly string[]> {
  const said: string[] = [];
  await eventually(limitMs, "a trimmed journal", async () => {
    const text = `word ${said.length + 1}`;
    said.push(text);
    ada.say("general", text);
    await ada.sees(text);
    return (await firstSequence(stack)) > 1;
  });
  return said;
}

async function textsOf(client: OriginchatsClient): Promise<readonly unknown[]> {
  const page = await client.ask({ cmd: "messages_get", channel: "general", limit: 100 });
  return (page["messages"] as { content: string }[]).map(({ content }) => content);
}

async function begin(t: TestContext, config: object = {}): Promise<Stack> {
  const stack = await startStack({
    originchats: 1,
    sockchat: 1,
    config: { snapshots: hasty, journal: patientJournal, ...config },
  });
  t.after(() => stack.stop());
  return stack;
}

/** Ends the core and starts another, without any file of the first. */
async function anotherCore(stack: Stack): Promise<void> {
  await stack.cores.at(-1)?.stop();
  await stack.add("core");
}

test("a core without any file begins with snapshots, and has all that was trimmed", async (t) => {
  const stack = await begin(t);
  const ada = await OriginchatsClient.signIn(portOf(stack.originchats), "ada");
  const ben = await SockchatClient.signIn(portOf(stack.sockchat), "ben");
  const said = [...(await speak(stack, ada))];
  // Two of each kind, the newest of which the journal still holds a record of.
  const { entries } = await manifest(stack);
  for (const kind of ["state", "history"]) {
    assert.equal(entries.filter((entry) => entry.kind === kind).length, 2, kind);
  }
  await anotherCore(stack);
  ada.say("general", "behind it");
  await Promise.all([ada.sees("behind it"), ben.sees("behind it")]);
  assert.deepEqual(await textsOf(ada), [seeded, ...said, "behind it"].slice(-100));
  // Names, roles and sessions are there: who was in stays in, and who comes is let in.
  await OriginchatsClient.signIn(portOf(stack.originchats), "olga");
  // Nothing is left of those that were superseded.
  await eventually(limitMs, "two of each kind in the store", async () => {
    const store = new FileStore(stack.operator.coreBus, community, snapshotStream(community));
    const names = await store.names();
    const kept = new Set((await manifest(stack)).entries.map(({ fileId }) => fileId));
    return names.length > 0 && names.every((name) => kept.has(name));
  });
  assert.notEqual(snapshotStream(community).name, fileStream(community).name);
});

test("a damaged newest snapshot costs nothing: the one before it is taken", async (t) => {
  const stack = await begin(t);
  const ada = await OriginchatsClient.signIn(portOf(stack.originchats), "ada");
  const said = await speak(stack, ada);
  await stack.cores[0]?.stop();
  const { entries } = await manifest(stack);
  const { name, chunks } = snapshotStream(community);
  const manager = await jetstreamManager(stack.operator.coreBus.connection);
  for (const kind of ["state", "history"]) {
    const newest = entries.find((entry) => entry.kind === kind);
    assert.ok(newest);
    await manager.streams.purge(name, { filter: `${chunks}.${newest.fileId}` });
  }
  await stack.add("core");
  ada.say("general", "behind it");
  await ada.sees("behind it");
  assert.deepEqual(await textsOf(ada), [seeded, ...said, "behind it"].slice(-100));
});

/** Puts other bytes into the place of a snapshot's. */
async function damage({ operator }: Stack, { fileId }: Entry): Promise<void> {
  const { name, chunks } = snapshotStream(community);
  const manager = await jetstreamManager(operator.coreBus.connection);
  const filter = `${chunks}.${fileId}`;
  const stored = await manager.streams.getMessage(name, { last_by_subj: filter });
  assert.ok(stored);
  const bytes = Uint8Array.from(stored.data, (byte, n) => (n === 40 ? byte ^ 1 : byte));
  await manager.streams.purge(name, { filter });
  // The record that the description names is gone; the bytes lie at another place.
  await operator.coreBus.request(filter, bytes, { timeoutMs: 10_000 });
}

test("a damaged snapshot is set aside, and the journal is not trimmed behind the older good one", async (t) => {
  const stack = await startStack({
    originchats: 1,
    processes: ["core"],
    config: { snapshots: { ...hasty, everyMs: 1_000, historyMs: 1_000 }, logLevel: "info" },
  });
  t.after(() => stack.stop());
  const ada = await OriginchatsClient.signIn(portOf(stack.originchats), "ada");
  const said = [...(await speak(stack, ada))];
  const core = asProcess(stack.cores[0]);
  await core.stop();
  const before = (await manifest(stack)).entries;
  const trimmed = await firstSequence(stack);
  // A core begins with the newest state; the newest history nobody reads before the journal would be trimmed behind it.
  const bad = ["state", "history"].map((kind) =>
    before.find((entry) => entry.kind === kind),
  ) as Entry[];
  for (const entry of bad) await damage(stack, entry);
  core.start();
  await core.ready();
  await eventually(limitMs, "two good ones of each kind, and a trimmed journal", async () => {
    const text = `again ${said.length}`;
    said.push(text);
    ada.say("general", text);
    await ada.sees(text);
    const { entries } = await manifest(stack);
    const first = await firstSequence(stack);
    // Until then what is kept of the journal follows the older good state.
    const good = entries.filter(({ fileId }) => !bad.some((each) => each.fileId === fileId));
    const held = good.filter(({ kind }) => kind === "state").at(-1)?.seq ?? 0;
    assert.ok(
      first <= Math.max(held, trimmed),
      `the journal begins at ${first}, the older good one at ${held}`,
    );
    return good.length === 4 && entries.length === 4 && first > trimmed;
  });
  for (const { name } of bad as (Entry & { name: string })[]) {
    const told = core
      .output()
      .split("\n")
      .filter((line) => line.includes("set aside"));
    assert.ok(
      told.some((line) => line.includes(name)),
      `${name}: ${told.join("\n")}`,
    );
  }
  await core.stop();
  await stack.add("core");
  assert.deepEqual(await textsOf(ada), [seeded, ...said].slice(-100));
});

test("a snapshot of another journal, or ahead of this one, is not used", async (t) => {
  const stack = await begin(t, { snapshots: { ...hasty, everyRecords: 1_000_000 } });
  const ada = await OriginchatsClient.signIn(portOf(stack.originchats), "ada");
  ada.say("general", "before");
  await ada.sees("before");
  await stack.cores[0]?.stop();
  const { kv } = await manifest(stack);
  const entry = {
    fileId: crypto.randomUUID(),
    id: "of another",
    at: 0,
    size: 1,
    hash: "",
    madeAtMs: 0,
  };
  const entries = [3, 1_000_000].flatMap((seq) =>
    ["state", "history"].map((kind) => ({ ...entry, kind, seq, name: `${kind}.${seq}` })),
  );
  await kv.put("snapshots", new TextEncoder().encode(JSON.stringify({ v: 1, entries })));
  await stack.add("core");
  ada.say("general", "after");
  await ada.sees("after");
  assert.deepEqual(await textsOf(ada), [seeded, "before", "after"]);
});

test("two cores on one data folder have a history each", async (t) => {
  const dataDir = await mkdtemp(join(tmpdir(), "dragoman-shared-"));
  t.after(() => rm(dataDir, { recursive: true, force: true }));
  const stack = await begin(t, { dataDir });
  await stack.add("core");
  const ada = await OriginchatsClient.signIn(portOf(stack.originchats), "ada");
  ada.say("general", "before");
  await ada.sees("before");
  await stack.cores[0]?.stop();
  ada.say("general", "after");
  await ada.sees("after");
  assert.deepEqual(await textsOf(ada), [seeded, "before", "after"]);
});

test("a gateway that was away while the journal was trimmed begins anew", async (t) => {
  const stack = await begin(t);
  const proxy = await startProxy(stack.nats.port);
  t.after(() => proxy.stop());
  const far = await stack.add("originchats", { natsUrl: proxy.url });
  const ada = await OriginchatsClient.signIn(portOf(stack.originchats), "ada");
  const ben = await OriginchatsClient.signIn(far.port, "ben");
  proxy.cut();
  const said = await speak(stack, ada);
  proxy.resume();
  await ben.closed(limitMs);
  await far.ready();
  const again = await OriginchatsClient.signIn(far.port, "ben");
  assert.deepEqual(await textsOf(again), [seeded, ...said].slice(-100));
  ada.say("general", "and on");
  await again.sees("and on");
});

test("a core that lost the lead keeps what it has, and follows", async (t) => {
  const stack = await startStack({
    cores: 2,
    originchats: 1,
    processes: ["core"],
    config: { logLevel: "info" },
  });
  t.after(() => stack.stop());
  const ada = await OriginchatsClient.signIn(portOf(stack.originchats), "ada");
  ada.say("general", "before");
  await ada.sees("before");
  const first = asProcess(stack.cores[0]);
  const term = await stack.operator.term();
  first.suspend();
  await eventually(limitMs, "another term", async () => (await stack.operator.term()) > term);
  first.resume();
  await eventually(limitMs, "the end of its lead", () => first.output().includes("leads no more"));
  // It leads again, with what it had and what the other has stored meanwhile.
  ada.say("general", "meanwhile");
  await ada.sees("meanwhile");
  await stack.cores[1]?.stop();
  ada.say("general", "after");
  await ada.sees("after");
  assert.equal(first.output().split("core begins with").length - 1, 1, first.output());
  assert.deepEqual(await textsOf(ada), [seeded, "before", "meanwhile", "after"]);
});

test("a core without what was trimmed ends, and says so", async (t) => {
  const stack = await startStack({
    originchats: 1,
    processes: ["core"],
    config: { snapshots: hasty, logLevel: "info" },
  });
  t.after(() => stack.stop());
  const ada = await OriginchatsClient.signIn(portOf(stack.originchats), "ada");
  await speak(stack, ada);
  await stack.cores[0]?.stop();
  const { kv } = await manifest(stack);
  await kv.delete("snapshots");
  await assert.rejects(stack.add("core"), /begins at record [0-9]+, and no snapshot of what was/);
});
