/** The store of NATS is lost, while cores run or before they start: one sentence says so, and all goes on once it is back. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { cp, rename, rm } from "node:fs/promises";
import { test } from "node:test";
import { elapse, eventually, within } from "@dragoman/testing/deadline";
import { jetstreamManager } from "@nats-io/jetstream";
import { readJournal } from "../support/journal.ts";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { asProcess, portOf, startStack } from "../support/stack.ts";
import { outcome } from "../up/program.ts";

/** Long enough for dozens of lines, where each try would write one. */
const watchMs = 4_000;
/** Generous: a process may take long to start. */
const endMs = 90_000;

test("a core whose journal is gone says so once, and serves again when the store is put back", async (t) => {
  const stack = await startStack({ cores: 1, originchats: 1, processes: ["core"] });
  t.after(() => stack.stop());
  const core = asProcess(stack.cores[0]);
  const { storeDir } = stack.nats;
  const ada = await OriginchatsClient.signIn(portOf(stack.originchats), "ada");
  ada.say("general", "before");
  await ada.sees("before");

  await stack.nats.kill();
  const kept = `${storeDir}-kept`;
  await cp(storeDir, kept, { recursive: true });
  await rm(storeDir, { recursive: true });
  await stack.nats.start();
  await eventually(15_000, "the word of it", async () =>
    /journal is gone/.test(await core.whyNotReady()),
  );
  await elapse(watchMs);
  const said = core.output().split("\n");
  assert.equal(said.filter((line) => line.includes("journal_gone")).length, 1);
  assert.match(
    core.output(),
    /stream JOURNAL_main\) is gone from NATS' store: stop nats-server, put/,
  );
  assert.ok(!core.output().includes("JournalGoneError"), "no stack");
  assert.ok(said.length < 40, `${said.length} lines`);

  await stack.nats.kill();
  await rm(storeDir, { recursive: true, force: true });
  await rename(kept, storeDir);
  await stack.nats.start();
  await core.ready();
  const again = await OriginchatsClient.signIn(portOf(stack.originchats), "ada");
  again.say("general", "after");
  await again.sees("after", 20_000);
});

test("a core begins no house where its data folder knows one: not on an empty store, nor on another's journal", async (t) => {
  const stack = await startStack({ cores: 1, processes: ["core"] });
  t.after(() => stack.stop());
  const core = asProcess(stack.cores[0]);
  const { storeDir } = stack.nats;
  const kept = `${storeDir}-kept`;
  const refused = async (): Promise<void> => {
    core.start();
    const ended = once(core.child, "exit");
    assert.deepEqual(await within(endMs, "its end", ended, core.output), [1, null], core.output());
  };
  await core.stop();
  const records = (await readJournal(stack.operator.coreBus)).map(({ batch }) => batch.id);
  await stack.nats.kill();
  await rename(storeDir, kept);
  await stack.nats.start();
  await refused();
  const lost = /knows community main up to record \d+, and NATS' store has nothing of its journal/;
  assert.match(core.output(), lost);
  const manager = await jetstreamManager(stack.operator.coreBus.connection);
  const made: string[] = [];
  for await (const name of manager.streams.names()) made.push(name);
  assert.deepEqual(made, []);
  const { user, password } = stack.nats.credentials("core");
  const doctor = await outcome(["doctor"], {
    DRAGOMAN_NATS_URL: stack.nats.url,
    DRAGOMAN_NATS_USER: user,
    DRAGOMAN_NATS_PASSWORD: password,
    DRAGOMAN_DATA_DIR: core.dataDir,
  });
  assert.equal(doctor.code, 1, doctor.stdout);
  assert.match(doctor.stdout, lost);

  // One that knows nothing begins anew there; that is not the house that the first one knows.
  const other = await stack.add("core");
  await other.stop();
  await refused();
  assert.match(core.output(), /the journal in NATS' store is another one/);

  await stack.nats.kill();
  await rm(storeDir, { recursive: true, force: true });
  await rename(kept, storeDir);
  await stack.nats.start();
  core.start();
  await core.ready();
  const now = (await readJournal(stack.operator.coreBus)).map(({ batch }) => batch.id);
  assert.deepEqual(now.slice(0, records.length), records);
});
