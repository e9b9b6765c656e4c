import assert from "node:assert/strict";
import { test } from "node:test";
import type { MessageId, UserId } from "@dragoman/bus-schema";
import { messageId } from "@dragoman/testing/people";
import { ada, general, message } from "@dragoman/testing/record";
import { replyToken, roleToken, tokensOf, userToken } from "./mention.ts";

const said = (text: string) => tokensOf(message(1, general, text));

test("a name counts as mentioned where no letter, digit or underscore follows it", () => {
  assert.deepEqual(said("hi @ben, and a@b.c"), [
    userToken("ben"),
    userToken("b"),
    userToken("b.c"),
  ]);
  assert.deepEqual(said("@foo-bar"), [userToken("foo"), userToken("foo-bar")]);
  assert.deepEqual(said("@Ben @ben"), [userToken("Ben"), userToken("ben")]);
  assert.deepEqual(said("@жан!"), [userToken("жан")]);
  assert.deepEqual(said("@ ben @@ada"), [userToken("ada")]);
  assert.deepEqual(said("@USR:local_ben"), [userToken("ben")]);
});

test("a role is told from a person by its sign", () => {
  assert.deepEqual(said("@&mods and @mods"), [roleToken("mods"), userToken("mods")]);
});

test("a reply pings the author of the original, unless it says that it does not", () => {
  const replyTo = {
    messageId: messageId(1) satisfies MessageId,
    author: { kind: "user", userId: "ben" as UserId } as const,
  };
  const reply = { ...message(2), replyTo };
  assert.deepEqual(tokensOf(reply), [replyToken("ben" as UserId)]);
  assert.deepEqual(tokensOf({ ...reply, ping: false }), []);
  assert.deepEqual(tokensOf({ ...reply, ping: true }), [replyToken("ben" as UserId)]);
  const system = { kind: "system" } as const;
  assert.deepEqual(tokensOf({ ...reply, replyTo: { ...replyTo, author: system } }), []);
  assert.notEqual(replyToken(ada), userToken(ada));
});

test("no message has tokens without end", () => {
  const crowd = Array.from({ length: 500 }, (_, n) => `@u${n}`).join(" ");
  assert.equal(said(crowd).length, 100);
});
