/** OriginChats 3, 3.4 and 3.6: `user_leave`, `user_delete`, `pfp_set` and `pfp_get`. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { OriginchatsClient } from "../../support/originchats-client.ts";
import { portOf } from "../../support/stack.ts";
import { stackForTests } from "../../support/test-stack.ts";

const home = stackForTests();

async function newcomer(name: string, ...roles: string[]): Promise<OriginchatsClient> {
  await home.stack.operator.addUser(name, ["user", ...roles]);
  return home.onOriginchats(name);
}

test("user_leave ends the account: told to all, answered, and all its connections close", async () => {
  const cyd = await newcomer("cyd");
  const second = await home.onOriginchats("cyd");
  const ada = await home.onOriginchats("ada");
  cyd.say("general", "farewell");
  await Promise.all([ada.sees("farewell"), cyd.sees("farewell")]);
  const mark = cyd.log.length;
  cyd.send({ cmd: "user_leave", listener: "l" });
  assert.equal((await ada.next("user_disconnect"))["username"], "cyd");
  assert.deepEqual(await ada.next("user_leave"), { cmd: "user_leave", username: "cyd" });
  assert.equal((await cyd.closed()).code, 1000);
  assert.deepEqual(cyd.log.since(mark), [
    { cmd: "user_disconnect", username: "cyd" },
    { cmd: "user_leave", username: "cyd" },
    { cmd: "user_leave", user: "cyd", val: "User left server", listener: "l" },
    { cmd: "disconnect", reason: "Your account was removed" },
  ]);
  await second.next("disconnect");
  await second.closed();
  const page = await ada.ask({ cmd: "messages_get", channel: "general" });
  const messages = page["messages"] as readonly { user: string; content: string }[];
  assert.equal(messages.find(({ content }) => content === "farewell")?.user, "cyd");
  const stranger = await OriginchatsClient.connect(portOf(home.stack.originchats));
  stranger.send({ cmd: "register", username: "cyd", password: "dragoman" });
  assert.equal((await stranger.next("auth_error"))["val"], "Username already taken");
  await stranger.close();
});

test("user_leave with a field of something else ends no account", async () => {
  const ada = await home.onOriginchats("ada");
  for (const field of ["channel", "user", "thread_id"]) {
    const answer = await ada.ask({ cmd: "user_leave", [field]: "general" });
    assert.equal(answer["val"], "Leaving this channel is not supported");
  }
  ada.say("general", "still here");
  await ada.sees("still here");
});

test("the last owner can neither leave nor be deleted", async () => {
  const olga = await home.onOriginchats("olga");
  assert.equal((await olga.ask({ cmd: "user_leave" }))["val"], "Cannot delete the last owner");
  const deleted = await olga.ask({ cmd: "user_delete", user: "olga" });
  assert.equal(deleted["val"], "Cannot delete the last owner");
});

test("user_delete is for owners and ends another's account", async () => {
  const dot = await newcomer("dot");
  const mona = await home.onOriginchats("mona");
  const olga = await home.onOriginchats("olga");
  const refused = async (by: OriginchatsClient, packet: object): Promise<unknown> =>
    (await by.ask({ cmd: "user_delete", ...packet }))["val"];
  assert.equal(await refused(mona, { user: "dot" }), "Access denied: 'owner' role required");
  assert.equal(await refused(olga, {}), "User parameter is required");
  assert.equal(await refused(olga, { user: "nobody" }), "User not found");
  const answer = await olga.ask({ cmd: "user_delete", user: "dot" });
  assert.deepEqual(answer, {
    cmd: "user_delete",
    user: "dot",
    deleted: true,
    listener: answer["listener"],
  });
  assert.equal((await dot.next("disconnect"))["reason"], "Your account was removed");
  assert.equal((await dot.closed()).code, 1000);
  await mona.next("user_leave", ({ username }) => username === "dot");
  assert.equal(await refused(olga, { user: "dot" }), "User not found");
  await newcomer("otto", "owner");
  const equal = "You do not have permission to delete this user";
  assert.equal(await refused(olga, { user: "otto" }), equal);
  const owner = await home.onOriginchats("otto");
  assert.equal((await owner.ask({ cmd: "user_leave" }))["cmd"], "user_leave");
});

test("pfp_set is told to everybody by a user_connect, and pfp_get shows it", async () => {
  const eve = await newcomer("eve");
  const ada = await home.onOriginchats("ada");
  const url = "https://e.example/a.png";
  const set = async (given: unknown): Promise<unknown> =>
    (await eve.ask({ cmd: "pfp_set", url: given }))["val"];
  assert.equal(await set(undefined), "URL required");
  for (const bad of ["x", "ftp://e.example/a", "https://", "https:///a"]) {
    assert.equal(await set(bad), "Invalid URL format", bad);
  }
  assert.equal(
    await set(`https://e.example/${"a".repeat(500)}`),
    "URL too long (max 500 characters)",
  );
  const mark = ada.log.length;
  assert.equal(await set(url), url);
  const told = await ada.next("user_connect", ({ user }) => {
    const { username, pfp } = user as { readonly username: string; readonly pfp: string | null };
    return username === "eve" && pfp !== null;
  });
  assert.equal((told["user"] as { readonly pfp: string | null }).pfp, url);
  assert.equal(await set(url), url);
  const get = (packet: object) => ada.ask({ cmd: "pfp_get", ...packet });
  const shown = await get({ username: "eve" });
  assert.deepEqual([shown["val"], shown["username"]], [url, "eve"]);
  assert.equal((await get({ username: "ben" }))["val"], null);
  assert.equal((await get({}))["val"], "Username required");
  assert.equal((await get({ username: "nobody" }))["val"], "User not found");
  assert.equal(ada.log.since(mark).filter(({ cmd }) => cmd === "user_connect").length, 1);
});
