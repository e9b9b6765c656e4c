/** The store of NATS is lost while cores run: one sentence says so, and all goes on once it is back. */
import assert from "node:assert/strict";
import { cp, rename, rm } from "node:fs/promises";
import { test } from "node:test";
import { elapse, eventually } from "@dragoman/testing/deadline";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { asProcess, portOf, startStack } from "../support/stack.ts";

/** Long enough for dozens of lines, where each try would write one. */
const watchMs = 4_000;

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
