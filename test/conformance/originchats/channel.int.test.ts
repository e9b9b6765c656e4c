/**
 * OriginChats part 3, section 1: channels and who may change them, over real sockets; what others are told unasked
 * (1.3) and the errors in their order.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { OriginchatsClient, OriginchatsPacket } from "../../support/originchats-client.ts";
import { stackForTests } from "../../support/test-stack.ts";

const home = stackForTests();

const denied = "Access denied: 'manage_channels' permission required";
const lists = { view: ["user"], send: ["user"] };

/** Texts of the errors that requests get, in their order. */
async function errors(
  client: OriginchatsClient,
  cmd: string,
  requests: readonly (readonly [object, string])[],
): Promise<void> {
  for (const [fields, text] of requests) {
    const answer = await client.ask({ cmd, ...fields });
    const { listener: _, ...error } = answer;
    assert.deepEqual(error, { cmd: "error", src: cmd, val: text }, JSON.stringify(fields));
  }
}

type Listed = Readonly<Record<string, unknown>> & { readonly name: string };

async function listed(client: OriginchatsClient): Promise<readonly Listed[]> {
  return (await client.ask({ cmd: "channels_get" }))["val"] as readonly Listed[];
}

const names = (packet: OriginchatsPacket): readonly string[] =>
  (packet["val"] as readonly Listed[]).map(({ name }) => name);

test("channel_create answers its maker and lists the channel to all who may view it", async () => {
  const olga = await home.onOriginchats("olga");
  const ada = await home.onOriginchats("ada");
  const created = await olga.ask({
    cmd: "channel_create",
    name: "pub",
    type: "text",
    description: "d",
    display_name: "Pub!",
    permissions: { ...lists, pin: [] },
    size: 10,
    wallpaper: "x",
  });
  const { listener: _, ...answer } = created;
  assert.deepEqual(answer, {
    cmd: "channel_create",
    channel: {
      name: "pub",
      type: "text",
      permissions: lists,
      description: "d",
      display_name: "Pub!",
    },
    created: true,
  });
  assert.equal(names(await ada.next("channels_get")).at(-1), "pub");
  const line = await ada.next("message_new");
  assert.equal((line["message"] as { content: string }).content, "#pub was created by olga.");
});

test("channel_create without permissions is the owners' alone, and nobody else is told", async () => {
  const olga = await home.onOriginchats("olga");
  const ada = await home.onOriginchats("ada");
  const created = await olga.ask({ cmd: "channel_create", name: "n1", type: "text" });
  assert.deepEqual((created["channel"] as Listed)["permissions"], {
    view: ["owner"],
    send: ["owner"],
    delete: ["owner"],
    delete_own: ["user"],
    edit_own: ["user"],
    react: ["user"],
    pin: ["owner"],
    create_thread: ["owner"],
  });
  assert.ok(!(await listed(ada)).some(({ name }) => name === "n1"));
  assert.ok(!ada.log.entries.some((p) => p.cmd === "channels_get" && p["listener"] === undefined));
});

test("voice, forum and separator stand in the list in their own form, and hold no messages", async () => {
  const olga = await home.onOriginchats("olga");
  for (const type of ["voice", "forum", "separator"]) {
    const fields = { name: `a-${type}`, type, permissions: lists, size: 10 };
    const created = await olga.ask({ cmd: "channel_create", ...fields });
    assert.equal(created.cmd, "channel_create", JSON.stringify(created));
  }
  const found = (await listed(olga)).filter(({ name }) => name.startsWith("a-"));
  assert.deepEqual(found, [
    { type: "voice", name: "a-voice", permissions: lists, voice_state: [] },
    { type: "forum", name: "a-forum", permissions: lists, threads: [] },
    { type: "separator", name: "a-separator", permissions: lists, size: 10 },
  ]);
  for (const channel of ["a-voice", "a-forum", "a-separator"]) {
    const posted = await olga.ask({ cmd: "message_new", channel, content: "x" });
    assert.equal(posted["val"], "Cannot send messages in this channel type");
    const read = await olga.ask({ cmd: "messages_get", channel });
    assert.equal(read["val"], "Access denied to this channel");
    const types = await olga.ask({ cmd: "typing", channel });
    assert.equal(types["val"], "Access denied to this channel");
  }
});

test("channel_create refuses in the reference's order", async () => {
  const olga = await home.onOriginchats("olga");
  const ada = await home.onOriginchats("ada");
  await errors(ada, "channel_create", [[{}, denied]]);
  const required = "Channel name is required";
  const type = "Channel type is required (text, voice, or separator)";
  const invalid = "Invalid channel type, must be text, voice, or separator";
  const text = { type: "text" };
  await errors(olga, "channel_create", [
    [{}, required],
    [{ name: "" }, required],
    [{ name: 7, ...text }, required],
    [{ name: "x".repeat(65), ...text }, required],
    [{ name: "../x", ...text }, required],
    [{ name: "a/b", ...text }, required],
    [{ name: ".x", ...text }, required],
    [{ name: "a\u0000b", ...text }, required],
    [{ name: "ok" }, type],
    [{ name: "ok", type: "" }, type],
    [{ name: "ok", type: "x" }, invalid],
    [{ name: "ok", type: 5 }, invalid],
    [{ name: "ok", ...text, permissions: ["user"] }, "Invalid request: permissions"],
    [{ name: "ok", ...text, permissions: { view: "user" } }, "Invalid request: permissions"],
    [{ name: "ok", ...text, description: 5 }, "Invalid request: description"],
    [{ name: "ok", ...text, display_name: {}, size: "x" }, "Invalid request: size"],
    [{ name: "general", ...text }, "Channel already exists"],
    [{ name: "GENERAL", ...text }, "Channel already exists"],
  ]);
});

test("channel_update changes in place: the reply to its giver, the same to all who see the channel", async () => {
  const olga = await home.onOriginchats("olga");
  const ada = await home.onOriginchats("ada");
  await olga.ask({ cmd: "channel_create", name: "n2", type: "text", permissions: lists });
  await ada.next("channels_get");
  const updates = {
    description: "D2",
    display_name: "Shown",
    icon: "https://x.example/i.png",
    foo: 1,
  };
  const answer = await olga.ask({ cmd: "channel_update", current_name: "n2", updates });
  const channel = answer["channel"] as Listed;
  assert.equal(answer["updated"], true);
  assert.equal(answer["current_name"], "n2");
  assert.equal(channel["description"], "D2");
  assert.equal(channel["display_name"], "Shown");
  assert.equal(channel["icon"], "https://x.example/i.png");
  assert.equal(channel["foo"], undefined);
  assert.equal(typeof channel["last_message"], "number");
  const told = await ada.next("channel_update");
  assert.deepEqual(told, { cmd: "channel_update", channel, current_name: "n2" });
  assert.equal(olga.log.entries.filter(({ cmd }) => cmd === "channel_update").length, 1);

  const cleared = await olga.ask({
    cmd: "channel_update",
    current_name: "n2",
    updates: { description: null, display_name: "", icon: null },
  });
  const { last_message: _, last_message_id: __, ...left } = cleared["channel"] as Listed;
  assert.deepEqual(left, { type: "text", name: "n2", permissions: lists });
});

test("a rename keeps history and marks, and the old name is gone", async () => {
  const olga = await home.onOriginchats("olga");
  const ada = await home.onOriginchats("ada");
  await olga.ask({ cmd: "channel_create", name: "old", type: "text", permissions: lists });
  await ada.next("channels_get");
  ada.say("old", "before rename");
  await olga.sees("before rename");
  const renamed = { cmd: "channel_update", current_name: "old", updates: { name: "renamed" } };
  assert.equal(((await olga.ask(renamed))["channel"] as Listed).name, "renamed");
  const told = await ada.next("channel_update");
  assert.equal(told["current_name"], "old");
  const page = await ada.ask({ cmd: "messages_get", channel: "renamed" });
  const contents = (page["messages"] as { content: string }[]).map(({ content }) => content);
  assert.deepEqual(contents, ["#old was created by olga.", "before rename"]);
  assert.equal(
    (await ada.ask({ cmd: "messages_get", channel: "old" }))["val"],
    "Channel not found",
  );
});

test("new permissions send a list to those whose list gains or loses, and to nobody else", async () => {
  const olga = await home.onOriginchats("olga");
  const ada = await home.onOriginchats("ada");
  await olga.ask({ cmd: "channel_create", name: "n3", type: "text", permissions: lists });
  await ada.next("channels_get");
  const set = (permissions: object) =>
    olga.ask({ cmd: "channel_update", current_name: "n3", updates: { permissions } });
  const mark = olga.log.length;
  const closed = await set({ view: ["owner"], send: [] });
  assert.deepEqual((closed["channel"] as Listed)["permissions"], { view: ["owner"] });
  assert.ok(!names(await ada.next("channels_get")).includes("n3"));
  await set({ view: ["user", "!bot"], send: ["user"] });
  assert.ok(names(await ada.next("channels_get")).includes("n3"));
  assert.ok(!ada.log.entries.some((p) => p.cmd === "channel_update" && p["current_name"] === "n3"));
  assert.ok(!olga.log.since(mark).some(({ cmd }) => cmd === "channels_get"));
});

test("channel_update refuses in the reference's order", async () => {
  const olga = await home.onOriginchats("olga");
  const ada = await home.onOriginchats("ada");
  await errors(ada, "channel_update", [
    [{ current_name: "general", updates: { name: "x" } }, denied],
  ]);
  const missing = "updates object is required";
  await errors(olga, "channel_update", [
    [{}, "current_name is required"],
    [{ current_name: "random" }, missing],
    [{ current_name: "random", updates: {} }, missing],
    [{ current_name: "random", updates: [1] }, missing],
    [{ current_name: "random", updates: "x" }, missing],
    [{ current_name: "nope", updates: { name: "x" } }, "Channel not found"],
    [{ current_name: "random", updates: { type: "x" } }, "Invalid channel type"],
    [{ current_name: "random", updates: { type: "forum" } }, "Invalid channel type"],
    [{ current_name: "random", updates: { name: 7 } }, "Channel name is required"],
    [{ current_name: "random", updates: { name: "a/b" } }, "Channel name is required"],
    [
      { current_name: "random", updates: { name: "general" } },
      "Channel with new name already exists",
    ],
    [{ current_name: "random", updates: { icon: "javascript:x" } }, "Invalid request: icon"],
    [
      { current_name: "general", updates: { permissions: { view: ["owner"] } } },
      "Cannot hide the default channel",
    ],
    [{ current_name: "general", updates: { type: "voice" } }, "Cannot hide the default channel"],
  ]);
});

test("channel_move counts in the list that its giver sees; only those whose order changes get a list", async () => {
  const olga = await home.onOriginchats("olga");
  const ada = await home.onOriginchats("ada");
  for (const name of ["m1", "m2"]) {
    await olga.ask({ cmd: "channel_create", name, type: "text", permissions: lists });
    await ada.next("channels_get");
  }
  const before = (await listed(olga)).map(({ name }) => name);
  const moved = await olga.ask({ cmd: "channel_move", name: "m2", position: 0 });
  const { listener: _, ...answer } = moved;
  assert.deepEqual(answer, { cmd: "channel_move", name: "m2", position: 0, moved: true });
  assert.equal(names(await ada.next("channels_get"))[0], "m2");
  const after = (await listed(olga)).map(({ name }) => name);
  assert.deepEqual(after, ["m2", ...before.filter((name) => name !== "m2")]);

  for (const [position, moves] of [
    [99, true],
    [true, true],
  ] as const) {
    const packet = await olga.ask({ cmd: "channel_move", name: "m2", position });
    assert.deepEqual([packet["position"], packet["moved"]], [position, moves]);
  }
  assert.equal(
    (await listed(olga)).findIndex(({ name }) => name === "m2"),
    1,
  );
  const unknown = await olga.ask({ cmd: "channel_move", name: "nope", position: 0 });
  assert.equal(unknown["moved"], false);
  const whole = "Position must be a non-negative integer";
  await errors(olga, "channel_move", [
    [{}, "Channel name is required"],
    [{ name: "m1" }, "Position is required"],
    [{ name: "m1", position: -1 }, whole],
    [{ name: "m1", position: "1" }, whole],
    [{ name: "m1", position: 1.5 }, whole],
  ]);
  await errors(ada, "channel_move", [[{ name: "m1", position: 0 }, denied]]);
});

test("channel_delete finds any case, takes it from all lists, and leaves nothing to read", async () => {
  const olga = await home.onOriginchats("olga");
  const ada = await home.onOriginchats("ada");
  await olga.ask({ cmd: "channel_create", name: "gone", type: "text", permissions: lists });
  await ada.next("channels_get");
  const deleted = await olga.ask({ cmd: "channel_delete", name: "GONE" });
  const { listener: _, ...answer } = deleted;
  assert.deepEqual(answer, { cmd: "channel_delete", name: "gone", deleted: true });
  assert.ok(!names(await ada.next("channels_get")).includes("gone"));
  assert.equal(
    (await ada.ask({ cmd: "messages_get", channel: "gone" }))["val"],
    "Channel not found",
  );
  await errors(ada, "channel_delete", [[{ name: "general" }, denied]]);
  await errors(olga, "channel_delete", [
    [{}, "Channel name is required"],
    [{ name: "nope" }, "Channel not found"],
    [{ name: 7 }, "Channel not found"],
    [{ name: "general" }, "Cannot delete the default channel"],
  ]);
  const again = { cmd: "channel_create", name: "gone", type: "text", permissions: lists };
  assert.equal((await olga.ask(again))["created"], true);
});

test("the newest message of a channel is the one before, once the newest is deleted", async () => {
  const olga = await home.onOriginchats("olga");
  const create = { cmd: "channel_create", name: "tail", type: "text", permissions: lists };
  await olga.ask(create);
  const post = async (content: string): Promise<string> => {
    const posted = await olga.ask({ cmd: "message_new", channel: "tail", content });
    return (posted["message"] as { id: string }).id;
  };
  const lastId = async (): Promise<unknown> =>
    (await listed(olga)).find(({ name }) => name === "tail")?.["last_message_id"];
  const kept = await post("kept");
  const doomed = await post("doomed");
  assert.equal(await lastId(), doomed);
  await olga.ask({ cmd: "message_delete", channel: "tail", id: doomed });
  assert.equal(await lastId(), kept);
});

test("/create, /join and /leave answer their caller alone", async () => {
  const olga = await home.onOriginchats("olga");
  const ada = await home.onOriginchats("ada");
  const call = (client: OriginchatsClient, command: string, args: object) =>
    client.ask({ cmd: "slash_call", channel: "general", command, args });
  const content = (packet: OriginchatsPacket): unknown =>
    (packet["message"] as { content?: unknown } | undefined)?.content ?? packet["val"];
  assert.equal(content(await call(ada, "create", { name: "mine" })), "#mine was created.");
  const own = (await listed(ada)).find(({ name }) => name === "mine");
  assert.equal(own?.["description"], "Temporary channel: it goes when ada leaves.");
  assert.equal(content(await call(ada, "create", { name: "mine" })), "Channel already exists");
  assert.equal(content(await call(ada, "create", { name: "a/b" })), "Invalid channel name");
  assert.equal(
    content(await call(ada, "create", { name: "hi", rank: 9 })),
    "Rank is above your own",
  );
  assert.equal(
    content(await call(ada, "create", { name: "hi", rank: -1 })),
    "Rank must be between 0 and 255",
  );
  assert.equal(content(await call(ada, "create", {})), "Channel name is required");
  assert.equal(content(await call(ada, "join", { name: "nope" })), "Channel 'nope' not found");
  assert.equal(content(await call(ada, "join", { name: "#random" })), "#random is open to you.");
  assert.equal(
    content(await call(ada, "leave", { name: "random" })),
    "You have not entered #random",
  );
  assert.equal(content(await call(ada, "leave", { name: "nope" })), "Channel 'nope' not found");
  assert.ok(!olga.has("#mine was created."));
});
