/** OriginChats 3, 7.4 (`/nick`), 3.2 and 3.3: nicknames and names, one's own and another's. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { OriginchatsClient, type OriginchatsPacket } from "../../support/originchats-client.ts";
import { portOf } from "../../support/stack.ts";
import { stackForTests } from "../../support/test-stack.ts";

/** Whoever goes is gone at once. */
const home = stackForTests({ config: { graceMs: 0 } });

async function newcomer(name: string): Promise<OriginchatsClient> {
  await home.stack.operator.addUser(name);
  return home.onOriginchats(name);
}

const nick = (client: OriginchatsClient, args: object): Promise<OriginchatsPacket> =>
  client.ask({ cmd: "slash_call", channel: "general", command: "nick", args });
const contentOf = (packet: OriginchatsPacket): unknown =>
  (packet["message"] as { readonly content?: unknown } | undefined)?.content ?? packet["val"];
const update = (client: OriginchatsClient, user: unknown, updates: unknown) =>
  client.ask({ cmd: "user_update", user, updates });

interface Listed {
  readonly username: string;
  readonly nickname: string | null;
}

async function listed(by: OriginchatsClient, name: string): Promise<Listed | undefined> {
  const list = await by.ask({ cmd: "users_list" });
  return (list["users"] as readonly Listed[]).find(({ username }) => username === name);
}

test("/nick is told to everybody before its answer, which is a message by the server", async () => {
  const cyd = await newcomer("cyd");
  const ada = await home.onOriginchats("ada");
  const answer = await nick(cyd, { nickname: " Cydney " });
  assert.equal(contentOf(answer), "Nickname set to **Cydney**");
  assert.deepEqual((answer["message"] as { interaction: unknown }).interaction, {
    command: "nick",
    username: "cyd",
  });
  const told = await ada.next("nickname_update");
  assert.deepEqual(
    [told["username"], told["nickname"], typeof told["user"]],
    ["cyd", "Cydney", "string"],
  );
  await ada.next("message_new");
  assert.equal((await listed(ada, "cyd"))?.nickname, "Cydney");
  assert.equal(contentOf(await nick(cyd, { nickname: "   " })), "Nickname cleared");
  assert.equal((await ada.next("nickname_remove"))["username"], "cyd");
  assert.equal((await listed(ada, "cyd"))?.nickname, null);
  const none = "You don't have a nickname set. Use `/nick <name>` to set one.";
  assert.equal(contentOf(await nick(cyd, {})), none);
});

test("a nickname lasts, and stands in ready and in what tells of its bearer's coming", async () => {
  const dot = await newcomer("dot");
  await nick(dot, { nickname: "Dorothy" });
  const ada = await home.onOriginchats("ada");
  await dot.close();
  await ada.next("user_disconnect", ({ username }) => username === "dot");
  const again = await home.onOriginchats("dot");
  const ready = again.log.entries.find(({ cmd }) => cmd === "ready");
  assert.equal((ready?.["user"] as Listed | undefined)?.nickname, "Dorothy");
  const come = await ada.next("user_connect", ({ user }) => (user as Listed).username === "dot");
  assert.equal((come["user"] as Listed).nickname, "Dorothy");
});

test("/nick refuses what is too long, of the wrong type, or another's", async () => {
  const eve = await newcomer("eve");
  const fay = await newcomer("fay");
  assert.equal(
    contentOf(await nick(eve, { nickname: "n".repeat(21) })),
    "Nickname too long (max 20 characters)",
  );
  assert.equal(
    contentOf(await nick(eve, { nickname: 5 })),
    "Invalid value for 'nickname': Expected string, got integer",
  );
  assert.equal(contentOf(await nick(eve, { nickname: "\u200b" })), "Invalid nickname");
  await nick(fay, { nickname: "The Fay" });
  for (const taken of ["ada", "Ada", "аda", "the fay", "the_fay", "originChats"]) {
    assert.equal(contentOf(await nick(eve, { nickname: taken })), "Nickname already taken", taken);
  }
  const free = await nick(eve, { nickname: "😀".repeat(20) });
  assert.equal(contentOf(free), `Nickname set to **${"😀".repeat(20)}**`);
});

test("nobody can register a name that is another's nickname", async () => {
  const gil = await newcomer("gil");
  await nick(gil, { nickname: "gilbert" });
  const stranger = await OriginchatsClient.connect(portOf(home.stack.originchats));
  stranger.send({ cmd: "register", username: "gilbert", password: "dragoman" });
  assert.equal((await stranger.next("auth_error"))["val"], "Username already taken");
  await stranger.close();
});

test("user_update makes its checks in the reference's order", async () => {
  const ben = await home.onOriginchats("ben");
  const olga = await home.onOriginchats("olga");
  const refused = async (by: OriginchatsClient, user: unknown, updates: unknown) =>
    (await update(by, user, updates))["val"];
  const right = "Access denied: 'manage_users' permission required";
  assert.equal(await refused(ben, undefined, undefined), right);
  assert.equal(await refused(olga, undefined, {}), "User parameter is required");
  assert.equal(await refused(olga, "nobody", {}), "User not found");
  for (const none of [undefined, "x", [], {}]) {
    assert.equal(await refused(olga, "ben", none), "Updates must be an object");
  }
  assert.equal(await refused(olga, "ben", { roles: [] }), "Cannot update field: roles");
  const name = "Username must be a non-empty string";
  assert.equal(await refused(olga, "ben", { username: " " }), name);
  assert.equal(await refused(olga, "ben", { username: 5 }), name);
  const string = "Nickname must be a string or null";
  assert.equal(await refused(olga, "ben", { nickname: 5 }), string);
  const long = "Nickname too long (max 20 characters)";
  assert.equal(await refused(olga, "ben", { nickname: "n".repeat(21) }), long);
  assert.equal(await refused(olga, "ben", { nickname: "ada" }), "Nickname already taken");
  assert.equal(await refused(olga, "ben", { username: "ada" }), "Username already taken");
  assert.equal(await refused(olga, "ben", { username: "x" }), "Username must be 2-32 characters");
  assert.equal(
    await refused(olga, "ben", { username: "a b" }),
    "Username can only contain letters, numbers, hyphens, and underscores",
  );
});

test("user_update of a nickname is told in the original's words and in the client's", async () => {
  const hal = await newcomer("hal");
  const ada = await home.onOriginchats("ada");
  const mona = await home.onOriginchats("mona");
  const answer = await update(mona, "HAL", { nickname: " Harald " });
  assert.deepEqual(answer, {
    cmd: "user_update",
    user: "hal",
    nickname: "Harald",
    listener: answer["listener"],
  });
  const told = await ada.next("user_updated");
  const { user_id: userId } = told;
  assert.deepEqual(told, {
    cmd: "user_updated",
    user_id: userId,
    username: "hal",
    nickname: "Harald",
  });
  assert.deepEqual(await ada.next("user_update"), {
    cmd: "user_update",
    user: "hal",
    username: "hal",
    nickname: "Harald",
  });
  assert.deepEqual(await ada.next("nickname_update"), {
    cmd: "nickname_update",
    user: userId,
    username: "hal",
    nickname: "Harald",
  });
  await hal.next("nickname_update");
  await update(mona, "hal", { nickname: null });
  assert.equal((await ada.next("user_updated"))["nickname"], null);
  await ada.next("nickname_remove");
  const denied = "You do not have permission to update this user";
  assert.equal((await update(mona, "olga", { nickname: "x" }))["val"], denied);
});

test("a rename reaches everybody, and the person goes on under the new name", async () => {
  const ida = await newcomer("ida");
  const ada = await home.onOriginchats("ada");
  const olga = await home.onOriginchats("olga");
  const mark = ada.log.length;
  const answer = await update(olga, "ida", { username: "Isolde", nickname: "Izzy" });
  assert.deepEqual([answer["user"], answer["nickname"]], ["Isolde", "Izzy"]);
  await ada.next("nickname_update");
  const seen = ada.log.since(mark).map((packet) => packet.cmd);
  assert.deepEqual(seen, [
    "user_disconnect",
    "user_leave",
    "user_join",
    "user_connect",
    "user_updated",
    "user_update",
    "nickname_update",
  ]);
  const [gone, , , , updated, update_] = ada.log.since(mark);
  assert.equal(gone?.["username"], "ida");
  assert.deepEqual([updated?.["username"], updated?.["nickname"]], ["Isolde", "Izzy"]);
  assert.equal(update_?.["user"], "ida");
  const ready = await ida.next("ready", ({ user }) => (user as Listed).username === "Isolde");
  assert.equal(typeof ready["validator"], "string");
  ida.say("general", "it is me");
  await ada.sees("it is me");
  assert.equal(ada.messages().at(-1)?.user, "Isolde");
  const again = await home.onOriginchats("isolde");
  assert.ok(again.isOpen);
  const taken = await update(olga, "ben", { username: "ida" });
  assert.equal(taken["val"], "Username already taken", "a former name stays its bearer's");
  const back = await update(olga, "Isolde", { username: "ida" });
  assert.equal(back["user"], "ida");
});
