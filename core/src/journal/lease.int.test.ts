/** The lease over a real bucket: who holds it, when it is void, and how the next one comes by it. */

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { encode, journalStream, leaseBucket, subject } from "@dragoman/bus-schema";
import { Bus, ensureJournal, loadConfig, processFacts } from "@dragoman/service-kit";
import { eventually, within } from "@dragoman/testing/deadline";
import { silent } from "@dragoman/testing/logger";
import { community, type NatsServer, startNats } from "@dragoman/testing/nats";
import { jetstreamManager } from "@nats-io/jetstream";
import { JournalClock } from "./clock.ts";
import { type Lease, takeLease } from "./lease.ts";

const patienceMs = 10_000;
const timing = { ...loadConfig({}).config.journal, renewMs: 100, authorityMs: 400 };
/** No standby waits so long in these tests: what it takes, it takes for another reason. */
const never = { ...timing, takeoverMs: 60_000 };

let nats: NatsServer;
let one: Bus;
let two: Bus;
const leases: Lease[] = [];

before(async () => {
  nats = await startNats({ open: true });
  one = await Bus.connect({ url: nats.url, name: "one", logger: silent });
  two = await Bus.connect({ url: nats.url, name: "two", logger: silent });
});

after(async () => {
  await one?.close();
  await two?.close();
  await nats?.stop();
});

afterEach(async () => {
  for (const lease of leases.splice(0)) await lease.release();
  const manager = await jetstreamManager(one.connection);
  await manager.streams.delete(`KV_${leaseBucket(community)}`);
  await manager.streams.delete(journalStream(community).name).catch(() => false);
});

/** Waits for the lease as the core of that name. */
async function take(
  bus: Bus,
  coreId: string,
  { signal = new AbortController().signal, times = timing } = {},
): Promise<Lease | null> {
  const options = {
    bus,
    community,
    coreId,
    timing: times,
    replicas: 1,
    process: processFacts(loadConfig({}).config),
    leads: () => undefined,
    onHeld: () => undefined,
    clock: new JournalClock(silent),
    logger: silent,
  };
  const lease = await within(patienceMs, `lease of ${coreId}`, takeLease(options, signal));
  if (lease !== null) leases.push(lease);
  return lease;
}

async function mustTake(...given: Parameters<typeof take>): Promise<Lease> {
  const lease = await take(...given);
  assert.ok(lease);
  return lease;
}

const bucket = () => two.bucket(leaseBucket(community), patienceMs);

/** Where the bucket is kept. */
async function storage(): Promise<string> {
  const manager = await jetstreamManager(two.connection);
  return (await manager.streams.info(`KV_${leaseBucket(community)}`)).config.storage;
}

/** Stores the beginning of a term. */
async function storeTerm(term: number): Promise<void> {
  const started = { type: "leader.started", coreId: "one" };
  const cause = { commandId: `one.${term}`, actor: "leader" };
  const commits = [{ cause, events: [started] }];
  const batch = { v: 2, id: `term ${term}`, term, prev: "", at: 1, commits };
  const to = subject.journal(community);
  const { data } = await two.request(to, encode(batch), { timeoutMs: patienceMs });
  assert.equal(JSON.parse(new TextDecoder().decode(data)).error, undefined);
}

/** The term in the key. */
async function termInKey(): Promise<number | undefined> {
  return (await (await bucket()).get("leader"))?.json<{ term: number }>().term;
}

async function revision(): Promise<number> {
  return (await (await bucket()).get("leader"))?.revision ?? 0;
}

/** Resolves at the first change to `held`. */
const changed = (lease: Lease, held: boolean): Promise<void> =>
  within(
    patienceMs,
    `authority ${held}`,
    new Promise((resolve) => {
      lease.onChange((now) => {
        if (now === held) resolve();
      });
    }),
  );

test("the first core takes the lease at once, and renews it", async () => {
  const lease = await mustTake(one, "one");
  assert.ok(lease.holds());
  const before = await revision();
  await eventually(patienceMs, "two renewals", async () => (await revision()) >= before + 2);
  assert.ok(lease.holds());
  assert.ok(!lease.ended);
});

test("a standby does not take a lease that is renewed, and gives up when it is told to", async () => {
  const held = await mustTake(one, "one");
  const stop = new AbortController();
  const standby = take(two, "two", {
    signal: stop.signal,
    times: { ...timing, takeoverMs: 1_500 },
  });
  const before = await revision();
  await eventually(patienceMs, "renewals", async () => (await revision()) >= before + 3);
  stop.abort();
  assert.equal(await standby, null);
  assert.ok(held.holds());
});

test("a lease that is given up is taken at once", async () => {
  const first = await mustTake(one, "one");
  const standby = take(two, "two", { times: never });
  await first.release();
  assert.ok(first.ended);
  assert.ok(!first.holds());
  assert.ok((await standby)?.holds());
});

test("a holder that renews no more is succeeded after the time of a takeover", async () => {
  const third = await Bus.connect({ url: nats.url, name: "third", logger: silent });
  const silentOne = await mustTake(third, "third");
  await third.close();
  const begunMs = performance.now();
  const times = { ...timing, takeoverMs: 600 };
  const next = await mustTake(two, "two", { times });
  assert.ok(performance.now() - begunMs >= 600);
  assert.ok(next.holds());
  await eventually(patienceMs, "the end of its authority", () => !silentOne.holds());
});

test("a holder whose leader no longer answers is succeeded at once", async () => {
  const first = await mustTake(one, "one");
  const alive = one.subscribe(subject.alive(community, 7), (m) => one.respond(m, new Uint8Array()));
  await one.flush();
  const before = await revision();
  first.setTerm(7);
  await eventually(patienceMs, "the term in the key", async () => (await revision()) > before);
  const standby = take(two, "two", { times: never });
  const later = await revision();
  await eventually(patienceMs, "renewals", async () => (await revision()) >= later + 3);
  assert.ok(first.holds());
  const lost = changed(first, false);
  alive.unsubscribe();
  assert.ok((await standby)?.holds());
  await lost;
  assert.ok(first.ended);
});

test("a lease that another core has taken ends, and never comes back", async () => {
  const first = await mustTake(one, "one");
  const lost = changed(first, false);
  await (await bucket()).put("leader", JSON.stringify({ coreId: "other", term: 0 }));
  await lost;
  assert.ok(first.ended);
  assert.ok(!first.holds());
  assert.equal(await first.regained(), false);
  await first.release();
  const entry = await (await bucket()).get("leader");
  assert.equal(entry?.json<{ coreId: string }>().coreId, "other");
});

test("a renewal that was stored without an answer does not end the lease", async () => {
  const first = await mustTake(one, "one");
  // Somebody wrote in its name: its own next renewal finds another revision.
  await (await bucket()).put("leader", JSON.stringify({ coreId: "one", term: 0 }));
  const before = await revision();
  await eventually(patienceMs, "renewals", async () => (await revision()) >= before + 2);
  assert.ok(first.holds());
  assert.ok(!first.ended);
});

test("a lone server keeps the lease in memory, and one that was on its disk is moved there, with its last word", async () => {
  const onDisk = await two.bucket(leaseBucket(community), patienceMs);
  assert.equal(await storage(), "file");
  const settled = { term: 7, seq: 9 };
  await onDisk.put("leader", JSON.stringify({ coreId: "", term: 7, settled }));
  const begunMs = performance.now();
  const lease = await mustTake(one, "one", { times: { ...timing, takeoverMs: 600 } });
  assert.equal(await storage(), "memory");
  // Whoever might have held it all the same has no authority any more.
  assert.ok(performance.now() - begunMs >= 600);
  assert.ok(lease.holds());
  assert.deepEqual(lease.settled, settled);
});

test("a lost connection voids the authority, and a lease that NATS has forgotten is put back in the same term", async () => {
  await ensureJournal(one, community, 1);
  await storeTerm(7);
  const times = { ...timing, authorityMs: 60_000 };
  const lease = await mustTake(one, "one", { times });
  lease.setTerm(7);
  await eventually(patienceMs, "the term in the key", async () => (await termInKey()) === 7);
  const lost = changed(lease, false);
  await nats.kill();
  await lost;
  assert.ok(!lease.holds());
  assert.ok(!lease.ended);
  const regained = within(patienceMs, "authority regained", lease.regained());
  await nats.start();
  assert.equal(await regained, true);
  assert.equal(await termInKey(), 7);
});

test("a lease that NATS has forgotten is lost to whoever has been followed by another term", async () => {
  await ensureJournal(one, community, 1);
  await storeTerm(7);
  const lease = await mustTake(one, "one");
  lease.setTerm(7);
  await eventually(patienceMs, "the term in the key", async () => (await termInKey()) === 7);
  await storeTerm(8);
  const ended = new Promise<void>((resolve) => {
    lease.onChange(() => {
      if (lease.ended) resolve();
    });
  });
  await nats.kill();
  await nats.start();
  await within(patienceMs, "the end of the lease", ended);
  assert.ok(!lease.holds());
});
