/** OriginChats part 2, section 7: `message_react_add`, `message_react_remove`, and reactions in message objects. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { OriginchatsClient } from "../../support/originchats-client.ts";
import { stackForTests } from "../../support/test-stack.ts";

const home = stackForTests({
  config: { limits: { messagesPerMinute: 0, burstLimit: 0 } },
});

const post = async (who: OriginchatsClient, content: string, channel = "general") => {
  const packet = await who.ask({ cmd: "message_new", channel, content });
  return (packet["message"] as { readonly id: string }).id;
};

test("message_react_add goes to all viewers, and to the sender last, with its listener", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onOriginchats("ben");
  const id = await post(ada, "react here");
  for (const emoji of ["👍", "originChats://127.0.0.1/emojis/0", "plain words", "e".repeat(200)]) {
    const own = await ben.ask({ cmd: "message_react_add", channel: "general", id, emoji });
    const told = {
      cmd: "message_react_add",
      id,
      emoji,
      channel: "general",
      from: "ben",
      global: true,
    };
    assert.deepEqual(own, { ...told, listener: own["listener"] });
    assert.deepEqual(await ada.next("message_react_add"), told);
  }
  const adding = { cmd: "message_react_add", channel: "general", id, emoji: "👍" };
  assert.equal((await ada.ask(adding)).cmd, "message_react_add");
  const got = await ada.ask({ cmd: "message_get", channel: "general", id });
  assert.deepEqual((got["message"] as Record<string, unknown>)["reactions"], {
    "👍": ["ben", "ada"],
    "originChats://127.0.0.1/emojis/0": ["ben"],
    "plain words": ["ben"],
    ["e".repeat(200)]: ["ben"],
  });
});

test("message_react_remove takes one's own away, and an emoji with nobody left is gone", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onOriginchats("ben");
  const id = await post(ada, "and take it back");
  const place = { channel: "general", id, emoji: "👍" };
  await ben.ask({ cmd: "message_react_add", ...place });
  const removed = await ben.ask({ cmd: "message_react_remove", ...place });
  const told = {
    cmd: "message_react_remove",
    id,
    emoji: "👍",
    channel: "general",
    from: "ben",
    global: true,
  };
  assert.deepEqual(removed, { ...told, listener: removed["listener"] });
  assert.deepEqual(await ada.next("message_react_remove"), told);
  const got = await ada.ask({ cmd: "message_get", channel: "general", id });
  assert.equal((got["message"] as Record<string, unknown>)["reactions"], undefined);
});

test("a page covers the reactions that it holds: none is told twice or lost", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onOriginchats("ben");
  const id = await post(ada, "counted");
  const emojis = Array.from({ length: 20 }, (_, n) => `e${n}`);
  for (const emoji of emojis) {
    ben.send({ cmd: "message_react_add", channel: "general", id, emoji });
  }
  const page = await ada.ask({ cmd: "messages_get", channel: "general", limit: 1 });
  const mark = ada.log.entries.indexOf(page);
  const [message] = page["messages"] as readonly { readonly reactions?: object }[];
  const inPage = Object.keys(message?.reactions ?? {});
  await ada.log.until(
    "the last reaction",
    (entries) => entries.some((packet) => packet["emoji"] === "e19") || inPage.includes("e19"),
  );
  const later = ada.log
    .since(mark)
    .filter(({ cmd }) => cmd === "message_react_add")
    .map((packet) => packet["emoji"]);
  assert.deepEqual([...inPage, ...later], emojis);
});

test("every refusal of a reaction is in the reference's words and order", async () => {
  const ada = await home.onOriginchats("ada");
  const olga = await home.onOriginchats("olga");
  const id = await post(ada, "refused");
  const hidden = await post(olga, "hidden", "staff");
  await home.stack.operator.mustAccept({
    type: "channel.create",
    kind: "text",
    name: "quiet",
    permissions: { view: ["user"], send: ["user"], react: ["moderator"] },
  });
  const quiet = await post(ada, "no reacting", "quiet");
  const channel = "general";
  const cases: readonly (readonly [object, string, string])[] = [
    [{ channel, id, emoji: "" }, ...both("Message ID and emoji are required")],
    [{ channel, id }, ...both("Message ID and emoji are required")],
    [{ channel, emoji: "👍" }, ...both("Message ID and emoji are required")],
    [{ channel, id, emoji: "e".repeat(201) }, ...both("Invalid emoji")],
    [{ channel, id, emoji: 5 }, ...both("Invalid request: emoji")],
    [{ id, emoji: "👍" }, ...both("Channel or thread_id required")],
    [{ channel: "nope", id, emoji: "👍" }, ...both("Channel not found")],
    [{ channel: "staff", id: hidden, emoji: "👍" }, ...both("Channel not found")],
    [
      { channel: "quiet", id: quiet, emoji: "👍" },
      "You do not have permission to add reactions to this message",
      "You do not have permission to remove reactions from this message",
    ],
    [{ channel, id: "nope", emoji: "👍" }, "Failed to add reaction", "Failed to remove reaction"],
    [{ channel, id: quiet, emoji: "👍" }, "Failed to add reaction", "Failed to remove reaction"],
  ];
  for (const [fields, add, remove] of cases) {
    for (const [cmd, val] of [
      ["message_react_add", add],
      ["message_react_remove", remove],
    ] as const) {
      const answer = await ada.ask({ cmd, ...fields });
      assert.deepEqual(answer, { cmd: "error", src: cmd, val, listener: answer["listener"] });
    }
  }
  const place = { channel, id, emoji: "👍" };
  await ada.ask({ cmd: "message_react_add", ...place });
  const twice = await ada.ask({ cmd: "message_react_add", ...place });
  assert.equal(twice["val"], "Failed to add reaction");
  await ada.ask({ cmd: "message_react_remove", ...place });
  const none = await ada.ask({ cmd: "message_react_remove", ...place });
  assert.equal(none["val"], "Failed to remove reaction");
});

function both(text: string): [string, string] {
  return [text, text];
}
