import assert from "node:assert/strict";
import { test } from "node:test";
import type { Message } from "@dragoman/bus-schema";
import { Community } from "@dragoman/testing/community";

test("what is kept no longer ends once, and the newest of its place is told anew", () => {
  const community = new Community();
  community.person("ada");
  const session = community.enter("ada", "originchats");
  const lines: Message[] = [];
  for (let n = 1; n <= 3; n += 1) lines.push(community.posted(session, `line ${n}`));
  const expire = (...messages: readonly Message[]) => {
    const decision = community.core({ type: "message.expire", messages });
    assert.ok(decision.ok);
    return decision.events.map((event) => {
      assert.ok(event.type === "message.deleted" && event.expired && event.byId === null);
      return [event.number, event.newest];
    });
  };
  const [first, second, third] = lines;
  assert.ok(first && second && third);
  assert.deepEqual(expire(first), [[first.number, undefined]]);
  assert.deepEqual(expire(first, second), [[second.number, undefined]], "each once");
  const fourth = community.posted(session, "line 4");
  const [, last] = expire(third, fourth);
  assert.equal(last?.[0], fourth.number);
  assert.ok(last?.[1] === null || typeof last?.[1] === "object", "what is left, if anything");
  assert.equal(community.state.recent.get(third.messageId)?.message, null);
});
