/**
 * docs/journal.md 1.5: what came torn over one connection is asked for over a new one before anybody halts, or says that
 * the journal went back.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { watchJournal } from "../support/journal.ts";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { startProxy } from "../support/proxy.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { asProcess, portOf, startStack } from "../support/stack.ts";

test("records that a torn connection mangles are read over a new one, and nobody notices", async (t) => {
  const stack = await startStack({ cores: 1, originchats: 1, processes: ["core"] });
  t.after(() => stack.stop());
  const proxy = await startProxy(stack.nats.port);
  t.after(() => proxy.stop());
  await stack.add("sockchat", { natsUrl: proxy.url });
  const aside = await startProxy(stack.nats.port);
  t.after(() => aside.stop());
  await stack.add("core", { natsUrl: aside.url });
  const ada = await OriginchatsClient.signIn(portOf(stack.originchats), "ada");
  const ben = await SockchatClient.signIn(portOf(stack.sockchat), "ben");
  ada.say("general", "whole");
  await ben.sees("whole");

  const journal = watchJournal(stack.operator.bus);
  const torn = [proxy, aside].map((link) => link.tear('"prev":'));
  for (const text of ["one", "two", "three"]) ada.say("general", text);
  await ben.sees("three");
  assert.deepEqual(
    ben.lines().map(({ text }) => text),
    ["whole", "one", "two", "three"],
  );
  assert.ok(ben.isOpen, "a rewind would have closed it");
  await journal.until("three records", (all) => all.length >= 3);
  const follower = asProcess(stack.cores[1]);
  await follower.ready();
  assert.doesNotMatch(follower.output(), /journal_rewound|journal_halted|built anew/);
  for (const count of torn) assert.ok(count() > 0, "records came mangled");
  await stack.sockchat[0]?.ready();
});
