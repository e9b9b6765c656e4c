import assert from "node:assert/strict";
import { readdir, stat, truncate } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { journalStream } from "@dragoman/bus-schema";
import { community } from "@dragoman/testing/nats";
import { eventsOf, postedTexts, readJournal } from "../support/journal.ts";
import { OriginchatsClient, type OriginchatsMessage } from "../support/originchats-client.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { portOf, startStack } from "../support/stack.ts";

const after = Array.from({ length: 10 }, (_, index) => `after ${index + 1}`);

/** Cuts the end off the newest block of the journal, as a power cut does that the disk had not seen all of. */
async function truncateJournal(storeDir: string, bytes: number): Promise<void> {
  const { name } = journalStream(community);
  const folder = join(storeDir, "jetstream", `CORE_${community}`, "streams", name, "msgs");
  const blocks = (await readdir(folder)).filter((file) => file.endsWith(".blk"));
  const newest = blocks.sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10)).at(-1);
  assert.ok(newest !== undefined, "a block");
  const path = join(folder, newest);
  const { size } = await stat(path);
  await truncate(path, size - bytes);
}

interface Loss {
  readonly before: readonly string[];
  /** How much of the end of the newest block is lost. */
  readonly bytes: number;
  /** Whether another core takes the lead just before, so that its start is lost as well. */
  readonly newLeader: boolean;
}

async function loseAndGoOn(t: TestContext, loss: Loss): Promise<void> {
  // A return within this time would bring only what was missed: here the whole context is looked at.
  const config = { sockchat: { returnMs: 0 } };
  const stack = await startStack({ originchats: 1, sockchat: 1, config });
  t.after(() => stack.stop());
  let ada = await OriginchatsClient.signIn(portOf(stack.originchats), "ada");
  let ben = await SockchatClient.signIn(portOf(stack.sockchat), "ben");
  if (loss.newLeader) {
    await stack.cores[0]?.stop();
    await stack.add("core");
  }
  for (const text of loss.before) ada.say("general", text);
  const lastBefore = loss.before.at(-1) ?? "";
  await Promise.all([ada.sees(lastBefore), ben.sees(lastBefore)]);
  const full = await readJournal(stack.operator.coreBus);

  await stack.nats.kill();
  await truncateJournal(stack.nats.storeDir, loss.bytes);
  await stack.nats.start();

  // The clients are closed so that they come back, and what was lost is lost for all alike.
  await Promise.all([ada.closed(15_000), ben.closed(15_000)]);
  await Promise.all([...stack.originchats, ...stack.sockchat].map((part) => part.ready()));
  ada = await OriginchatsClient.signIn(portOf(stack.originchats), "ada");
  ben = await SockchatClient.signIn(portOf(stack.sockchat), "ben");
  for (const text of after) ada.say("general", text);
  await Promise.all([ada.sees("after 10"), ben.sees("after 10")]);

  const records = await readJournal(stack.operator.coreBus);
  const kept = new Set(records.map(({ batch }) => batch.id));
  const lost = full.filter(({ batch }) => !kept.has(batch.id));
  assert.ok(lost.length > 0, "the journal went back");
  const hasStart = eventsOf(lost).some(({ type }) => type === "leader.started");
  assert.equal(hasStart, loss.newLeader);
  if (loss.newLeader) {
    assert.ok((await stack.operator.term()) < Math.max(...lost.map(({ batch }) => batch.term)));
  }
  const survived = postedTexts(records);
  assert.deepEqual(survived.slice(-after.length), after);
  assert.deepEqual(
    ada.messages().map(({ content }) => content),
    after,
  );
  // Its context says what was kept, then come the ten.
  assert.deepEqual(
    ben.lines().map(({ text }) => text),
    survived,
  );
  // History was built anew, and so holds what the journal holds.
  const page = await ada.ask({ cmd: "messages_get", channel: "general", limit: 100 });
  const texts = (page["messages"] as readonly OriginchatsMessage[])
    .filter(({ user }) => user === "ada")
    .map(({ content }) => content);
  assert.deepEqual(texts, survived);
}

/**
 * docs/journal.md 1.3: unchecked, the records written after the journal went back are taken for old ones and
 * silently passed over, by core and gateways alike.
 */
test("after a block of the journal was truncated, every client sees the ten commits that follow", (t) =>
  loseAndGoOn(t, {
    before: Array.from({ length: 6 }, (_, index) => `before ${index + 1}`),
    bytes: 700,
    newLeader: false,
  }));

/**
 * docs/journal.md 1.3, 2.6: a term is a place in the journal, so a lost one comes again or a lower one comes; who
 * knows the old term must not take the new leader's answers for those of the past.
 */
test("a truncated block that held the leader's own start leaves nobody waiting for its term", (t) =>
  loseAndGoOn(t, { before: ["before"], bytes: 1_400, newLeader: true }));
