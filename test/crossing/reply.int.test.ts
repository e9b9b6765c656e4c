/** Bridge table, Messages: replies, mentions, and actions that are edited, from one protocol to the other. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { OriginchatsClient } from "../support/originchats-client.ts";
import { stackForTests } from "../support/test-stack.ts";

const home = stackForTests({ config: { limits: { messagesPerMinute: 0, burstLimit: 0 } } });

type Fields = Readonly<Record<string, unknown>>;

/** The next message that comes live, with the pings in it. */
async function heard(who: OriginchatsClient, content: string): Promise<Fields> {
  const packet = await who.next(
    "message_new",
    (each) => (each["message"] as Fields)["content"] === content,
  );
  return packet["message"] as Fields;
}

test("a reply of OriginChats has the original's first words above it", async () => {
  const ben = await home.onSockchat("ben");
  const ada = await home.onOriginchats("ada");
  ben.say(
    "a [b]question[/b] of <some>\nlength [1], which is [i]more than sixty letters long as all see",
  );
  const original = await ada.next("message_new");
  const { id } = original["message"] as { readonly id: string };
  ada.send({ cmd: "message_new", channel: "general", content: "an answer", reply_to: id });
  const packet = await ben.next("2", ([, , , text]) => text?.endsWith("an answer") ?? false);
  assert.equal(
    packet[3],
    "» ben: a question of &lt;some&gt; length [1], which is [\u200bi]more than sixty… <br/> an answer",
  );
  assert.equal(packet[5], "10010");
});

test("the words of a short original stand whole", async () => {
  const ben = await home.onSockchat("ben");
  const ada = await home.onOriginchats("ada");
  ben.say("short");
  const original = await heard(ada, "short");
  ada.send({ cmd: "message_new", channel: "general", content: "re", reply_to: original["id"] });
  const packet = await ben.next("2", ([, , , text]) => text?.endsWith(" re") ?? false);
  assert.equal(packet[3], "» ben: short <br/> re");
});

test("a first line `> name: words…` on Sock Chat becomes a reply, which pings its author", async () => {
  const ben = await home.onSockchat("ben");
  const ada = await home.onOriginchats("ada");
  const posted = await ada.ask({
    cmd: "message_new",
    channel: "general",
    content: "What shall we eat today?",
  });
  const { id } = posted["message"] as { readonly id: string };
  await ben.sees("What shall we eat today?");
  ben.say("> ada: what shall we…\nsoup");
  const reply = await heard(ada, "soup");
  assert.deepEqual(reply["reply_to"], { id, user: "ada" });
  assert.deepEqual(reply["pings"], { users: [], roles: [], replies: ["ada"] });
  await ben.sees("» ada: What shall we eat today? <br/> soup");
  const list = await ada.ask({ cmd: "message_replies", channel: "general", id });
  assert.equal((list["replies"] as readonly unknown[]).length, 1);
});

test("a first line that quotes nothing stays text", async () => {
  const ben = await home.onSockchat("ben");
  const ada = await home.onOriginchats("ada");
  ben.say("> ada: never said\nsoup again");
  const message = await heard(ada, "> ada: never said\nsoup again");
  assert.equal(message["reply_to"], undefined);
});

test("@name from Sock Chat pings on OriginChats", async () => {
  const ben = await home.onSockchat("ben");
  const ada = await home.onOriginchats("ada");
  ben.say("hello @ADA and @nobody-here, also @&user");
  const message = await heard(ada, "hello @ADA and @nobody-here, also @&user");
  assert.deepEqual(message["pings"], { users: ["ada"], roles: ["user"], replies: [] });
  const inbox = await ada.ask({ cmd: "pings_get" });
  const [newest] = inbox["messages"] as readonly Fields[];
  assert.equal(newest?.["id"], message["id"]);
});

test("an action that is edited on OriginChats stays in italics once, on either side", async () => {
  const mona = await home.onSockchat("mona");
  const ben = await home.onSockchat("ben");
  const benToo = await home.onOriginchats("ben");
  ben.say("/me waves");
  const shown = await heard(benToo, "_waves_");
  await mona.sees("<i>waves</i>");
  const edited = await benToo.ask({
    cmd: "message_edit",
    channel: "general",
    id: shown["id"],
    content: "_waves twice_",
  });
  assert.equal(edited["content"], "_waves twice_");
  assert.equal((edited["message"] as Fields)["kind"], "action");
  const again = await mona.next("2", ([, , , text]) => text?.includes("twice") ?? false);
  assert.equal(again[3], "<i>waves twice (edited)</i>");
  assert.equal(again[5], "11000");
});
