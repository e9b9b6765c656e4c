/**
 * Other OriginChats clients that are in use, as drivers that send what those send and read what those read (OriginChats
 * part 1, 2.9), beside a person on Sock Chat.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  OriginchatsClient,
  type OriginchatsMessage,
  type OriginchatsPacket,
} from "../support/originchats-client.ts";
import { type RoturStand, startRotur } from "../support/rotur.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { portOf, type Stack, startStack } from "../support/stack.ts";

/** Where the server is to be had, as its operator has written it. */
const address = "https://chat.example";

let rotur: RoturStand;
let stack: Stack;
const open: { readonly socket: { terminate(): void } }[] = [];
before(async () => {
  rotur = await startRotur();
  stack = await startStack({
    originchats: 1,
    sockchat: 1,
    config: {
      accounts: { providers: ["local", "token", "rotur"] },
      rotur: { url: rotur.url },
      originchats: { url: address },
      limits: { messagesPerMinute: 1_000, burstLimit: 1_000 },
    },
  });
});
after(async () => {
  for (const { socket } of open) socket.terminate();
  await stack?.stop();
  await rotur?.stop();
});

type Fields = Readonly<Record<string, unknown>>;

async function connect(): Promise<{ client: OriginchatsClient; handshake: Fields }> {
  const client = await OriginchatsClient.connect(portOf(stack.originchats));
  open.push(client);
  const first = client.log.entries.find(({ cmd }) => cmd === "handshake");
  return { client, handshake: first?.["val"] as Fields };
}

/** Signs in by Rotur, as a client that sends `fields` besides. */
async function enter(name: string, fields: Fields = {}) {
  const { client, handshake } = await connect();
  const key = String(handshake["validator_key"]);
  client.send({ cmd: "auth", validator: rotur.validator(key, `id-${name}`, name), ...fields });
  const ready = await client.next("ready");
  return { client, handshake, ready };
}

/** The answer to a request of a client that sets no `listener`. */
async function answer(client: OriginchatsClient, packet: { readonly cmd: string }) {
  client.log.skip();
  client.send(packet);
  return client.next(packet.cmd);
}

async function onSockchat(name: string): Promise<SockchatClient> {
  const client = await SockchatClient.signIn(portOf(stack.sockchat), name);
  open.push(client);
  return client;
}

const contents = (list: unknown): readonly string[] =>
  (list as readonly OriginchatsMessage[]).map(({ content }) => content);

test("a newer client knows the server by its key, reads all pages and writes", async () => {
  const ben = await onSockchat("ben");
  const { client, handshake, ready } = await enter("warp", { client: "mistwarp" });
  const key = String(handshake["validator_key"]);
  assert.ok(key.startsWith(`originChats-${address}-`) && key.length === address.length + 45, key);
  assert.equal((ready["user"] as Fields)["username"], "warp");

  const said = ["server_side_embeds", "message_signatures_v1"];
  const heard = await answer(client, { cmd: "capabilities", val: said } as { cmd: string });
  assert.deepEqual(heard, { cmd: "capabilities", val: [] });
  const channels = (await answer(client, { cmd: "channels_get" }))["val"] as readonly Fields[];
  assert.ok(channels.some(({ name, type }) => name === "general" && type === "text"));
  const people = (await answer(client, { cmd: "users_list" }))["users"] as readonly Fields[];
  assert.ok(people.some(({ username }) => username === "ben"));
  for (const cmd of ["roles_list", "emoji_list", "users_online"]) {
    assert.ok((handshake["capabilities"] as readonly string[]).includes(cmd), cmd);
    await answer(client, { cmd });
  }
  assert.deepEqual(await answer(client, { cmd: "emoji_list" }), { cmd: "emoji_list", emojis: {} });

  const words = Array.from({ length: 55 }, (_, n) => `words ${n}`);
  for (const text of words) ben.say(text);
  await client.sees("words 54");
  const shown: string[] = [];
  let start: number | string = 0;
  for (let page = 0; page < 3; page += 1) {
    const asked = { cmd: "messages_get", channel: "general", start, limit: 50 };
    const told: OriginchatsPacket = await answer(client, asked);
    const val = told["val"] as readonly OriginchatsMessage[];
    shown.unshift(...contents(val));
    if (told["at_start"] === true) break;
    start = val[0]?.id ?? 0;
  }
  assert.deepEqual(shown.slice(-55), words);
  assert.equal(new Set(shown).size, shown.length);

  client.send({
    cmd: "message_new",
    channel: "general",
    content: "from the panel",
    listener: "mw-1",
  });
  await ben.sees("from the panel");
  const own = await client.next(
    "message_new",
    ({ message }) => (message as OriginchatsMessage).content === "from the panel",
  );
  assert.equal(own["listener"], "mw-1");
});

test("a newer client opens a whisper with nobody told, and the first words begin it", async () => {
  const mona = await onSockchat("mona");
  const { client } = await enter("direct", { client: "mistwarp" });
  const other = await enter("watcher");
  const made = await answer(client, {
    cmd: "channel_create",
    user: "mona",
    listener: "mw-2",
  } as { cmd: string });
  const { name, type } = made["channel"] as Fields;
  assert.deepEqual([name, type, made["created"]], ["@mona", "text", true]);
  const asked = { cmd: "messages_get", channel: "@mona", start: 0, limit: 50 };
  const page = await answer(client, asked);
  assert.deepEqual([page["val"], page["at_start"]], [[], true]);
  client.send({ cmd: "message_new", channel: "@mona", content: "psst", listener: "mw-3" });
  const own = await client.next("message_new");
  assert.deepEqual([own["channel"], own["listener"]], ["@mona", "mw-3"]);
  const [kind, , , text, , flags] = await mona.next("2", (p) => p.at(-1) === "10011");
  assert.deepEqual([kind, text, flags], ["2", "psst", "10011"]);
  mona.say("/msg direct hush");
  await client.sees("hush");
  const again = await answer(client, asked);
  assert.deepEqual(contents(again["val"]), ["psst", "hush"]);
  const known = await answer(client, { cmd: "channel_create", user: "mona" } as { cmd: string });
  assert.equal(known["created"], false);
  await answer(other.client, { cmd: "channels_get" });
  assert.ok(!JSON.stringify(other.client.log.entries).includes("psst"));
});

test("what a newer client cannot have is refused in words", async () => {
  const { client } = await enter("group", { client: "mistwarp" });
  for (const [packet, text] of [
    [{ cmd: "channel_create", type: "group", name: "us", members: ["ada"] }, /^Access denied/],
    [{ cmd: "channel_kick", channel: "general", user: "ada" }, /^Unknown command: channel_kick$/],
  ] as const) {
    client.log.skip();
    client.send(packet);
    const { src, val } = await client.next("error");
    assert.equal(src, packet.cmd);
    assert.match(String(val), text);
  }
});

test("a newer client closes a whisper by user_leave, which is no end of the account", async () => {
  const mona = await onSockchat("mona");
  const { client } = await enter("closer", { client: "mistwarp" });
  mona.say("/msg closer hello");
  await client.sees("hello");
  const names = async (): Promise<readonly unknown[]> => {
    const { val } = await answer(client, { cmd: "channels_get" });
    return (val as readonly Fields[]).map(({ name }) => name);
  };
  assert.ok((await names()).includes("@mona"));
  const leave = (channel: unknown) => {
    client.log.skip();
    client.send({ cmd: "user_leave", channel });
  };
  leave("@mona");
  assert.deepEqual(await client.next("user_leave"), {
    cmd: "user_leave",
    channel: "@mona",
    left: true,
  });
  assert.ok(!(await names()).includes("@mona"));
  for (const [channel, text] of [
    ["general", "Leaving this channel is not supported"],
    [["general"], "Leaving this channel is not supported"],
    ["@nobody", "Channel not found"],
  ] as const) {
    leave(channel);
    assert.equal((await client.next("error"))["val"], text);
  }
  mona.say("/msg closer still there?");
  await client.sees("still there?");
  assert.ok((await names()).includes("@mona"));
});

test("a bot in Go finds the channels under channels, and its own words by their listener", async () => {
  const ben = await onSockchat("ben");
  const { client, ready } = await enter("cardinal");
  assert.equal((ready["user"] as Fields)["username"], "cardinal");
  const { channels, val } = await answer(client, { cmd: "channels_get" });
  assert.deepEqual(
    (channels as readonly Fields[]).map(({ name }) => name),
    (val as readonly Fields[]).map(({ name }) => name),
  );
  assert.ok((channels as readonly Fields[]).every((channel) => !("permissions" in channel)));
  client.send({ cmd: "message_new", channel: "general", content: "go", listener: "a1b2" });
  assert.equal((await client.next("message_new"))["listener"], "a1b2");
  await ben.sees("go");
  client.log.skip();
  client.send({ cmd: "messages_get", channel: "general", limit: 2, listener: "c3" });
  const page = await client.next("messages_get");
  assert.equal(page["listener"], "c3");
  assert.equal(contents(page["messages"]).at(-1), "go");
  assert.ok(!("val" in page), "a page once for whoever has said nothing of itself");
});

/** What three clients of the older dialect send after `ready` and read of the answers, one after the other. */
const older: readonly (readonly [client: string, asked: readonly { readonly cmd: string }[]])[] = [
  [
    "Flufi's",
    [
      { cmd: "channels_get" },
      { cmd: "users_list" },
      { cmd: "users_online" },
      { cmd: "roles_list" },
    ],
  ],
  [
    "that of February 2026",
    [{ cmd: "channels_get" }, { cmd: "users_list" }, { cmd: "users_online" }],
  ],
  [
    "Sprout",
    [
      { cmd: "channels_get" },
      { cmd: "users_list" },
      { cmd: "users_online" },
      { cmd: "roles_list" },
      { cmd: "slash_list" },
      { cmd: "emoji_get_all" },
      { cmd: "unreads_get" },
    ],
  ],
];

for (const [who, asked] of older) {
  test(`${who} client lists, pages by number, writes, edits and takes back`, async () => {
    const ben = await onSockchat("ben");
    const { client } = await enter(`older-${older.findIndex(([name]) => name === who)}`);
    for (const packet of asked) client.send(packet);
    const list = await client.next("channels_get");
    const people = (await client.next("users_list"))["users"] as readonly Fields[];
    const online = (await client.next("users_online"))["users"] as readonly Fields[];
    const known = new Set(people.map(({ username }) => username));
    assert.ok(online.every(({ username }) => known.has(username)));
    for (const { cmd } of asked.slice(3)) await client.next(cmd);
    const channels = new Set((list["val"] as readonly Fields[]).map(({ name }) => name));

    ben.say(`hello ${who}`);
    const heard = await client.next(
      "message_new",
      ({ message }) => (message as OriginchatsMessage).user === "ben",
    );
    assert.ok(channels.has(heard["channel"]));
    const first = await answer(client, { cmd: "messages_get", channel: "general" } as {
      cmd: string;
    });
    const messages = first["messages"] as readonly OriginchatsMessage[];
    assert.equal(messages.at(-1)?.content, `hello ${who}`);
    const further = { cmd: "messages_get", channel: "general", start: 1, limit: 100 };
    const before = (await answer(client, further))["messages"] as readonly OriginchatsMessage[];
    assert.deepEqual(before, messages.slice(0, -1));

    const reply_to = messages.at(-1)?.id;
    client.log.skip();
    client.send({ cmd: "message_new", channel: "general", content: `answer to ${who}`, reply_to });
    await ben.sees(`answer to ${who}`);
    const own = (await client.next("message_new"))["message"] as OriginchatsMessage;
    client.send({ cmd: "message_edit", id: own.id, channel: "general", content: `better, ${who}` });
    await ben.sees(`better, ${who} (edited)`);
    const edited = await client.next("message_edit");
    assert.equal((edited["message"] as OriginchatsMessage).content, `better, ${who}`);
    ben.log.skip();
    client.send({ cmd: "message_delete", id: own.id, channel: "general" });
    await ben.next("6");
    assert.equal((await client.next("message_delete"))["id"], own.id);
  });
}
