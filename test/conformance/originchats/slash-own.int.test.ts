/**
 * OriginChats 3, 7.4 and 1, 11.9, and the bridge table's row "SC command typed on OC": our own slash commands as
 * `slash_list` offers them, with their answers and refusals.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { OriginchatsClient, OriginchatsPacket } from "../../support/originchats-client.ts";
import { stackForTests } from "../../support/test-stack.ts";

const home = stackForTests();

type Fields = Readonly<Record<string, unknown>>;

const call = (
  by: OriginchatsClient,
  command: string,
  args: object = {},
  channel = "general",
): Promise<OriginchatsPacket> => by.ask({ cmd: "slash_call", channel, command, args });
const messageOf = (packet: OriginchatsPacket): Fields => packet["message"] as Fields;
const valOf = (packet: OriginchatsPacket): unknown => [packet.cmd, packet["src"], packet["val"]];
const add = (name: string, role = "user"): Promise<void> =>
  home.stack.operator.addUser(name, [role]);

test("slash_list offers them in an order that finds the shorter name first", async () => {
  const ben = await home.onOriginchats("ben");
  const commands = (await ben.ask({ cmd: "slash_list" }))["commands"] as readonly Fields[];
  const names = commands.map((command) => command["name"] as string);
  for (const name of ["kick", "ban", "unban", "mute", "unmute", "silence", "unsilence"]) {
    assert.equal(
      names.find((listed) => listed.includes(name)),
      name,
    );
  }
  for (const name of ["who", "whois", "me", "msg", "say"]) {
    assert.equal(
      names.find((listed) => listed.includes(name)),
      name,
    );
  }
  const roles = (name: string): unknown =>
    commands.find((command) => command["name"] === name)?.["whitelistRoles"];
  const moderators = ["owner", "admin", "moderator"];
  for (const name of ["kick", "ban", "unban", "mute", "unmute", "silence", "unsilence"]) {
    assert.deepEqual(roles(name), moderators, name);
  }
  for (const name of ["say", "whois"]) assert.deepEqual(roles(name), ["owner", "admin"], name);
  for (const name of ["who", "me", "msg"]) assert.equal(roles(name), null, name);
  const mute = commands.find((command) => command["name"] === "mute");
  assert.deepEqual(mute, {
    name: "mute",
    description: "Timeout a user (prevent them from sending messages)",
    options: [
      { name: "username", description: "The user to mute", type: "str", required: true },
      { name: "duration", description: "Duration in seconds", type: "int", required: true },
      { name: "reason", description: "Reason for the mute", type: "str", required: false },
    ],
    whitelistRoles: moderators,
    blacklistRoles: null,
    ephemeral: false,
    registeredBy: "originChats",
  });
});

test("/ban and /unban say what was done, or why not", async () => {
  await add("bob");
  const bob = await home.onOriginchats("bob");
  const mona = await home.onOriginchats("mona");
  const ada = await home.onOriginchats("ada");
  assert.deepEqual(valOf(await call(ada, "ban", { username: "bob" })), [
    "error",
    "slash_call",
    "Access denied: 'owner' role required",
  ]);
  const error = async (command: string, args: object): Promise<unknown> =>
    (await call(mona, command, args))["val"];
  assert.equal(await error("ban", {}), "Username is required");
  assert.equal(await error("ban", { username: "nobody" }), "User 'nobody' not found");
  assert.equal(await error("ban", { username: "olga" }), "Cannot ban the server owner");
  assert.equal(await error("ban", { username: "mona" }), "Not on yourself");
  assert.equal(await error("unban", {}), "Username is required");
  assert.equal(await error("unban", { username: "bob" }), "User 'bob' is not banned");
  const answer = await call(mona, "ban", { username: "bob", reason: "spam" });
  assert.equal(messageOf(answer)["content"], "🚫 **bob** has been banned.\n**Reason:** spam");
  assert.deepEqual(messageOf(answer)["interaction"], { command: "ban", username: "mona" });
  assert.equal((await bob.next("disconnect"))["reason"], "You have been banned");
  assert.equal((await bob.next("error"))["val"], "You are banned from this server");
  assert.equal((await bob.closed()).code, 1000);
  await ada.next("user_disconnect", (packet) => packet["username"] === "bob");
  await ada.next("user_leave", (packet) => packet["username"] === "bob");
  await ada.sees("🚫 **bob** has been banned.\n**Reason:** spam");
  assert.equal(await error("ban", { username: "bob" }), "User 'bob' is already banned");
  assert.equal(
    messageOf(await call(mona, "unban", { username: "USR:local_bob" }))["content"],
    "✅ **USR:local_bob** has been unbanned.",
  );
  await ada.next("user_join");
});

test("/kick closes with its reason, and with a time keeps out", async () => {
  await add("kim");
  const kim = await home.onOriginchats("kim");
  const mona = await home.onOriginchats("mona");
  const answer = await call(mona, "kick", { username: "kim", seconds: 600, reason: "noise" });
  assert.equal(
    messageOf(answer)["content"],
    "👢 **kim** has been kicked for 600 seconds.\n**Reason:** noise",
  );
  assert.equal((await kim.next("disconnect"))["reason"], "noise");
  assert.equal((await kim.next("error"))["val"], "Kicked: noise");
  assert.equal((await kim.closed()).code, 1000);
  await assert.rejects(
    home.onOriginchats("kim"),
    /Access denied: You were kicked from this server\. Try again in \d+ seconds/,
  );
  assert.equal((await call(mona, "kick", { username: "kim" }))["val"], "User 'kim' not found");
  assert.equal((await call(mona, "unban", { username: "kim" })).cmd, "message_new");
  await home.onOriginchats("kim");
});

test("/who is for its caller alone and lists both protocols", async () => {
  const ada = await home.onOriginchats("ada");
  const olga = await home.onOriginchats("olga");
  await home.onSockchat("ben");
  const answer = await call(ada, "who");
  assert.match(String(messageOf(answer)["content"]), /^\*\*Online \(\d+\):\*\* ada, ben, .*olga/);
  assert.deepEqual(messageOf(answer)["interaction"], { command: "who", username: "ada" });
  const staff = await call(olga, "who", { channel: "#staff" });
  assert.match(
    String(messageOf(staff)["content"]),
    /^\*\*Online in #staff \(\d+\):\*\* (?:mona, )?olga$/,
  );
  assert.equal((await call(ada, "who", { channel: "staff" }))["val"], "Channel not found");
  assert.ok(
    !olga
      .messages()
      .some(({ interaction }) => (interaction as Fields | null)?.["username"] === "ada"),
  );
});

test("/me is an action, /msg a whisper", async () => {
  const ada = await home.onOriginchats("ada");
  const olga = await home.onOriginchats("olga");
  const ben = await home.onSockchat("ben");
  assert.equal((await call(ada, "me"))["val"], "Text is required");
  const action = messageOf(await call(ada, "me", { text: "waves" }));
  assert.deepEqual(
    [action["user"], action["content"], action["kind"]],
    ["ada", "_waves_", "action"],
  );
  const line = await ben.next("2", ([, , , body]) => body === "<i>waves</i>");
  assert.equal(line[5], "11000");
  assert.equal((await call(ada, "msg", { username: "ben" }))["val"], "Text is required");
  assert.equal((await call(ada, "msg", { username: "x", text: "y" }))["val"], "User 'x' not found");
  assert.equal((await call(ada, "msg", { username: "ada", text: "y" }))["val"], "Not to yourself");
  const whisper = await call(ada, "msg", { username: "ben", text: "psst" });
  assert.deepEqual([whisper["channel"], messageOf(whisper)["content"]], ["@ben", "psst"]);
  const heard = await ben.next("2", ([, , , body]) => body === "psst");
  assert.equal(heard[5], "10011");
  assert.ok(!olga.has("psst"));
});

test("/say is for its roles", async () => {
  const mona = await home.onOriginchats("mona");
  const olga = await home.onOriginchats("olga");
  assert.equal(
    (await call(mona, "say", { text: "x" }))["val"],
    "Access denied: 'owner' role required",
  );
  assert.equal((await call(olga, "say"))["val"], "Text is required");
  assert.equal(messageOf(await call(olga, "say", { text: "hear ye" }))["content"], "hear ye");
  await mona.sees("hear ye");
});
