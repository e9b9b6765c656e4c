import assert from "node:assert/strict";
import { test } from "node:test";
import { Community, outcome } from "@dragoman/testing/community";

test("whatever else others are shown counts as acts, of the person and not of the session", () => {
  const community = new Community({ limits: { actsBurst: 4, actsPerMinute: 0 } });
  community.person("ada");
  const ada = community.enter("ada", "originchats");
  const other = community.enter("ada", "sockchat");
  const { messageId: message } = community.posted(ada, "hi");
  const place = community.place("general");
  const react = (emoji: string) => ({ type: "reaction.add", place, message, emoji }) as const;
  community.as(ada, react("a"));
  const again = { code: "already_exists", what: "reaction", given: "a" };
  assert.deepEqual(outcome(community.as(ada, react("a"))), again, "a refusal is free");
  community.as(other, react("b"));
  community.as(other, { type: "reaction.remove", place, message, emoji: "b" });
  const nick = { type: "user.nick", nickname: "Lady", temporary: false } as const;
  const over = { code: "rate_limited", why: "minute", waitMs: 10_000 };
  assert.deepEqual(outcome(community.as(other, nick)), over, "a name costs more");
  assert.deepEqual(outcome(community.as(ada, react("c"))), ["reaction.added"]);
  assert.deepEqual(outcome(community.as(ada, react("d"))), over);
  assert.deepEqual(outcome(community.as(ada, { type: "message.delete", message })), over);
  assert.deepEqual(outcome(community.post(ada, "talk goes on")), ["message.posted"]);
  community.nowMs += 10_000;
  assert.deepEqual(outcome(community.as(ada, react("d"))), ["reaction.added"]);
});
