/** One person's acts are no flood for the others: reactions by the hundred, names that change and change. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { stackForTests } from "../support/test-stack.ts";

const home = stackForTests({
  config: {
    limits: { actsPerMinute: 30, actsBurst: 30 },
    sockchat: { digestMs: 100, digestAgainMs: 60_000 },
  },
});

test("a hundred reactions are a few lines on Sock Chat, and most are refused", async () => {
  const olga = await home.onSockchat("olga");
  const ada = await home.onOriginchats("ada");
  const messageIds: string[] = [];
  for (let n = 0; n < 100; n += 1) {
    const packet = await ada.ask({ cmd: "message_new", channel: "general", content: `no. ${n}` });
    messageIds.push((packet["message"] as { readonly id: string }).id);
  }
  const answers: string[] = [];
  for (const id of messageIds) {
    const about = { channel: "general", id, emoji: "👍" };
    answers.push(String((await ada.ask({ cmd: "message_react_add", ...about }))["cmd"]));
  }
  const accepted = answers.filter((cmd) => cmd === "message_react_add").length;
  assert.equal(accepted, 30);
  assert.ok(answers.every((cmd) => cmd === "message_react_add" || cmd === "rate_limit"));
  await olga.log.next("the last notice", (packet) => /More is done/.test(packet[3] ?? ""));
  const isNotice = (packet: readonly string[]): boolean =>
    packet[2] === "-1" && /a message by ada|More is done/.test(packet[3] ?? "");
  assert.equal(olga.log.entries.filter(isNotice).length, 10);
  ada.say("general", "and talk goes on");
  await olga.sees("and talk goes on");
});

test("names that change and change are refused on Sock Chat, too", async () => {
  const mona = await home.onSockchat("mona");
  const refused = mona.notice("flwarn");
  for (let n = 0; n < 12; n += 1) mona.say(`/nick Lady${n}`);
  await refused;
  mona.say("and talk goes on");
  await mona.sees("and talk goes on");
});
