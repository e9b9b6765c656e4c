/** Bridge table, Messages: reactions and pins of OriginChats are notices on Sock Chat. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { OriginchatsClient } from "../support/originchats-client.ts";
import type { SockchatClient } from "../support/sockchat-client.ts";
import { stackForTests } from "../support/test-stack.ts";

const home = stackForTests({
  config: {
    limits: { messagesPerMinute: 0, burstLimit: 0 },
    sockchat: { digestMs: 300, digestAgainMs: 1_500 },
  },
});

const post = async (who: OriginchatsClient, content: string, channel = "general") => {
  const packet = await who.ask({ cmd: "message_new", channel, content });
  return (packet["message"] as { readonly id: string }).id;
};

const isNotice = (packet: readonly string[]): boolean => packet[0] === "2" && packet[2] === "-1";

/** The next notice, whole but for its time and its number. */
async function notice(who: SockchatClient): Promise<string | undefined> {
  const packet = await who.log.next("a notice", isNotice);
  assert.equal(packet.length, 6);
  assert.match(packet[1] ?? "", /^\d{10}$/);
  assert.ok(Number(packet[4]) >= 2 ** 52, "no message's number");
  assert.equal(packet[5], "10010");
  return packet[3];
}

test("reactions are told in one notice some time after the last", async () => {
  const ben = await home.onSockchat("ben");
  const ada = await home.onOriginchats("ada");
  const olga = await home.onOriginchats("olga");
  const id = await post(ada, "who <b> comes\nto [b]lunch");
  await ben.sees("who &lt;b&gt; comes <br/> to [\u200bb]lunch");
  const react = (who: OriginchatsClient, emoji: string, cmd = "message_react_add") =>
    who.ask({ cmd, channel: "general", id, emoji });
  await react(ada, "👍");
  await react(olga, "👍");
  await react(olga, "🎉");
  await react(ada, "👎");
  await react(ada, "👎", "message_react_remove");
  assert.equal(
    await notice(ben),
    "0\fsay\f👍 ada, olga; 🎉 olga on a message by ada: who &lt;b&gt; comes to [\u200bb]lunch",
  );
});

test("a message is told of once in a while, and what was taken back by its name", async () => {
  const ben = await home.onSockchat("ben");
  const ada = await home.onOriginchats("ada");
  const id = await post(ada, "x".repeat(100));
  const react = (emoji: string, cmd = "message_react_add") =>
    ada.ask({ cmd, channel: "general", id, emoji });
  const words = `on a message by ada: ${"x".repeat(60)}…`;
  await react("👍");
  assert.equal(await notice(ben), `0\fsay\f👍 ada ${words}`);
  const toldMs = performance.now();
  await react("<i>");
  await react("👍", "message_react_remove");
  assert.equal(await notice(ben), `0\fsay\f&lt;i&gt; ada; no more 👍 ada ${words}`);
  assert.ok(performance.now() - toldMs > 1_000, "not at once");
});

test("nobody hears of reactions in a channel where they are not", async () => {
  const ben = await home.onSockchat("ben");
  const olga = await home.onOriginchats("olga");
  const id = await post(olga, "among ourselves", "staff");
  const here = await post(olga, "for everybody");
  await olga.ask({ cmd: "message_react_add", channel: "staff", id, emoji: "👀" });
  await olga.ask({ cmd: "message_react_add", channel: "general", id: here, emoji: "🎈" });
  assert.equal(await notice(ben), "0\fsay\f🎈 olga on a message by olga: for everybody");
});

test("a pin and its end are a notice each", async () => {
  const ben = await home.onSockchat("ben");
  const olga = await home.onOriginchats("olga");
  ben.say("worth keeping");
  await olga.sees("worth keeping");
  const id = olga.messages().at(-1)?.id;
  await olga.ask({ cmd: "message_pin", channel: "general", id });
  assert.equal(await notice(ben), "0\fsay\folga pinned a message by ben: worth keeping");
  await olga.ask({ cmd: "message_pin", channel: "general", id, pinned: false });
  assert.equal(await notice(ben), "0\fsay\folga unpinned a message by ben: worth keeping");
});

test("reactions in a thread are told in the channel that the thread is", async () => {
  await home.stack.operator.mustAccept({
    type: "channel.create",
    kind: "forum",
    name: "plans",
    permissions: { view: ["user"], send: ["user"], create_thread: ["user"] },
  });
  const ada = await home.onOriginchats("ada");
  const ben = await home.onSockchat("ben");
  const made = await ada.ask({ cmd: "thread_create", channel: "plans", name: "Summer" });
  const thread_id = (made["thread"] as { readonly id: string }).id;
  const packet = await ada.ask({ cmd: "message_new", thread_id, content: "the sea" });
  const { id } = packet["message"] as { readonly id: string };
  const [, , slug = ""] = await ben.next("4", ([, mode]) => mode === "0");
  ben.say(`/join ${slug}`);
  await ben.next("5", ([, mode]) => mode === "2");
  await ada.ask({ cmd: "message_react_add", channel: "plans", id, emoji: "🌊" });
  assert.equal(await notice(ben), "0\fsay\f🌊 ada on a message by ada: the sea");
});
