/** What Sock Chat sessions read (bridge table, read mark): given, when, then. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CommandOf, Event, MessageId } from "@dragoman/bus-schema";
import { Community, eventOf } from "@dragoman/testing/community";
import { hasReadAll } from "../state/readers.ts";
import { violations } from "../state/violations.ts";
import type { Decision } from "./contract.ts";

function peopled() {
  const community = new Community();
  for (const name of ["ada", "ben"]) community.person(name);
  community.operator({
    type: "channel.create",
    kind: "text",
    name: "side",
    permissions: { view: ["user"], send: ["user"] },
  });
  const chat = community.enter("ada", "sockchat");
  const ben = community.enter("ben", "originchats");
  /** The newest message of `general`. */
  const say = (text: string) =>
    eventOf(community.post(ben, text), "message.posted")?.message ?? assert.fail("not posted");
  return { community, chat, ben, say };
}

const marks = (decision: Decision): readonly Event[] =>
  decision.ok ? decision.events.filter(({ type }) => type === "unread.marked") : [];
const move = (channel: string): CommandOf<"session.move"> => ({ type: "session.move", channel });
const close = (why: "leave" | "lost", seen?: number): CommandOf<"session.close"> => ({
  type: "session.close",
  why,
  ...(seen === undefined ? {} : { seen }),
});

describe("a Sock Chat session's read mark", () => {
  it("is the newest message of the channel that it leaves, once", () => {
    const { community, chat, say } = peopled();
    const { messageId, place } = say("hello");
    const userId = community.userId("ada");
    const marked = { type: "unread.marked", userId, place, messageId };
    assert.deepEqual(marks(community.as(chat, move("side"))), [marked]);
    community.as(chat, move("general"));
    assert.deepEqual(marks(community.as(chat, move("side"))), [], "it stands there already");
    assert.deepEqual(violations(community.state), []);
  });

  it("is set at its end where it was sent all, and not where a part is missing", () => {
    for (const why of ["leave", "lost"] as const) {
      const { community, chat, say } = peopled();
      const { messageId, number } = say("hello");
      const [mark] = marks(community.as(chat, close(why, number)));
      assert.equal(mark?.type === "unread.marked" && mark.messageId, messageId);
      const part = peopled();
      const first = part.say("hello");
      part.say("and more");
      assert.deepEqual(marks(part.community.as(part.chat, close(why, first.number))), []);
      const unknown = peopled();
      unknown.say("hello");
      assert.deepEqual(marks(unknown.community.as(unknown.chat, close(why))), []);
    }
  });

  it("is not moved by what comes while the line is lost", () => {
    const { community, chat, say } = peopled();
    const { number } = say("hello");
    community.as(chat, close("lost", number));
    const userId = community.userId("ada");
    const { place } = say("meanwhile");
    assert.ok(!hasReadAll(community.state, userId, place));
    community.nowMs += 60_000;
    assert.deepEqual(marks(community.core({ type: "session.expire", sessionId: chat })), []);
    assert.ok(!hasReadAll(community.state, userId, place));
  });

  it("is not set for OriginChats, which says itself what it has read", () => {
    const { community, ben, say } = peopled();
    const { number, place } = say("hello");
    assert.deepEqual(marks(community.as(ben, close("leave", number))), []);
    assert.ok(!hasReadAll(community.state, community.userId("ben"), place));
  });

  it("is remembered while it stands on the newest message, and no longer", () => {
    const { community, ben, say } = peopled();
    const userId = community.userId("ada");
    const ada = community.enter("ada", "originchats");
    const { messageId, place } = say("hello");
    const mark = (id?: MessageId): readonly Event[] =>
      marks(
        community.as(ada, {
          type: "unread.mark",
          place,
          ...(id === undefined ? {} : { messageId: id }),
        }),
      );
    assert.equal(mark().length, 1);
    assert.deepEqual(mark(messageId), [], "it stands there already");
    const next = say("and more");
    assert.ok(!hasReadAll(community.state, userId, place));
    mark();
    assert.ok(hasReadAll(community.state, userId, place));
    mark(messageId);
    assert.ok(!hasReadAll(community.state, userId, place), "moved back");
    mark();
    community.as(ben, { type: "message.delete", message: next.messageId });
    assert.deepEqual(violations(community.state), []);
  });
});
