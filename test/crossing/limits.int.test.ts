/** Bridge table, what is refused, cut and closed: empty, length, cut texts, line breaks, budgets, packet flood. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { OriginchatsMessage, OriginchatsPacket } from "../support/originchats-client.ts";
import { stackForTests } from "../support/test-stack.ts";

const home = stackForTests({
  config: {
    graceMs: 100,
    limits: { messagesPerMinute: 0, burstLimit: 0, actsBurst: 4, readMarksPerMinute: 2 },
    originchats: { floodWarn: 40, floodClose: 50 },
    sockchat: { floodWarn: 8, floodKick: 12, floodWindowMs: 60_000 },
  },
});

const contentOf = (packet: OriginchatsPacket): string =>
  (packet["message"] as OriginchatsMessage).content;

test("what shows nothing, and what is too long, is refused on either side", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onSockchat("ben");
  const empty = "Message content or attachments cannot be empty";
  const long = "Message too long. Maximum length is 2000 characters";
  const post = async (content: string): Promise<unknown> =>
    (await ada.ask({ cmd: "message_new", channel: "general", content }))["val"];
  assert.equal(await post("\u0007\u001b"), empty);
  assert.equal(await post("**\u200b**"), empty);
  assert.equal(await post("x".repeat(2001)), long);
  ben.say("\u0007\u001b");
  ben.say("[b]\u200b[/b]");
  assert.equal((await ben.notice("cmderr"))[3], "1\fcmderr");
  ben.say("x".repeat(2001));
  assert.equal((await ben.notice("say"))[3], `0\fsay\f${long}`);
  await post("x".repeat(2000));
  ben.say("y".repeat(2000));
  await ada.sees("y".repeat(2000));
  await ben.sees("y".repeat(2000));
  const said = ben.lines().filter(({ live }) => live);
  assert.deepEqual(
    said.map(({ text }) => text),
    ["x".repeat(2000), "y".repeat(2000)],
  );
});

test("a quotation ends between letters, on either side", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onSockchat("ben");
  const flags = `a${"🇩🇪".repeat(80)}`;
  const first = await ada.ask({ cmd: "message_new", channel: "general", content: flags });
  const { id } = first["message"] as OriginchatsMessage;
  await ada.ask({ cmd: "message_new", channel: "general", content: "indeed", reply_to: id });
  const quoted = await ben.next("2", ([, , , text]) => text?.includes("» ada") ?? false);
  assert.match(quoted[3] ?? "", /» ada: a(?:🇩🇪)+…$/u);
  const family = "👨‍👩‍👧";
  ben.say(`/nick ${"x".repeat(18)}${family}`);
  const told = await ada.next("nickname_update");
  assert.equal(told["nickname"], "x".repeat(18));
});

test("line breaks, tabs, tags, control characters and directions end where they stand", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onSockchat("ben");
  ada.say("general", "one\ntwo\tthree <i> \u0001\fend \u202eturned");
  const line = await ben.next("2", ([, , author]) => author !== "-1");
  assert.equal(line[3], "one <br/> two    three &lt;i&gt; end \u202eturned\u202c");
  ben.say("one\ntwo &amp; <i>three</i>");
  const told = await ada.next("message_new", (packet) => contentOf(packet).includes("&amp;"));
  assert.equal(contentOf(told), "one\ntwo &amp; <i>three</i>");
});

test("half of a surrogate pair is U+FFFD to everybody", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onSockchat("ben");
  ada.sendRaw(String.raw`{"cmd":"message_new","channel":"general","content":"half \ud83d pair"}`);
  await ben.sees("half \ufffd pair");
  await ada.sees("half \ufffd pair");
});

test("one budget of acts holds over both protocols, and each says so in its own way", async () => {
  const mona = await home.onOriginchats("mona");
  const here = await home.onSockchat("mona");
  const first = await mona.ask({ cmd: "message_new", channel: "general", content: "react" });
  const { id } = first["message"] as OriginchatsMessage;
  const react = (emoji: string) =>
    mona.ask({ cmd: "message_react_add", channel: "general", id, emoji });
  for (const emoji of ["😀", "😁", "😂"])
    assert.equal((await react(emoji)).cmd, "message_react_add");
  here.say("/react 😃");
  await mona.next("message_react_add", ({ emoji }) => emoji === "😃");
  here.say("/react 😄");
  await here.notice("flwarn");
  const refused = await react("😅");
  assert.equal(refused.cmd, "rate_limit");
  assert.equal(typeof refused["length"], "number");
});

test("too many read marks are refused, and the page is answered all the same", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onSockchat("ben");
  const read = async (text: string): Promise<readonly OriginchatsMessage[]> => {
    ben.say(text);
    await ada.sees(text);
    const page = await ada.ask({ cmd: "messages_get", channel: "general", limit: 3 });
    return page["messages"] as readonly OriginchatsMessage[];
  };
  for (const text of ["mark 1", "mark 2", "mark 3"]) {
    assert.equal((await read(text)).at(-1)?.content, text);
  }
  const { unreads } = await ada.ask({ cmd: "unreads_get" });
  const { unread_count } = (unreads as Record<string, { unread_count: number }>)["general"] ?? {};
  assert.equal(unread_count, 1);
  assert.equal((await ada.ask({ cmd: "unreads_count", channel: "general" }))["unread_count"], 1);
  assert.equal((await ada.ask({ cmd: "unreads_ack", channel: "general" })).cmd, "rate_limit");
});

test("a flood of packets ends on either side, and others hear why", async () => {
  await home.stack.operator.addUser("pour");
  await home.stack.operator.addUser("gush");
  const ada = await home.onOriginchats("ada");
  const ben = await home.onSockchat("ben");
  const pour = await home.onSockchat("pour");
  await ada.next("user_connect", ({ user }) => (user as { username: string }).username === "pour");
  for (let n = 0; n < 8; n += 1) pour.send("4", pour.userId);
  await pour.notice("flwarn");
  for (let n = 8; n < 12; n += 1) pour.send("4", pour.userId);
  assert.match((await pour.next("9")).join(" "), /^9 1 \d+$/);
  const left = await ben.next("3", ([, id]) => id === pour.userId);
  assert.equal(left[3], "flood");
  await ada.next("user_disconnect", ({ username }) => username === "pour");
  const gush = await home.onOriginchats("gush");
  for (let n = 0; n < 80; n += 1) gush.send({ cmd: "ping" });
  await gush.next("rate_limit");
  assert.equal((await gush.closed()).code, 1008);
  await ada.next("user_disconnect", ({ username }) => username === "gush");
});
