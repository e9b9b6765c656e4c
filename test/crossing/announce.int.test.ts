/** Bridge table, Messages, broadcast: one system message in the default channel, the `say` notice to everyone. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { stackForTests } from "../support/test-stack.ts";

const home = stackForTests();

test("/say on Sock Chat is one system message in the default channel", async () => {
  const olga = await home.onSockchat("olga");
  const ada = await home.onOriginchats("ada");
  const ben = await home.onSockchat("ben");
  ben.say("/join random");
  await ben.next("5", ([, kind, slug]) => kind === "2" && slug === "random");
  olga.say("/say hear ye");
  const packet = await ada.next("message_new");
  const message = packet["message"] as Readonly<Record<string, unknown>>;
  assert.deepEqual(packet, {
    cmd: "message_new",
    message: {
      user: "originChats",
      content: "hear ye",
      timestamp: message["timestamp"],
      id: message["id"],
      pinned: false,
      type: "message",
      interaction: null,
    },
    channel: "general",
    thread_id: null,
    global: true,
  });
  assert.equal((await ben.notice("say"))[3], "0\fsay\fhear ye");
});

test("/say on OriginChats is the say notice to everyone, and its own answer", async () => {
  const olga = await home.onOriginchats("olga");
  const ben = await home.onSockchat("ben");
  ben.say("/join random");
  await ben.next("5", ([, kind, slug]) => kind === "2" && slug === "random");
  const args = { text: "tea is ready" };
  const answer = await olga.ask({ cmd: "slash_call", channel: "random", command: "say", args });
  const message = answer["message"] as Readonly<Record<string, unknown>>;
  assert.deepEqual(
    [answer["channel"], message["user"], message["content"], message["interaction"]],
    ["general", "originChats", "tea is ready", { command: "say", username: "olga" }],
  );
  const line = await ben.notice("say");
  assert.deepEqual([line[2], line[3], line[5]], ["-1", "0\fsay\ftea is ready", "10010"]);
  const id = message["id"];
  const mona = await home.onOriginchats("mona");
  await mona.ask({ cmd: "message_delete", channel: "general", id });
});
