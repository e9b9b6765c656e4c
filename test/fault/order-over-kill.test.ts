import assert from "node:assert/strict";
import { test } from "node:test";
import { postedTexts, readJournal } from "../support/journal.ts";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { asProcess, portOf, startStack } from "../support/stack.ts";

const texts = Array.from({ length: 50 }, (_, index) => `message ${index + 1}`);

/**
 * docs/journal.md 3.1: one unanswered command per session, the others wait. Pipelined with retries, the commands
 * that the dead leader never stored would come behind those that the new one took first.
 */
test("fifty messages queued by one session keep their order over the leader's kill", async (t) => {
  const stack = await startStack({ cores: 2, originchats: 1, sockchat: 1, processes: ["core"] });
  t.after(() => stack.stop());
  const ada = await OriginchatsClient.signIn(portOf(stack.originchats), "ada");
  const ben = await SockchatClient.signIn(portOf(stack.sockchat), "ben");

  for (const text of texts) ada.say("general", text);
  await ben.sees("message 10");
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
