import assert from "node:assert/strict";
import { test } from "node:test";
import { OriginchatsClient, type OriginchatsMessage } from "../support/originchats-client.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { portOf, startStack } from "../support/stack.ts";

const total = 40;
const texts = Array.from({ length: total }, (_, index) => `flood ${index + 1}`);

/**
 * docs/journal.md 4.3: a query's answer says up to where it covers; what comes meanwhile is held and follows,
 * less what is covered. The projection applies a record in 40 ms, so that it lies far behind the feed.
 */
test("who enters a channel during a flood sees every message once", async (t) => {
  const stack = await startStack({ originchats: 1, sockchat: 1, historySlowMs: 40 });
  t.after(() => stack.stop());
  const ada = await OriginchatsClient.signIn(portOf(stack.originchats), "ada");
  const mona = await OriginchatsClient.signIn(portOf(stack.originchats), "mona");
  const ben = await SockchatClient.signIn(portOf(stack.sockchat), "ben");

  const flood = async (some: readonly string[]): Promise<void> => {
    for (const text of some) {
      ada.say("random", text);
      await ada.sees(text);
    }
  };
  await flood(texts.slice(0, 5));
  ben.say("/join random");
  const page = mona.ask({ cmd: "messages_get", channel: "random", limit: 100 });
  await flood(texts.slice(5));
  const answer = await page;
  const last = texts.at(-1) ?? "";
  await ben.sees(last);
  await mona.sees(last);

  const entered = ben.log.entries.findIndex(([id, mode]) => id === "8" && mode === "3");
  const lines = ben.lines(entered);
  assert.ok(
    lines.some(({ live }) => !live) && lines.some(({ live }) => live),
    "both kinds of lines",
  );
  assert.deepEqual(
    lines.map(({ text }) => text),
    texts.slice(-lines.length),
  );
  assert.ok(lines.length >= 20, "a page at least");

  const paged = (answer["messages"] as readonly OriginchatsMessage[]).filter(
    ({ user }) => user === "ada",
  );
  const later = mona.log
    .since(mona.log.entries.indexOf(answer))
    .filter(({ cmd }) => cmd === "message_new")
    .map((packet) => packet["message"] as OriginchatsMessage);
  assert.deepEqual(
    [...paged, ...later].map(({ content }) => content),
    texts,
  );
});
