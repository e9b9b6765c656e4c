/** Bridge table, text channel: what a name of OriginChats is called on Sock Chat. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { SockchatClient, SockchatPacket } from "../support/sockchat-client.ts";
import { stackForTests } from "../support/test-stack.ts";

const home = stackForTests();
const everybody = { view: ["user"], send: ["user"], create_thread: ["user"] };

/** Goes to a channel. @returns the lines by the bot that its entry ends with */
async function enter(client: SockchatClient, slug: string): Promise<readonly SockchatPacket[]> {
  const from = client.log.length;
  client.say(`/join ${slug}`);
  await client.next("5", ([, kind, name]) => kind === "2" && name === slug);
  return client.log
    .since(from)
    .filter(([id, kind, , author]) => id === "7" && kind === "1" && author === "-1");
}

test("names of other scripts become names in Latin letters, and the real one is told at entry", async () => {
  const olga = await home.onOriginchats("olga");
  const ben = await home.onSockchat("ben");
  const make = async (name: string, type = "text"): Promise<void> => {
    const made = await olga.ask({
      cmd: "channel_create",
      name,
      type,
      permissions: everybody,
      ...(type === "text" ? { description: "about tea" } : {}),
    });
    assert.equal(made.cmd, "channel_create", JSON.stringify(made));
  };
  for (const [name, slug] of [
    ["русский", "russkij"],
    ["日本語", "channel-1"],
    ["日本語2", "2"],
    ["한국어", "channel-2"],
    ["Größe", "Groesse"],
    ["café", "cafe"],
    ["cafe", "cafe-2"],
    ["cafè", "cafe-3"],
    ["russkij", "russkij-2"],
    ["tea room", "tea_room"],
  ] as const) {
    await make(name);
    assert.deepEqual(await ben.next("4"), ["4", "0", slug, "0", "0"], name);
  }
  const told = (await enter(ben, "russkij")).map((packet) => packet[7]);
  assert.deepEqual(told.slice(-2), [
    "0\fsay\fThis channel is called: русский",
    "0\fsay\fabout tea",
  ]);
  const plain = (await enter(ben, "tea_room")).map((packet) => packet[7]);
  assert.deepEqual(plain.slice(-1), ["0\fsay\fabout tea"]);
  await enter(ben, "cafe-2");
  ben.say("in the plain one");
  const heard = await olga.next("message_new", (got) => got["channel"] === "cafe");
  assert.equal((heard["message"] as { readonly content: string }).content, "in the plain one");
  // A name that is typed is a slug here and a name there.
  await enter(ben, "cafe");
  ben.say("in the accented one");
  await olga.next("message_new", (got) => got["channel"] === "café");
  const call = { cmd: "slash_call", channel: "general", command: "delchan" };
  await olga.ask({ ...call, args: { name: "cafe" } });
  assert.deepEqual(await ben.next("4", ([, kind]) => kind === "2"), ["4", "2", "cafe-2"]);
  await olga.ask({ cmd: "channel_update", current_name: "日本語", updates: { name: "Καφές" } });
  const renamed = await ben.next("4", ([, kind]) => kind === "1");
  assert.deepEqual(renamed.slice(0, 4), ["4", "1", "channel-1", "Kafes"]);
});

test("a thread without a Latin letter in its name has a number, and its title is told at entry", async () => {
  const olga = await home.onOriginchats("olga");
  const ben = await home.onSockchat("ben");
  await olga.ask({ cmd: "channel_create", name: "идеи", type: "forum", permissions: everybody });
  await olga.ask({ cmd: "thread_create", channel: "идеи", name: "お茶" });
  assert.deepEqual(await ben.next("4"), ["4", "0", "idei-thread-1", "0", "0"]);
  const told = (await enter(ben, "idei-thread-1")).map((packet) => packet[7]);
  assert.deepEqual(told.slice(-1), ["0\fsay\fThis thread is called: お茶"]);
});
