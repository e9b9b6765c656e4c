/** What people are told whose gateway is told to stop, or stood still: nothing false, and of each message what became of it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { elapse } from "@dragoman/testing/deadline";
import { eventsOf, postedTexts, watchJournal } from "../support/journal.ts";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { asProcess, portOf, startStack } from "../support/stack.ts";

const writers = 5;
/** NATS cuts a client that stands still for longer: the feed comes late then, answers to new commands do not. */
const cutMs = 4_000;

test("of what was sent to a gateway that ends, each author has seen all that is stored", async (t) => {
  const stack = await startStack({
    originchats: 1,
    sockchat: 1,
    processes: ["core", "originchats", "sockchat"],
    config: { drainMs: 5_000, drainPerSecond: 20 },
  });
  t.after(() => stack.stop());
  const journal = watchJournal(stack.operator.bus);
  const both = await Promise.all(
    Array.from({ length: writers }, async () => {
      const one = await OriginchatsClient.signIn(portOf(stack.originchats), "ada");
      const two = await SockchatClient.signIn(portOf(stack.sockchat), "ben");
      return [one, two] as const;
    }),
  );
  const clients = both.flat();
  // Each writes on without waiting for what came of it before, until its socket ends.
  clients.forEach((client, n) => {
    let count = 0;
    const timer = setInterval(() => {
      if (client.socket.readyState !== client.socket.OPEN) return clearInterval(timer);
      count += 1;
      const text = `w${n}-${count}`;
      if (client instanceof OriginchatsClient) client.say("general", text);
      else client.say(text);
    }, 5);
  });
  await Promise.all(clients.map((client, n) => client.sees(`w${n}-20`)));
  await Promise.all([
    ...[...stack.originchats, ...stack.sockchat].map((part) => asProcess(part).stop()),
    ...clients.map(async (client) => {
      const { code } = await client.closed(20_000);
      assert.equal(code, 1012);
    }),
  ]);
  await stack.operator.bus.flush();
  const stored = postedTexts(journal.entries);
  assert.ok(stored.length > clients.length * 20);
  const unseen = stored.filter((text) => {
    const n = Number(/^w(\d+)-/.exec(text)?.[1] ?? "-1");
    return clients[n]?.has(text) !== true;
  });
  assert.deepEqual(unseen, [], "stored, and its author was not told");
  for (const [one, two] of both) {
    assert.ok(!one.log.entries.some(({ cmd }) => cmd === "error"));
    assert.match(two.log.entries.at(-1)?.[3] ?? "", /^0\fsay\f.*connects again/);
  }
});

test("a gateway that stood still tells nobody anything false before it lets go", async (t) => {
  const stack = await startStack({
    originchats: 1,
    sockchat: 1,
    processes: ["core", "originchats", "sockchat"],
    config: { journal: { gatewayMs: 2_000, letGoMs: 1_500, comeBackMs: 100 } },
  });
  t.after(() => stack.stop());
  const ada = await OriginchatsClient.signIn(portOf(stack.originchats), "ada");
  const ben = await SockchatClient.signIn(portOf(stack.sockchat), "ben");
  const journal = watchJournal(stack.operator.bus);
  const gateways = [...stack.originchats, ...stack.sockchat].map(asProcess);
  const told = [ada.log.length, ben.log.length] as const;
  for (const gateway of gateways) gateway.suspend();
  ada.say("general", "to whom it may concern");
  ben.say("to nobody");
  await journal.until("the end of both sessions", (records) => {
    return eventsOf(records).filter(({ type }) => type === "session.closed").length === 2;
  });
  await elapse(cutMs);
  for (const gateway of gateways) gateway.resume();
  assert.equal((await ada.closed()).code, 1012);
  assert.equal((await ben.closed()).code, 1012);
  assert.deepEqual(ada.log.since(told[0]), []);
  assert.match(
    ben.log
      .since(told[1])
      .map((packet) => packet.join(" "))
      .join("\n"),
    /^2 \d+ -1 0\fsay\f[^\n]*$/,
  );
});
