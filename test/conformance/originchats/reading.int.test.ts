/** OriginChats part 2, sections 9 and 10: reading single messages, finding them, and the inbox of pings. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { OriginchatsClient, OriginchatsPacket } from "../../support/originchats-client.ts";
import { stackForTests } from "../../support/test-stack.ts";

const home = stackForTests({ config: { limits: { messagesPerMinute: 0, burstLimit: 0 } } });
const operatorOf = () => home.stack.operator;

type Fields = Readonly<Record<string, unknown>>;
const without = ({ listener: _, ...packet }: OriginchatsPacket): Fields => packet;
const contents = (messages: unknown): readonly unknown[] =>
  (messages as readonly Fields[]).map((message) => message["content"]);

async function post(who: OriginchatsClient, content: string, fields: object = {}): Promise<Fields> {
  const packet = await who.ask({ cmd: "message_new", channel: "general", content, ...fields });
  return packet["message"] as Fields;
}

/** A message as it stands in history: without the pings that are told live alone. */
const stored = ({ pings: _, ...message }: Fields): Fields => message;

/** The lines of people: a channel's first one is the system's own. */
const said = (messages: unknown): string =>
  contents(messages)
    .filter((content) => !String(content).startsWith("#"))
    .join(" ");

/** A channel of its own with as many lines. */
async function lines(who: OriginchatsClient, channel: string, count: number) {
  await operatorOf().addChannel(channel, ["user"]);
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) {
    ids.push(String((await post(who, `m${n}`, { channel }))["id"]));
  }
  return ids;
}

async function refusals(
  who: OriginchatsClient,
  cmd: string,
  cases: readonly (readonly [object, string])[],
): Promise<void> {
  for (const [fields, val] of cases) {
    assert.deepEqual(without(await who.ask({ cmd, ...fields })), { cmd: "error", src: cmd, val });
  }
}

test("messages_around gives the message with newer ones above and older ones below", async () => {
  const ada = await home.onOriginchats("ada");
  const ids = await lines(ada, "around", 6);
  const around = async (n: number, bounds?: object) => {
    const packet = await ada.ask({
      cmd: "messages_around",
      channel: "around",
      around: ids[n],
      ...(bounds ? { bounds } : {}),
    });
    assert.equal(packet["thread_id"], null);
    return [said(packet["messages"]), packet["range"]];
  };
  // The system's line stands before them.
  const range = (start: number, end: number) => ({ start: start + 1, end: end + 1 });
  assert.deepEqual(await around(2, { above: 1, below: 1 }), ["m1 m2 m3", range(1, 4)]);
  assert.deepEqual(await around(0, { above: 2, below: 2 }), ["m0 m1 m2", range(-1, 3)]);
  assert.deepEqual(await around(3, { above: -5, below: 0 }), ["m3", range(3, 4)]);
  assert.deepEqual(await around(3, { above: 1 }), ["m0 m1 m2 m3 m4", range(-1, 5)]);
  // The newest is there, and alone where nothing is asked below it.
  assert.deepEqual(await around(5), ["m0 m1 m2 m3 m4 m5", range(-1, 6)]);
  assert.deepEqual(await around(5, { above: 100, below: 0 }), ["m5", range(5, 6)]);
  await ada.ask({ cmd: "message_delete", channel: "around", id: ids[1] });
  assert.deepEqual(await around(2, { above: 0, below: 1 }), ["m0 m2", range(0, 2)]);
});

test("messages_around refuses in the reference's words and order", async () => {
  const ada = await home.onOriginchats("ada");
  const olga = await home.onOriginchats("olga");
  const { id: hidden } = await post(olga, "hidden", { channel: "staff" });
  const { id } = await post(ada, "here");
  await refusals(ada, "messages_around", [
    [{ channel: "general" }, "around (message ID) is required"],
    [{ around: id }, "Channel or thread_id required"],
    [{ channel: "nope", around: id }, "Channel not found"],
    [{ channel: "staff", around: hidden }, "Channel not found"],
    [{ channel: "general", around: "nope" }, "Message not found"],
    [{ channel: "general", around: String(id).slice(0, -1) }, "Message not found"],
    [{ channel: "random", around: id }, "Message not found"],
    [{ channel: "general", around: id, bounds: null }, "Invalid request: bounds"],
    [{ channel: "general", around: id, bounds: { above: "x" } }, "Invalid request: bounds"],
  ]);
});

test("message_get gives one message as it stands in history", async () => {
  const ada = await home.onOriginchats("ada");
  const olga = await home.onOriginchats("olga");
  const original = await post(ada, "the original");
  const reply = await post(ada, "the reply", { reply_to: original["id"], ping: false });
  const got = await ada.ask({ cmd: "message_get", channel: "general", id: reply["id"] });
  assert.deepEqual(without(got), {
    cmd: "message_get",
    channel: "general",
    message: stored(reply),
  });
  assert.deepEqual(reply["reply_to"], { id: original["id"], user: "ada" });
  assert.equal(reply["ping"], false);
  const { id: hidden } = await post(olga, "hidden", { channel: "staff" });
  await refusals(ada, "message_get", [
    [{ channel: "general" }, "Channel/thread and message ID are required"],
    [{ id: reply["id"] }, "Channel/thread and message ID are required"],
    [{ channel: "nope", id: reply["id"] }, "Channel not found"],
    [{ channel: "staff", id: hidden }, "Channel not found"],
    [{ channel: "general", id: hidden }, "Message not found"],
    [{ channel: "general", id: "nope" }, "Message not found"],
    [{ channel: "general", id: 5 }, "Invalid request: id"],
  ]);
});

test("embeds_list gives the embeds of a message in a channel that may be viewed", async () => {
  const ada = await home.onOriginchats("ada");
  const olga = await home.onOriginchats("olga");
  const embeds = [{ title: "T", color: 255 }, { description: "D" }];
  const { id } = await post(ada, "with embeds", { embeds });
  const { id: bare } = await post(ada, "without");
  const { id: hidden } = await post(olga, "hidden", { channel: "staff" });
  const list = async (of: unknown) =>
    without(await ada.ask({ cmd: "embeds_list", channel: "general", id: of }));
  assert.deepEqual(await list(id), { cmd: "embeds_list", id, embeds });
  assert.deepEqual(await list(bare), { cmd: "embeds_list", id: bare, embeds: [] });
  await refusals(ada, "embeds_list", [
    [{ channel: "general" }, "Message ID is required"],
    [{ id }, "Channel or thread_id is required"],
    [{ id, channel: "nope" }, "Channel not found"],
    [{ id: "nope", channel: "general" }, "Message not found"],
    [{ id: hidden, channel: "staff" }, "Channel not found"],
  ]);
});

test("message_replies gives direct replies, oldest first, also of what was deleted", async () => {
  const ada = await home.onOriginchats("ada");
  const original = await post(ada, "answer me");
  const first = await post(ada, "first", { reply_to: original["id"] });
  await post(ada, "to the first", { reply_to: first["id"] });
  await post(ada, "second", { reply_to: original["id"] });
  const replies = async (limit?: number, id = original["id"]) => {
    const packet = await ada.ask({
      cmd: "message_replies",
      channel: "general",
      id,
      ...(limit === undefined ? {} : { limit }),
    });
    assert.deepEqual([packet["channel"], packet["message_id"]], ["general", id]);
    return contents(packet["replies"]);
  };
  assert.deepEqual(await replies(), ["first", "second"]);
  assert.deepEqual(await replies(1), ["first"]);
  assert.deepEqual(await replies(0), ["first"]);
  assert.deepEqual(await replies(-3), ["first"]);
  assert.deepEqual(await replies(50, "nope"), []);
  await ada.ask({ cmd: "message_delete", channel: "general", id: original["id"] });
  assert.deepEqual(await replies(), ["first", "second"]);
  await refusals(ada, "message_replies", [
    [{ channel: "general" }, "Channel name and message ID are required"],
    [{ id: original["id"] }, "Channel name and message ID are required"],
    [{ channel: "nope", id: "x" }, "Access denied to this channel"],
    [{ channel: "staff", id: "x" }, "Access denied to this channel"],
    [{ channel: "general", id: "x", limit: null }, "Invalid request: limit"],
  ]);
});

test("messages_search finds substrings whatever the case, newest first, thirty at most", async () => {
  const ada = await home.onOriginchats("ada");
  await operatorOf().addChannel("found", ["user"]);
  for (let n = 0; n < 33; n += 1) await post(ada, `Message ${n} Ünï`, { channel: "found" });
  await post(ada, "message 99 elsewhere");
  const search = async (query: string) => {
    const packet = await ada.ask({ cmd: "messages_search", channel: "found", query });
    assert.deepEqual([packet["channel"], packet["query"]], ["found", query]);
    return contents(packet["results"]);
  };
  const all = await search("message");
  assert.equal(all.length, 30);
  assert.deepEqual([all[0], all[29]], ["Message 32 Ünï", "Message 3 Ünï"]);
  assert.deepEqual(await search("MESSAGE 32"), ["Message 32 Ünï"]);
  assert.deepEqual(await search("e 31 üNÏ"), ["Message 31 Ünï"]);
  assert.equal((await search("ün")).length, 30);
  assert.deepEqual(await search("32"), ["Message 32 Ünï"]);
  assert.deepEqual(await search("nothing here"), []);
  assert.deepEqual(await search("mess%"), []);
  assert.deepEqual(await search("x".repeat(5_000)), []);
  await refusals(ada, "messages_search", [
    [{ channel: "found", query: "" }, "Channel name and query are required"],
    [{ channel: "found" }, "Channel name and query are required"],
    [{ query: "x" }, "Channel name and query are required"],
    [{ channel: "nope", query: "x" }, "Access denied to this channel"],
    [{ channel: "staff", query: "x" }, "Access denied to this channel"],
    [{ channel: "found", query: 5 }, "Invalid request: query"],
  ]);
});

test("a search follows edits and deletions at once", async () => {
  const ada = await home.onOriginchats("ada");
  const { id } = await post(ada, "a singular phrase");
  const search = async (query: string) => {
    const packet = await ada.ask({ cmd: "messages_search", channel: "general", query });
    return contents(packet["results"]);
  };
  assert.deepEqual(await search("singular"), ["a singular phrase"]);
  await ada.ask({ cmd: "message_edit", channel: "general", id, content: "a plural phrase" });
  assert.deepEqual(await search("singular"), []);
  assert.deepEqual(await search("plural"), ["a plural phrase"]);
  await ada.ask({ cmd: "message_delete", channel: "general", id });
  assert.deepEqual(await search("plural"), []);
});

test("messages_get takes odd numbers as the original does", async () => {
  const ada = await home.onOriginchats("ada");
  const ids = await lines(ada, "paged", 5);
  const page = async (fields: object) => {
    const packet = await ada.ask({ cmd: "messages_get", channel: "paged", ...fields });
    return [said(packet["messages"]), packet["range"]];
  };
  const range = (start: number, end: number) => ({ start, end });
  assert.deepEqual(await page({ limit: 2 }), ["m3 m4", range(0, 2)]);
  assert.deepEqual(await page({ start: 4, limit: 3 }), ["m0", range(4, 7)]);
  assert.deepEqual(await page({ start: 5, limit: 3 }), ["", range(5, 8)]);
  assert.deepEqual(await page({ start: -2, limit: 1 }), ["m4", range(-2, -1)]);
  assert.deepEqual(await page({ start: ids[2], limit: 2 }), ["m0 m1", range(3, 5)]);
  assert.deepEqual(await page({ start: "nope", limit: 2 }), ["", range(6, 8)]);
  assert.deepEqual(await page({ start: 1.5, limit: 2 }), ["", range(1.5, 3.5)]);
  assert.deepEqual(await page({ limit: -1 }), ["", range(0, -1)]);
  assert.deepEqual(await page({ limit: 0, start: 3 }), ["m0 m1", range(3, 3)]);
  assert.deepEqual(await page({ limit: true }), ["m4", range(0, 1)]);
});

test("pings_get lists mentions, mentions of roles and replies, newest first", async () => {
  const olga = await home.onOriginchats("olga");
  const ben = await home.onOriginchats("ben");
  const own = await post(ben, "ben says");
  await post(olga, "@ben by name");
  await post(olga, "@Ben is spelled otherwise");
  await post(olga, "@benno is another");
  await post(olga, "@&user all");
  await post(olga, "@&moderator not hers");
  await post(olga, "an answer", { reply_to: own["id"] });
  await post(olga, "a quiet answer", { reply_to: own["id"], ping: false });
  await post(olga, "@&user in hiding", { channel: "staff" });
  const { id } = await post(olga, "nobody yet");
  await olga.ask({ cmd: "message_edit", channel: "general", id, content: "now @ben" });
  const pings = async (fields: object = {}) => {
    const packet = await ben.ask({ cmd: "pings_get", ...fields });
    const { messages, ...rest } = without(packet);
    return [contents(messages), rest] as const;
  };
  const all = ["now @ben", "an answer", "@&user all", "@ben by name"];
  assert.deepEqual(await pings(), [all, { cmd: "pings_get", offset: 0, limit: 50, total: 4 }]);
  assert.deepEqual((await pings({ limit: 2, offset: 1 }))[0], all.slice(1, 3));
  assert.deepEqual(await pings({ limit: true }), [
    all.slice(0, 1),
    { cmd: "pings_get", offset: 0, limit: true, total: 4 },
  ]);
  assert.deepEqual((await pings({ offset: 100 }))[0], []);
  const packet = await ben.ask({ cmd: "pings_get", limit: 1 });
  const [newest] = packet["messages"] as readonly Fields[];
  assert.equal(newest?.["channel"], "general");
  assert.equal(newest?.["thread_id"], undefined);
  assert.equal(newest?.["edited"], true);
  const limit = "Limit must be a number between 1 and 100";
  const offset = "Offset must be a non-negative number";
  await refusals(ben, "pings_get", [
    [{ limit: 0 }, limit],
    [{ limit: 101 }, limit],
    [{ limit: "5" }, limit],
    [{ limit: 1.5 }, limit],
    [{ offset: -1 }, offset],
    [{ offset: "0" }, offset],
  ]);
});

test("the live pings of a message and of an edit name whom they reach", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onOriginchats("ben");
  const own = await post(ben, "ben says");
  const posted = await post(ada, "@BEN and @nobody and @&user", { reply_to: own["id"] });
  assert.deepEqual(posted["pings"], { users: ["ben"], roles: ["user"], replies: ["ben"] });
  const heard = await ben.next("message_new", (packet) => packet["listener"] === undefined);
  assert.deepEqual((heard["message"] as Fields)["pings"], posted["pings"]);
  const edit = async (content: string) => {
    const packet = await ada.ask({
      cmd: "message_edit",
      channel: "general",
      id: posted["id"],
      content,
    });
    return (packet["message"] as Fields)["pings"];
  };
  assert.deepEqual(await edit("now @ben alone"), { users: ["ben"], roles: [], replies: [] });
  assert.equal(await edit("nobody"), undefined);
});
