/** OriginChats part 2, section 6: `message_pin`, `message_unpin`, `messages_pinned`. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { OriginchatsClient, OriginchatsPacket } from "../../support/originchats-client.ts";
import { stackForTests } from "../../support/test-stack.ts";

const home = stackForTests({ config: { limits: { messagesPerMinute: 0, burstLimit: 0 } } });

const post = async (who: OriginchatsClient, content: string, channel = "general") => {
  const packet = await who.ask({ cmd: "message_new", channel, content });
  return (packet["message"] as { readonly id: string }).id;
};
const without = ({ listener: _, ...packet }: OriginchatsPacket): object => packet;
const pinnedIn = (packet: OriginchatsPacket): readonly unknown[] =>
  (packet["messages"] as readonly Record<string, unknown>[]).map((message) => [
    message["content"],
    message["pinned"],
  ]);

test("message_pin and message_unpin go to all viewers and say what the state is", async () => {
  const ada = await home.onOriginchats("ada");
  const olga = await home.onOriginchats("olga");
  const id = await post(ada, "pin me");
  const told = (cmd: string, pinned: boolean) => ({
    cmd,
    id,
    channel: "general",
    pinned,
    global: true,
  });
  const acts: readonly (readonly [object, string, boolean])[] = [
    [{ cmd: "message_pin" }, "message_pin", true],
    // Pinning again is told again.
    [{ cmd: "message_pin", pinned: true }, "message_pin", true],
    [{ cmd: "message_unpin" }, "message_unpin", false],
    [{ cmd: "message_unpin" }, "message_unpin", false],
    [{ cmd: "message_pin" }, "message_pin", true],
    // The stock client unpins like this.
    [{ cmd: "message_pin", pinned: false }, "message_unpin", false],
  ];
  for (const [packet, cmd, pinned] of acts) {
    const asked = packet as { readonly cmd: string };
    const answer = await olga.ask({ ...asked, channel: "general", id });
    assert.deepEqual(without(answer), told(cmd, pinned));
    assert.deepEqual(await ada.next(cmd), told(cmd, pinned));
  }
});

test("messages_pinned lists a channel's pinned messages, the newest message first", async () => {
  const ada = await home.onOriginchats("ada");
  const olga = await home.onOriginchats("olga");
  const ids = [await post(ada, "pin 1"), await post(ada, "pin 2"), await post(ada, "pin 3")];
  for (const id of [ids[2], ids[0]]) {
    await olga.ask({ cmd: "message_pin", channel: "general", id });
  }
  const list = await ada.ask({ cmd: "messages_pinned", channel: "general" });
  assert.deepEqual([list.cmd, list["channel"]], ["messages_pinned", "general"]);
  assert.deepEqual(pinnedIn(list), [
    ["pin 3", true],
    ["pin 1", true],
  ]);
  const page = await ada.ask({ cmd: "messages_get", channel: "general", limit: 3 });
  assert.deepEqual(pinnedIn(page), [
    ["pin 1", true],
    ["pin 2", false],
    ["pin 3", true],
  ]);
  await olga.ask({ cmd: "message_unpin", channel: "general", id: ids[2] });
  const after = await ada.ask({ cmd: "messages_pinned", channel: "general" });
  assert.deepEqual(pinnedIn(after), [["pin 1", true]]);
  const none = await ada.ask({ cmd: "messages_pinned", channel: "random" });
  assert.deepEqual(none["messages"], []);
});

test("every refusal of a pin is in the reference's words and order", async () => {
  const ada = await home.onOriginchats("ada");
  const olga = await home.onOriginchats("olga");
  const id = await post(ada, "not for ada to pin");
  const elsewhere = await post(ada, "elsewhere", "random");
  const forbidden = "You do not have permission to pin messages in this channel";
  const cases: readonly (readonly [OriginchatsClient, object, string])[] = [
    [ada, { channel: "general", id }, forbidden],
    [ada, { channel: "staff", id }, forbidden],
    [ada, { channel: "general" }, forbidden],
    [olga, { channel: "nope", id }, forbidden],
    [olga, { id }, "Channel name not provided"],
    [olga, { channel: "general" }, "Message ID is required"],
    [olga, { channel: "general", id: "nope" }, "Message not found"],
    [olga, { channel: "general", id: elsewhere }, "Message not found"],
    [olga, { channel: 5, id }, "Invalid request: channel"],
  ];
  for (const [who, fields, val] of cases) {
    for (const cmd of ["message_pin", "message_unpin"]) {
      const answer = await who.ask({ cmd, ...fields });
      assert.deepEqual(without(answer), { cmd: "error", src: cmd, val });
    }
  }
});

test("messages_pinned refuses what may not be read", async () => {
  const ada = await home.onOriginchats("ada");
  for (const [channel, val] of [
    [undefined, "Channel name not provided"],
    ["nope", "Access denied to this channel"],
    ["staff", "Access denied to this channel"],
  ] as const) {
    const answer = await ada.ask({ cmd: "messages_pinned", ...(channel ? { channel } : {}) });
    assert.deepEqual(without(answer), { cmd: "error", src: "messages_pinned", val });
  }
});
