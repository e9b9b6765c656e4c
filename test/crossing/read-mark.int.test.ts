/** Bridge table, Messages, read mark: what was shown on Sock Chat is read on OriginChats. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { OriginchatsClient } from "../support/originchats-client.ts";
import { stackForTests } from "../support/test-stack.ts";

/** Whoever goes is gone at once. */
const home = stackForTests({ config: { graceMs: 0 } });

interface Unread {
  readonly last_read: string | null;
  readonly unread_count: number;
}

async function unreadOf(client: OriginchatsClient, channel: string): Promise<Unread> {
  const { unreads } = (await client.ask({ cmd: "unreads_get" })) as unknown as {
    readonly unreads: Readonly<Record<string, Unread>>;
  };
  return unreads[channel] ?? assert.fail(`${channel} is not listed`);
}

async function post(client: OriginchatsClient, content: string): Promise<string> {
  const { message } = await client.ask({ cmd: "message_new", channel: "general", content });
  return (message as { readonly id: string }).id;
}

test("who moves on to another channel on Sock Chat has read the one before", async () => {
  const ben = await home.onOriginchats("ben");
  const ada = await home.onOriginchats("ada");
  const chat = await home.onSockchat("ada");
  const id = await post(ben, "first words");
  await chat.sees("first words");
  assert.ok((await unreadOf(ada, "general")).unread_count > 0);
  chat.say("/join random");
  assert.deepEqual(await ada.next("unreads_update"), {
    cmd: "unreads_update",
    last_read: id,
    channel: "general",
  });
  const { last_read, unread_count } = await unreadOf(ada, "general");
  assert.deepEqual([last_read, unread_count], [id, 0]);
});

test("who signs off on Sock Chat has read what was shown, and nothing after it", async () => {
  const ben = await home.onOriginchats("ben");
  const ada = await home.onOriginchats("ada");
  const chat = await home.onSockchat("ada");
  const id = await post(ben, "last words");
  await chat.sees("last words");
  await chat.close();
  const update = await ada.next("unreads_update", ({ last_read }) => last_read === id);
  assert.equal(update["channel"], "general");
  await post(ben, "too late");
  const { last_read, unread_count } = await unreadOf(ada, "general");
  assert.deepEqual([last_read, unread_count], [id, 1]);
});
