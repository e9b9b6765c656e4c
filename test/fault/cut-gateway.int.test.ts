import assert from "node:assert/strict";
import { test } from "node:test";
import { watchJournal } from "../support/journal.ts";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { startProxy } from "../support/proxy.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { portOf, startStack } from "../support/stack.ts";

/**
 * docs/journal.md 4.1: the last event of a quiet community is republished once and can be lost without a trace;
 * only the heartbeat's proof brings it. Nothing happens after the ban.
 */
test("a ban missed by a cut-off gateway closes its sockets once the link is back", async (t) => {
  const stack = await startStack({ originchats: 1 });
  t.after(() => stack.stop());
  const proxy = await startProxy(stack.nats.port);
  t.after(() => proxy.stop());
  const farOriginchats = await stack.add("originchats", { natsUrl: proxy.url });
  const farSockchat = await stack.add("sockchat", { natsUrl: proxy.url });
  const mona = await OriginchatsClient.signIn(portOf(stack.originchats), "mona");
  const ben = await OriginchatsClient.signIn(farOriginchats.port, "ben");
  const benSock = await SockchatClient.signIn(farSockchat.port, "ben");
  const journal = watchJournal(stack.operator.bus);

  proxy.cut();
  mona.send({ cmd: "user_ban", user: "ben" });
  await mona.next("user_ban", (packet) => packet["banned"] === true);
  await journal.until("the ban", (records) =>
    records.some(({ batch }) =>
      batch.commits.some(({ events }) => events.some(({ type }) => type === "moderation.banned")),
    ),
  );
  assert.ok(ben.isOpen && benSock.isOpen, "the cut-off gateways cannot know yet");

  proxy.resume();
  const farewell = await ben.next("disconnect");
  assert.equal(farewell["reason"], "You have been banned");
  assert.equal((await ben.closed()).code, 1000);
  assert.deepEqual(await benSock.next("9"), ["9", "1", "-1"]);
  assert.equal((await benSock.closed()).code, 1000);
  assert.ok(mona.isOpen);
});
