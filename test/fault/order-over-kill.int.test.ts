import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { eventsOf, postedTexts, readJournal } from "../support/journal.ts";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { type Proxy as Link, startProxy } from "../support/proxy.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { asProcess, furnish, portOf, type Stack, startStack } from "../support/stack.ts";

const texts = Array.from({ length: 50 }, (_, index) => `message ${index + 1}`);

/** Loses one command on its way to the leader: the first to bring this text. @returns how often it has */
function loseCommand(proxy: Link, text: string): () => number {
  let lost = 0;
  proxy.drop(({ subject, payload }) => {
    const brings = Buffer.from(payload).includes(`"${text}"`);
    if (lost > 0 || !subject.includes(".command.") || !brings) return false;
    lost += 1;
    return true;
  });
  return () => lost;
}

/** A stack whose first core hears through a proxy. */
async function startBehindProxy(t: TestContext, stack: Stack): Promise<Link> {
  const proxy = await startProxy(stack.nats.port);
  t.after(() => proxy.stop());
  await stack.add("core", { natsUrl: proxy.url });
  await furnish(stack.operator);
  await stack.add("originchats");
  await stack.add("sockchat");
  return proxy;
}

/**
 * docs/journal.md 3.1: one unanswered command per session, the others wait. Pipelined with retries, those behind a
 * lost command would overtake it, and it would come too late to be taken at all; and so would those be that the
 * dead leader never stored.
 */
test("fifty messages queued by one session keep their order over a loss and the leader's kill", async (t) => {
  const stack = await startStack({ cores: 0, processes: ["core"] });
  t.after(() => stack.stop());
  const proxy = await startBehindProxy(t, stack);
  await stack.add("core");
  const ada = await OriginchatsClient.signIn(portOf(stack.originchats), "ada");
  const ben = await SockchatClient.signIn(portOf(stack.sockchat), "ben");

  const lost = loseCommand(proxy, "message 5");
  for (const text of texts) ada.say("general", text);
  await ben.sees("message 10");
  assert.equal(lost(), 1);
  await asProcess(stack.cores[0]).kill();
  await ben.sees("message 50", 20_000);
  await ada.sees("message 50");

  assert.deepEqual(
    ben.lines().map(({ text }) => text),
    texts,
  );
  assert.deepEqual(
    ada.messages().map(({ content }) => content),
    texts,
  );
  assert.deepEqual(postedTexts(await readJournal(stack.operator.coreBus)), texts);
});

/** The same rule for what a gateway says by itself: the end of a session waits for the command before it. */
test("a message that was lost on its way stands before its author's leaving", async (t) => {
  const stack = await startStack({ cores: 0 });
  t.after(() => stack.stop());
  const proxy = await startBehindProxy(t, stack);
  const ada = await OriginchatsClient.signIn(portOf(stack.originchats), "ada");
  const ben = await SockchatClient.signIn(portOf(stack.sockchat), "ben");

  const lost = loseCommand(proxy, "last words");
  ada.say("general", "last words");
  await ada.close();
  await ben.sees("last words");
  assert.equal(lost(), 1);
  await ben.next("3");

  const events = eventsOf(await readJournal(stack.operator.coreBus));
  const said = events.findIndex((event) => event.type === "message.posted");
  const left = events.findLastIndex((event) => event.type === "session.dropped");
  assert.ok(said >= 0 && said < left, `said at ${said}, left at ${left}`);
});
