import assert from "node:assert/strict";
import { test } from "node:test";
import type { Rejection } from "@dragoman/bus-schema";
import type { Step } from "@dragoman/gateway-kit";
import {
  ada,
  ben,
  commit,
  errorOf,
  general,
  message,
  mona,
  nowMs,
  objectIn,
  only,
  roster,
  say,
  sent,
  view,
} from "../testing/edge.ts";

const call = (
  person: Parameters<typeof say>[0],
  command: unknown,
  args?: unknown,
  channel: unknown = "general",
) =>
  say(person, {
    cmd: "slash_call",
    channel,
    command,
    ...(args === undefined ? {} : { args }),
    listener: "l",
  });

test("slash_list has ban before unban, and names the roles that hold the right now", () => {
  const [packet] = sent(say(ada, { cmd: "slash_list" }));
  const commands = packet?.["commands"] as Record<string, unknown>[];
  const names = commands.map((each) => each["name"]);
  const pairs = [
    ["ban", "unban"],
    ["mute", "unmute"],
    ["silence", "unsilence"],
    ["who", "whois"],
  ] as const;
  for (const [first, then] of pairs) assert.ok(names.indexOf(first) < names.indexOf(then), then);
  const listed = (name: string) => commands.find((each) => each["name"] === name);
  assert.deepEqual(listed("kick")?.["whitelistRoles"], ["owner", "moderator"]);
  assert.deepEqual(listed("mute")?.["whitelistRoles"], ["owner"]);
  assert.deepEqual(
    [listed("token")?.["whitelistRoles"], listed("token")?.["ephemeral"]],
    [null, true],
  );
  assert.deepEqual(listed("ban"), {
    name: "ban",
    description: "Ban a user from the server",
    options: [
      { name: "username", description: "The user to ban", type: "str", required: true },
      { name: "reason", description: "Reason for the ban", type: "str", required: false },
    ],
    whitelistRoles: ["owner", "moderator"],
    blacklistRoles: null,
    ephemeral: false,
    registeredBy: "originChats",
  });
});

test("slash_call checks in the reference's order", () => {
  const nobody = roster({ users: [{ ...ada, roleIds: [] }] });
  assert.equal(errorOf(say(ada, { cmd: "slash_list" }, view(nobody))), "User roles not found");
  assert.equal(errorOf(say(ada, { cmd: "slash_call" }, view(nobody))), "User roles not found");
  assert.equal(errorOf(call(ada, 5, 5, "")), "Channel parameter is required for slash commands");
  assert.equal(errorOf(call(ada, 5, [])), "Command args must be an object");
  assert.equal(errorOf(call(ada, 5)), "Command name must be a string");
  assert.equal(errorOf(call(ada, "constructor")), "Unknown slash command: /constructor");
  assert.equal(errorOf(call(ada, "ban", {}, "none")), "Access denied: 'owner' role required");
  assert.equal(errorOf(call(mona, "ban", {}, "none")), "Channel not found");
  assert.equal(errorOf(call(mona, "ban", {})), "Username is required");
  assert.equal(
    errorOf(call(mona, "ban", { username: 5 })),
    "Invalid value for 'username': Expected string, got integer",
  );
  assert.equal(errorOf(call(mona, "unban", { username: "x" })), "User 'x' not found");
  assert.equal(
    errorOf(call(mona, "kick", { username: "ben", seconds: "soon" })),
    "Invalid value for 'seconds': Expected integer, got string",
  );
  assert.equal(
    errorOf(call(mona, "kick", { username: "ben", seconds: 0 })),
    "Duration must be a positive number",
  );
  const long = { username: "ben", reason: "x".repeat(501) };
  assert.equal(errorOf(call(mona, "kick", long)), "Reason too long (max 500 characters)");
});

test("ban, unban and kick say their answer in the same commit, with the name as typed", () => {
  const place = { channelId: general.channelId };
  assert.deepEqual(only(call(mona, "ban", { username: "BEN", reason: "spam" }), "command").body, {
    type: "moderation.ban",
    target: ben.userId,
    reason: "spam",
    addresses: false,
    said: { place, command: "ban", text: "🚫 **BEN** has been banned.\n**Reason:** spam" },
  });
  assert.deepEqual(only(call(mona, "unban", { username: "ben" }), "command").body, {
    type: "moderation.unban",
    target: ben.userId,
    said: { place, command: "unban", text: "✅ **ben** has been unbanned." },
  });
  assert.deepEqual(only(call(mona, "kick", { username: "ben", seconds: "60" }), "command").body, {
    type: "moderation.kick",
    target: ben.userId,
    seconds: 60,
    said: {
      place,
      command: "kick",
      text: "👢 **ben** has been kicked for 60 seconds.\n**Reason:** No reason provided",
    },
  });
  const forever = only(call(mona, "kick", { username: "ben", seconds: -1 }), "command").body;
  assert.equal(forever.type === "moderation.kick" && forever.seconds, 10_000_000_000);
});

test("refused moderation has the original's words", () => {
  const refusal = (command: string, username: string, rejection: Rejection): unknown =>
    errorOf(only(call(mona, command, { username }), "command").refuse(rejection, view()));
  const low = { code: "rank_too_low", given: "x" } as const;
  assert.equal(refusal("ban", "olga", low), "Cannot ban the server owner");
  assert.equal(refusal("kick", "ben", low), "You do not have permission to kick this user");
  assert.equal(
    refusal("ban", "ben", { code: "already_exists", what: "ban", given: "x" }),
    "User 'ben' is already banned",
  );
  assert.equal(
    refusal("unban", "ben", { code: "not_found", what: "ban", given: "x" }),
    "User 'ben' is not banned",
  );
  assert.equal(
    refusal("kick", "ben", { code: "not_found", what: "user", given: "x" }),
    "User 'ben' not found",
  );
});

test("the caller's copy of the answer carries the listener", () => {
  const step = only(call(mona, "kick", { username: "ben" }), "command");
  const said = message(5, {
    author: { kind: "system" },
    interaction: { command: "kick", userId: mona.userId },
  });
  const all = commit({ type: "message.posted", message: said });
  const [packet] = sent(step.settle?.([], all, view()) ?? []);
  assert.equal(packet?.["listener"], "l");
  assert.deepEqual(packet?.["message"], {
    user: "originChats",
    content: "hi",
    timestamp: 1795444253.164399,
    id: said.messageId,
    pinned: false,
    type: "message",
    interaction: { command: "kick", username: "mona" },
  });
});

test("a token is told to the caller alone, as a message that nothing stores", () => {
  const step = only(call(ada, "token"), "grant");
  assert.deepEqual(step.body, { type: "user.token" });
  const answer = step.granted as (given: unknown, at: ReturnType<typeof view>) => readonly Step[];
  const at = view();
  const given = { token: "T0ken", expiresAtMs: nowMs + 30 * 86_400_000 };
  const [packet] = sent(answer(given, at));
  const { content, id, ...rest } = objectIn(packet, "message");
  assert.match(
    String(content),
    /user id and a token: `1000000001` and `T0ken`\n.*method\) and a token: `Bearer` and `T0ken`/,
  );
  assert.match(String(content), /30 days/);
  assert.match(String(id), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.deepEqual(rest, {
    user: "originChats",
    timestamp: nowMs / 1000,
    pinned: false,
    type: "message",
    interaction: { command: "token", username: "ada" },
  });
  assert.equal(packet?.["listener"], "l");
  const [again] = sent(answer(given, at));
  assert.notEqual(objectIn(again, "message")["id"], id);
});

test("tokens are revoked by the option of that name", () => {
  const step = only(call(ada, "token", { action: "Revoke" }), "command");
  assert.deepEqual(step.body, { type: "user.revoke" });
  const [packet] = sent(step.settle?.([], commit(), view()) ?? []);
  assert.match(JSON.stringify(packet), /All your login tokens are revoked/);
  assert.equal(errorOf(call(ada, "token", { action: "x" })), "Unknown action: x");
});
