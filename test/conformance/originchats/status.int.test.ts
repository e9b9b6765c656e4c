/** OriginChats 3, section 4: `status_set`, `status_get`, and who is told of whom. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { OriginchatsClient } from "../../support/originchats-client.ts";
import { stackForTests } from "../../support/test-stack.ts";

const home = stackForTests();

/** A person of the test's own, signed in. */
async function newcomer(name: string): Promise<OriginchatsClient> {
  await home.stack.operator.addUser(name);
  return home.onOriginchats(name);
}

const invalid = "Invalid status. Must be one of: online, idle, dnd, offline, invisible";

test("status_set tells everybody, the sender last and with the listener", async () => {
  const cyd = await newcomer("cyd");
  const ada = await home.onOriginchats("ada");
  const told = {
    cmd: "status_get",
    username: "cyd",
    status: { status: "dnd", text: "busy" },
    global: true,
  };
  cyd.send({ cmd: "status_set", status: "dnd", text: "busy", listener: "l1" });
  assert.deepEqual(await ada.next("status_get"), told);
  assert.deepEqual(await cyd.next("status_get"), { ...told, listener: "l1" });
  const bare = await cyd.ask({ cmd: "status_set", status: "idle" });
  assert.deepEqual(bare["status"], { status: "idle", text: "" });
  const again = await cyd.ask({ cmd: "status_set", status: "idle", text: null });
  assert.deepEqual(again["status"], { status: "idle", text: "" });
  const longest = "x".repeat(100);
  const long = await cyd.ask({ cmd: "status_set", status: "online", text: longest });
  assert.deepEqual(long["status"], { status: "online", text: longest });
});

test("status_set refuses what is no status", async () => {
  const ada = await home.onOriginchats("ada");
  const refused = async (packet: object): Promise<unknown> => {
    const answer = await ada.ask({ cmd: "status_set", ...packet });
    assert.equal(answer.cmd, "error");
    assert.equal(answer["src"], "status_set");
    return answer["val"];
  };
  assert.equal(await refused({}), "Status is required");
  assert.equal(await refused({ status: "" }), "Status is required");
  assert.equal(await refused({ status: "away" }), invalid);
  assert.equal(await refused({ status: 5 }), invalid);
  assert.equal(await refused({ status: "online", text: "x".repeat(101) }), invalid);
  assert.equal(await refused({ status: "online", text: 5 }), "Invalid request: text");
});

test("who goes invisible has left for everybody, and comes back with a status", async () => {
  const dot = await newcomer("dot");
  const ada = await home.onOriginchats("ada");
  const mark = ada.log.length;
  dot.send({ cmd: "status_set", status: "invisible", text: "hid", listener: "l" });
  assert.deepEqual(await ada.next("user_disconnect"), { cmd: "user_disconnect", username: "dot" });
  assert.deepEqual(await dot.next("status_set"), {
    cmd: "status_set",
    status: { status: "invisible", text: "hid" },
    global: true,
    listener: "l",
  });
  const changed = await dot.ask({ cmd: "status_set", status: "invisible" });
  assert.deepEqual(changed["status"], { status: "invisible", text: "" });
  assert.deepEqual(
    ada.log.since(mark).map(({ cmd }) => cmd),
    ["user_disconnect"],
  );

  const online = await ada.ask({ cmd: "users_online" });
  const names = (online["users"] as readonly { username: string }[]).map((one) => one.username);
  assert.ok(!names.includes("dot"));
  const entry = async (client: OriginchatsClient): Promise<unknown> => {
    const list = await client.ask({ cmd: "users_list" });
    const users = list["users"] as readonly { username: string; status: unknown }[];
    return users.find(({ username }) => username === "dot")?.status;
  };
  assert.deepEqual(await entry(ada), { status: "offline", text: "" });
  assert.deepEqual(await entry(dot), { status: "invisible", text: "" });

  dot.send({ cmd: "status_set", status: "online", text: "back" });
  const come = await ada.next("user_connect", ({ user }) => nameIn(user) === "dot");
  assert.deepEqual((come["user"] as { status: unknown }).status, {
    status: "online",
    text: "back",
  });
  const told = await ada.next("status_get");
  assert.deepEqual(told["status"], { status: "online", text: "back" });
});

const nameIn = (user: unknown): unknown => (user as { readonly username?: unknown }).username;

test("the status offline hides as invisible does, and its sender is told of it in its own way", async () => {
  const eve = await newcomer("eve");
  const ada = await home.onOriginchats("ada");
  const own = await eve.ask({ cmd: "status_set", status: "offline", text: "no" });
  assert.deepEqual(own, {
    cmd: "status_get",
    username: "eve",
    status: { status: "offline", text: "no" },
    global: true,
    listener: own["listener"],
  });
  await ada.next("user_disconnect", ({ username }) => username === "eve");
});

test("an invisible person comes and goes unseen, and the status outlives the session", async () => {
  const fay = await newcomer("fay");
  const ada = await home.onOriginchats("ada");
  await fay.ask({ cmd: "status_set", status: "invisible" });
  await ada.next("user_disconnect", ({ username }) => username === "fay");
  const mark = ada.log.length;
  await fay.close();
  const again = await home.onOriginchats("fay");
  const ready = again.log.entries.find(({ cmd }) => cmd === "ready");
  const own = ready?.["user"] as { readonly status: unknown } | undefined;
  assert.deepEqual(own?.status, { status: "invisible", text: "" });
  await again.ask({ cmd: "message_new", channel: "general", content: "from the invisible" });
  await ada.sees("from the invisible");
  const about = ada.log.since(mark).filter(({ cmd }) => cmd.startsWith("user_"));
  const ofFay = about.filter((packet) => JSON.stringify(packet).includes('"fay"'));
  assert.deepEqual(ofFay, []);
});

test("whoever comes with another status than online is told of by user_connect, and by status_get after it", async () => {
  const kit = await newcomer("kit");
  const ada = await home.onOriginchats("ada");
  const status = { status: "dnd", text: "busy" };
  await kit.ask({ cmd: "status_set", ...status });
  const mark = ada.log.length;
  await kit.close();
  await ada.next("user_disconnect", ({ username }) => username === "kit");
  await home.onOriginchats("kit");
  await ada.next("status_get", (packet) => packet["username"] === "kit");
  const told = ada.log
    .since(mark)
    .filter(({ cmd }) => cmd.startsWith("user_c") || cmd === "status_get");
  const ofKit = told.filter((packet) => JSON.stringify(packet).includes('"kit"'));
  assert.deepEqual(
    ofKit.map(({ cmd }) => cmd),
    ["user_connect", "status_get"],
  );
  assert.deepEqual(ofKit[1]?.["status"], status);
});

test("status_get answers as `status`, and offline for who hides", async () => {
  const gil = await newcomer("gil");
  const ada = await home.onOriginchats("ada");
  await gil.ask({ cmd: "status_set", status: "dnd", text: "busy" });
  const ask = (client: OriginchatsClient, packet: object) =>
    client.ask({ cmd: "status_get", ...packet });
  const shown = await ask(ada, { user: "GIL" });
  assert.equal(shown.cmd, "status");
  assert.equal(shown["username"], "gil");
  assert.deepEqual(shown["status"], { status: "dnd", text: "busy" });
  await gil.ask({ cmd: "status_set", status: "invisible", text: "hid" });
  assert.deepEqual((await ask(ada, { user: "gil" }))["status"], { status: "offline", text: "" });
  const own = await ask(gil, { user: "gil" });
  assert.deepEqual(own["status"], { status: "invisible", text: "hid" });
  assert.equal((await ask(ada, {}))["val"], "User parameter is required");
  assert.equal((await ask(ada, { user: "nobody" }))["val"], "User not found");
});

test("/afk shows as idle and ends with the next message, which comes after it", async () => {
  const hal = await newcomer("hal");
  const ada = await home.onOriginchats("ada");
  await hal.ask({ cmd: "status_set", status: "online", text: "here" });
  await ada.next("status_get");
  const mark = ada.log.length;
  const answer = await hal.ask({
    cmd: "slash_call",
    channel: "general",
    command: "afk",
    args: { reason: "tea time" },
  });
  const message = answer["message"] as { readonly content: string; readonly interaction: unknown };
  assert.equal(message.content, "You are away: tea time");
  assert.deepEqual(message.interaction, { command: "afk", username: "hal" });
  assert.deepEqual((await ada.next("status_get"))["status"], { status: "idle", text: "tea time" });
  hal.say("general", "back again");
  await ada.sees("back again");
  const seen = ada.log.since(mark).map((packet) => [packet.cmd, packet["status"]]);
  assert.deepEqual(seen, [
    ["status_get", { status: "idle", text: "tea time" }],
    ["status_get", { status: "online", text: "here" }],
    ["message_new", undefined],
  ]);
  const long = await hal.ask({
    cmd: "slash_call",
    channel: "general",
    command: "afk",
    args: { reason: "x".repeat(101) },
  });
  assert.equal(long["val"], "Reason too long (max 100 characters)");
});
