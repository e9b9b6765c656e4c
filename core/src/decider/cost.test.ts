import assert from "node:assert/strict";
import { test } from "node:test";
import { Community, eventOf, outcome } from "@dragoman/testing/community";

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

test("read marks have a budget of their own, and what marks by itself is never refused", () => {
  const community = new Community({ limits: { readMarksPerMinute: 4 } });
  for (const name of ["ada", "ben"]) community.person(name);
  const [ben, ada, phone] = [
    community.enter("ben", "originchats"),
    community.enter("ada", "originchats"),
    community.enter("ada", "sockchat"),
  ];
  const first = community.posted(ben, "one").messageId;
  const second = community.posted(ben, "two").messageId;
  const place = community.place("general");
  const mark = (n: number) =>
    community.as(ada, { type: "unread.mark", place, messageId: n % 2 === 0 ? first : second });
  for (let n = 0; n < 4; n += 1) assert.deepEqual(outcome(mark(n)), ["unread.marked"]);
  const over = { code: "rate_limited", why: "minute", waitMs: 60_000 };
  assert.deepEqual(outcome(mark(4)), over);
  const react = { type: "reaction.add", place, message: first, emoji: "👍" } as const;
  assert.deepEqual(outcome(community.as(ada, react)), ["reaction.added"], "acts are apart");
  const { number: seen } = community.posted(ben, "three");
  const close = community.as(phone, { type: "session.close", why: "leave", seen });
  assert.ok(eventOf(close, "unread.marked"), "what was heard is read");
  community.nowMs += 60_000;
  assert.deepEqual(outcome(mark(4)), ["unread.marked"]);
});
