import assert from "node:assert/strict";
import { test } from "node:test";
import { postedTexts, readJournal, watchJournal } from "../support/journal.ts";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { startProxy } from "../support/proxy.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { furnish, portOf, startStack } from "../support/stack.ts";

const acknowledgement = '{"stream":"JOURNAL_main"';

/**
 * docs/journal.md 2.3: an append without an answer is settled by the record at expected + 1. When the leader can
 * read again, the last record is another leader's `leader.started`; taking that for the answer would make the
 * message "never stored" and post it a second time.
 */
test("a message whose append lost its answer stands once, although a new leader is behind it", async (t) => {
  const stack = await startStack({ cores: 0 });
  t.after(() => stack.stop());
  const proxy = await startProxy(stack.nats.port);
  t.after(() => proxy.stop());
  const gatewayProxy = await startProxy(stack.nats.port);
  t.after(() => gatewayProxy.stop());
  const first = await stack.add("core", { natsUrl: proxy.url });
  await furnish(stack.operator);
  const second = await stack.add("core");
  await stack.add("originchats", { natsUrl: gatewayProxy.url });
  await stack.add("sockchat");
  const ada = await OriginchatsClient.signIn(portOf(stack.originchats), "ada");
  const ben = await SockchatClient.signIn(portOf(stack.sockchat), "ben");
  await ada.ask({ cmd: "ping" });
  const journal = watchJournal(stack.operator.bus);

  let dropped = 0;
  proxy.drop(({ subject, payload }) => {
    if (dropped > 0 || !subject.startsWith("_INBOX_core.")) return false;
    if (!Buffer.from(payload).toString().startsWith(acknowledgement)) return false;
    dropped += 1;
    proxy.hang();
    return true;
  });
  // The gateway misses the event as well: it asks until somebody answers, and that is the new leader.
  let missed = 0;
  gatewayProxy.drop(({ subject, payload }) => {
    const misses = subject.endsWith(".event") && Buffer.from(payload).includes('"once"');
    if (misses) missed += 1;
    return misses;
  });
  ada.say("general", "once");
  await journal.until(
    "a new leader behind the message",
    (records) => {
      const types = records.flatMap(({ batch }) =>
        batch.commits.flatMap(({ events }) => events.map(({ type }) => type)),
      );
      return types.indexOf("leader.started") > types.indexOf("message.posted");
    },
    15_000,
  );
  assert.deepEqual([dropped, missed], [1, 1]);
  proxy.resume();

  await ada.sees("once");
  ada.say("general", "after");
  await ben.sees("after", 10_000);
  await first.ready();
  // The one that was cut off leads again, on a state that holds the message once.
  await second.stop();
  ada.say("general", "at last");
  await Promise.all([ben.sees("at last", 10_000), ada.sees("at last", 10_000)]);

  const expected = ["once", "after", "at last"];
  assert.deepEqual(
    ada.messages().map(({ content }) => content),
    expected,
  );
  assert.deepEqual(
    ben.lines().map(({ text }) => text),
    expected,
  );
  assert.deepEqual(postedTexts(await readJournal(stack.operator.coreBus)), expected);
});
