/**
 * OriginChats 1, 8.1 (`user_timeout`), 1, 7.1 step 1 (what a try under it gets) and 3, 7.4 (`/mute`, `/unmute`):
 * who may, in which order it is checked, what the person sees on every connection, and that 0 lifts it.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { elapse } from "@dragoman/testing/deadline";
import type { OriginchatsClient, OriginchatsPacket } from "../../support/originchats-client.ts";
import { stackForTests } from "../../support/test-stack.ts";

const home = stackForTests({ config: { originchats: { rateErrorMs: 0 } } });

async function newcomer(name: string): Promise<string> {
  await home.stack.operator.addUser(name);
  return name;
}

const valOf = (packet: OriginchatsPacket): unknown => [packet.cmd, packet["src"], packet["val"]];
const timeout = (by: OriginchatsClient, fields: object): Promise<OriginchatsPacket> =>
  by.ask({ cmd: "user_timeout", ...fields });
const slash = (by: OriginchatsClient, command: string, args: object): Promise<OriginchatsPacket> =>
  by.ask({ cmd: "slash_call", channel: "general", command, args });

/** A length in ms that began within the last few seconds. */
function assertLength(packet: OriginchatsPacket, fullMs: number): void {
  const length = packet["length"] as number;
  assert.ok(Number.isInteger(length) && length > fullMs - 10_000 && length <= fullMs, `${length}`);
}

test("user_timeout checks the right, then the length, then the user", async () => {
  const ben = await home.onOriginchats("ben");
  const olga = await home.onOriginchats("olga");
  const denied = await timeout(ben, {});
  assert.deepEqual(valOf(denied), [
    "error",
    "user_timeout",
    "Access denied: 'owner' role required",
  ]);
  for (const length of [undefined, null, -1, "3", 1.5, false, []]) {
    const refused = await timeout(olga, length === undefined ? {} : { timeout: length });
    assert.deepEqual(
      valOf(refused),
      ["error", "user_timeout", "Timeout must be a positive integer"],
      `${length}`,
    );
  }
  for (const user of [undefined, null, ""]) {
    const refused = await timeout(olga, { timeout: 3, ...(user === undefined ? {} : { user }) });
    assert.deepEqual(valOf(refused), ["error", "user_timeout", "User parameter is required"]);
  }
  const wrong = await timeout(olga, { timeout: 3, user: 5 });
  assert.deepEqual(valOf(wrong), ["error", "user_timeout", "Invalid request: user"]);
});

test("user_timeout answers as typed, also for nobody; true counts as 1", async () => {
  const name = await newcomer("tia");
  const olga = await home.onOriginchats("olga");
  const listener = "x";
  olga.send({ cmd: "user_timeout", user: "nobody", timeout: 3, listener });
  assert.deepEqual(await olga.next("user_timeout"), {
    cmd: "user_timeout",
    user: "nobody",
    timeout: 3,
    listener,
  });
  olga.send({ cmd: "user_timeout", user: `USR:local_${name}`, timeout: true });
  assert.deepEqual(await olga.next("user_timeout"), {
    cmd: "user_timeout",
    user: `USR:local_${name}`,
    timeout: 1,
  });
});

test("every connection of the person is told, and each try to post, edit or type is refused", async () => {
  const name = await newcomer("tom");
  const first = await home.onOriginchats(name);
  const second = await home.onOriginchats(name);
  const olga = await home.onOriginchats("olga");
  const posted = await first.ask({ cmd: "message_new", channel: "general", content: "before" });
  const { id } = posted["message"] as { readonly id: string };
  const answer = await timeout(olga, { user: name, timeout: 300 });
  assert.deepEqual([answer["user"], answer["timeout"]], [name, 300]);
  for (const connection of [first, second]) {
    assert.deepEqual(await connection.next("rate_limit"), {
      cmd: "rate_limit",
      reason: "User timeout set",
      length: 300_000,
    });
    assert.deepEqual(await connection.next("error"), {
      cmd: "error",
      src: "user_timeout",
      val: "You are timed out for 300 seconds",
    });
  }
  const post = await second.ask({ cmd: "message_new", channel: "general", content: "muted?" });
  assert.match(String(post["reason"]), /^You are in timeout for (?:300\.0|29\d\.\d) more seconds$/);
  assertLength(post, 300_000);
  const shown = await second.next("error");
  assert.match(String(shown["val"]), /^You are timed out for (?:300|29\d) seconds$/);
  assert.deepEqual([shown["src"], shown["listener"]], ["message_new", undefined]);
  const edit = await first.ask({ cmd: "message_edit", channel: "general", id, content: "e" });
  assert.deepEqual([edit.cmd, edit["reason"]], ["rate_limit", undefined]);
  assertLength(edit, 300_000);
  const typing = await first.ask({ cmd: "typing", channel: "general" });
  assert.match(String(typing["reason"]), /^You are in timeout for/);
  assert.ok(!olga.has("muted?"));
  assert.ok(!olga.log.entries.some(({ cmd }) => cmd === "typing"));
  const react = { cmd: "message_react_add", channel: "general", id, emoji: "👍" };
  assert.match(String((await first.ask(react))["reason"]), /^You are in timeout for/);
  const deleted = await first.ask({ cmd: "message_delete", channel: "general", id });
  assert.equal(deleted.cmd, "message_delete", "a deletion stays possible");
});

test("0 lifts a time-out, a new one takes the place of the old", async () => {
  const name = await newcomer("tim");
  const tim = await home.onOriginchats(name);
  const olga = await home.onOriginchats("olga");
  await timeout(olga, { user: name, timeout: 300 });
  await timeout(olga, { user: name, timeout: 60 });
  const short = await tim.ask({ cmd: "message_new", channel: "general", content: "x" });
  assertLength(short, 60_000);
  const lifted = await timeout(olga, { user: name, timeout: 0 });
  assert.deepEqual([lifted["user"], lifted["timeout"]], [name, 0]);
  const again = await timeout(olga, { user: name, timeout: 0 });
  assert.equal(again["timeout"], 0, "also where there is none");
  tim.say("general", "free again");
  await olga.sees("free again");
});

test("a time-out ends by itself", async () => {
  const name = await newcomer("tod");
  const tod = await home.onOriginchats(name);
  const olga = await home.onOriginchats("olga");
  await timeout(olga, { user: name, timeout: 1 });
  const refused = await tod.ask({ cmd: "message_new", channel: "general", content: "early" });
  assert.equal(refused.cmd, "rate_limit");
  await elapse((refused["length"] as number) + 20);
  tod.say("general", "tod is back");
  await olga.sees("tod is back");
});

test("nobody times out an equal or higher rank, nor oneself", async () => {
  const olga = await home.onOriginchats("olga");
  await home.stack.operator.addUser("oda", ["owner"]);
  assert.deepEqual(valOf(await timeout(olga, { user: "oda", timeout: 3 })), [
    "error",
    "user_timeout",
    "Cannot mute the server owner",
  ]);
  assert.deepEqual(valOf(await timeout(olga, { user: "olga", timeout: 3 })), [
    "error",
    "user_timeout",
    "Not on yourself",
  ]);
  await home.stack.operator.addUser("max", ["moderator"]);
  const mona = await home.onOriginchats("mona");
  assert.deepEqual(valOf(await timeout(mona, { user: "max", timeout: 3 })), [
    "error",
    "user_timeout",
    "You do not have permission to mute this user",
  ]);
});

test("/mute checks the length first, then the user, then the rank", async () => {
  const ben = await home.onOriginchats("ben");
  const mona = await home.onOriginchats("mona");
  const error = async (by: OriginchatsClient, command: string, args: object): Promise<unknown> =>
    (await slash(by, command, args))["val"];
  assert.equal(await error(ben, "mute", {}), "Access denied: 'owner' role required");
  assert.equal(await error(mona, "mute", { username: "ben" }), "Duration is required");
  assert.equal(await error(mona, "mute", { username: "ben", duration: 0 }), "Duration is required");
  assert.equal(await error(mona, "mute", { duration: "x" }), "Duration must be a valid number");
  assert.equal(await error(mona, "mute", { duration: -1 }), "Duration must be a positive number");
  assert.equal(await error(mona, "mute", { duration: 5 }), "Username is required");
  const nobody = { username: "nobody", duration: 5 };
  assert.equal(await error(mona, "mute", nobody), "User 'nobody' not found");
  const owner = { username: "olga", duration: 5 };
  assert.equal(await error(mona, "mute", owner), "Cannot mute the server owner");
  assert.equal(await error(mona, "unmute", {}), "Username is required");
  assert.equal(await error(mona, "unmute", { username: "nobody" }), "User 'nobody' not found");
  assert.equal(await error(mona, "unmute", { username: "ben" }), "User 'ben' is not muted");
});

test("/mute and /unmute say what was done, and the person is told why", async () => {
  const name = await newcomer("meg");
  const meg = await home.onOriginchats(name);
  const mona = await home.onOriginchats("mona");
  const ada = await home.onOriginchats("ada");
  const done = await slash(mona, "mute", { username: name, duration: "20", reason: "noise" });
  const text = `🔇 **${name}** has been muted for 20 seconds.\n**Reason:** noise`;
  const message = done["message"] as { readonly [field: string]: unknown };
  assert.deepEqual(
    [message["user"], message["content"], message["interaction"], done["channel"]],
    ["originChats", text, { command: "mute", username: "mona" }, "general"],
  );
  await ada.sees(text);
  assert.deepEqual(await meg.next("rate_limit"), {
    cmd: "rate_limit",
    reason: "Muted: noise",
    length: 20_000,
  });
  assert.equal((await meg.next("error"))["val"], "You are timed out for 20 seconds");
  await slash(mona, "unmute", { username: name });
  await ada.sees(`🔊 **${name}** has been unmuted.`);
  meg.say("general", "meg again");
  await ada.sees("meg again");
  await slash(mona, "mute", { username: name, duration: 30 });
  assert.equal((await meg.next("rate_limit"))["reason"], "Muted: No reason provided");
});

test("/silence without a time is for ever, /unsilence ends it", async () => {
  const name = await newcomer("sam");
  const sam = await home.onOriginchats(name);
  const mona = await home.onOriginchats("mona");
  await slash(mona, "silence", { username: name });
  await mona.sees(`🔇 **${name}** has been silenced.\n**Reason:** No reason provided`);
  const told = await sam.next("rate_limit");
  assert.equal(told["length"], 2 ** 31 - 1);
  assert.equal((await sam.next("error"))["val"], "You are timed out");
  const refused = await sam.ask({ cmd: "message_new", channel: "general", content: "x" });
  assert.deepEqual([refused["reason"], refused["length"]], ["You are in timeout", 2 ** 31 - 1]);
  assert.equal(
    (await slash(mona, "silence", { username: name, seconds: 0 }))["val"],
    "Duration must be a positive number",
  );
  await slash(mona, "silence", { username: name, seconds: 40, reason: "again" });
  await mona.sees(`🔇 **${name}** has been silenced for 40 seconds.\n**Reason:** again`);
  await slash(mona, "unsilence", { username: name });
  await mona.sees(`🔊 **${name}** has been unsilenced.`);
  sam.say("general", "sam again");
  await mona.sees("sam again");
});
