/** Bridge table, Messages: what a message, an edit and a deletion of one side become on the other. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { stackForTests } from "../support/test-stack.ts";

const home = stackForTests();

test("a message from OriginChats is packet 2 with the message's small number on Sock Chat", async () => {
  const ben = await home.onSockchat("ben");
  const ada = await home.onOriginchats("ada");
  ada.say("general", "good <b>morning</b> & more");
  const packet = await ben.next("2", ([, , , text]) => text?.startsWith("good") ?? false);
  assert.equal(packet.length, 6);
  assert.match(packet[1] ?? "", /^\d{10}$/);
  assert.match(packet[2] ?? "", /^10000000\d\d$/);
  assert.equal(packet[3], "good &lt;b&gt;morning&lt;/b&gt; & more");
  assert.match(packet[4] ?? "", /^\d+$/);
  assert.equal(packet[5], "10010");
});

test("a message from Sock Chat is message_new with a UUID on OriginChats, in Markdown", async () => {
  const ben = await home.onSockchat("ben");
  const ada = await home.onOriginchats("ada");
  ben.say("hello <i> & [b]bold[/b]");
  const packet = await ada.next("message_new");
  const message = packet["message"] as Record<string, unknown>;
  assert.equal(packet["channel"], "general");
  assert.equal(packet["thread_id"], null);
  assert.equal(packet["global"], true);
  assert.equal(message["user"], "ben");
  assert.equal(message["content"], "hello <i> & **bold**");
  assert.match(String(message["id"]), /^[0-9a-f]{8}-[0-9a-f]{4}-/);
  assert.equal(message["pinned"], false);
  assert.equal(message["type"], "message");
  assert.equal(message["interaction"], null);
  assert.equal(typeof message["timestamp"], "number");
});

test("the author sees his own message by the same road as everybody", async () => {
  const ben = await home.onSockchat("ben");
  const ada = await home.onOriginchats("ada");
  ben.say("echo to ben");
  ada.say("general", "echo to ada");
  await ben.sees("echo to ben");
  await ben.sees("echo to ada");
  await ada.sees("echo to ben");
  await ada.sees("echo to ada");
  const mine = ben
    .lines()
    .filter((line) => line.live)
    .map((line) => line.text);
  const hers = ada.messages().map((message) => message.content);
  assert.deepEqual(
    mine.filter((text) => text.startsWith("echo")),
    hers.filter((text) => text.startsWith("echo")),
    "both sides hear one order",
  );
});

test("an action is italics on OriginChats and flags 11000 on Sock Chat", async () => {
  const ben = await home.onSockchat("ben");
  const mona = await home.onSockchat("mona");
  const ada = await home.onOriginchats("ada");
  ben.say("/me waves <hello>");
  const packet = await mona.next("2", ([, , , text]) => text?.includes("waves") ?? false);
  assert.equal(packet[3], "<i>waves &lt;hello&gt;</i>");
  assert.equal(packet[5], "11000");
  await ada.sees("_waves <hello>_");
});

test("an edit of a recent message is a deletion and the message again, under the same number", async () => {
  const ben = await home.onSockchat("ben");
  const ada = await home.onOriginchats("ada");
  const posted = await ada.ask({ cmd: "message_new", channel: "general", content: "before" });
  const { id } = posted["message"] as { id: string };
  const first = await ben.next("2", ([, , , text]) => text === "before");
  const edited = await ada.ask({ cmd: "message_edit", channel: "general", id, content: "after" });
  assert.equal(edited.cmd, "message_edit");
  const removed = await ben.next("6");
  assert.equal(removed[1], first[4]);
  const again = await ben.next("2", ([, , , text]) => text === "after (edited)");
  assert.equal(again[4], first[4]);
});

test("a deletion crosses both ways", async () => {
  const ben = await home.onSockchat("ben");
  const ada = await home.onOriginchats("ada");
  const posted = await ada.ask({ cmd: "message_new", channel: "general", content: "short-lived" });
  const { id } = posted["message"] as { id: string };
  const line = await ben.next("2", ([, , , text]) => text === "short-lived");
  ada.send({ cmd: "message_delete", channel: "general", id });
  assert.equal((await ben.next("6"))[1], line[4]);

  ben.say("mine to take back");
  await ada.sees("mine to take back");
  const own = await ben.next("2", ([, , , text]) => text === "mine to take back");
  const theirs = ada.messages().at(-1);
  ben.say(`/delete ${own[4]}`);
  const gone = await ada.next("message_delete", (packet) => packet["id"] === theirs?.id);
  assert.equal(gone["channel"], "general");
});

test("a reply of OriginChats names the author of the original on Sock Chat", async () => {
  const ben = await home.onSockchat("ben");
  const ada = await home.onOriginchats("ada");
  ben.say("a question");
  await ada.sees("a question");
  const original = ada.messages().at(-1);
  ada.send({
    cmd: "message_new",
    channel: "general",
    content: "an answer",
    reply_to: original?.id,
  });
  await ben.next("2", ([, , , text]) => text === "0\fsay\f» ben: a question");
  assert.equal((await ben.next("2"))[3], "an answer");
});

test("a whisper is a private channel on OriginChats and the private bit on Sock Chat, and back", async () => {
  const ben = await home.onSockchat("ben");
  const mona = await home.onSockchat("mona");
  const ada = await home.onOriginchats("ada");
  ben.say("/msg ada for you alone");
  const own = await ben.next("2", ([, , , , , flags]) => flags === "10011");
  assert.equal(own[3], "ada for you alone");
  const channels = await ada.next("channels_get");
  const listed = (channels["val"] as { name: string }[]).map(({ name }) => name);
  assert.ok(listed.includes("@ben"), `listed: ${listed}`);
  await ada.sees("for you alone");
  ada.say("@ben", "and for you");
  const back = await ben.next("2", ([, , author]) => author !== ben.userId);
  assert.equal(back[3], "and for you");
  assert.equal(back[5], "10011");
  ben.say("the end of it");
  await mona.sees("the end of it");
  assert.ok(!mona.has("for you alone") && !mona.has("and for you"));
});

test("who comes later finds the history, oldest first", async () => {
  const ada = await home.onOriginchats("ada");
  ada.say("general", "history 1");
  ada.say("general", "history 2");
  await ada.sees("history 2");
  const ben = await home.onSockchat("ben");
  const texts = ben.lines().map((line) => line.text);
  assert.deepEqual(
    texts.filter((text) => text.startsWith("history")),
    ["history 1", "history 2"],
  );
  const page = await ada.ask({ cmd: "messages_get", channel: "general", limit: 2 });
  const contents = (page["messages"] as { content: string }[]).map(({ content }) => content);
  assert.deepEqual(contents, ["history 1", "history 2"]);
});
