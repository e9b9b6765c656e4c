/** What Sock Chat sessions read (bridge table, read mark): given, when, then. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CommandOf, Event } from "@dragoman/bus-schema";
import { violations } from "../state/violations.ts";
import type { Decision } from "./contract.ts";
import { eventOf, House } from "./given.ts";

function peopled() {
  const house = new House();
  for (const name of ["ada", "ben"]) house.person(name);
  house.operator({
    type: "channel.create",
    kind: "text",
    name: "side",
    permissions: { view: ["user"], send: ["user"] },
  });
  const chat = house.enter("ada", "sockchat");
  const ben = house.enter("ben", "originchats");
  /** The newest message of `general`. */
  const say = (text: string) =>
    eventOf(house.post(ben, text), "message.posted")?.message ?? assert.fail("not posted");
  return { house, chat, ben, say };
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
    const { house, chat, say } = peopled();
    const { messageId, place } = say("hello");
    const userId = house.userId("ada");
    const marked = { type: "unread.marked", userId, place, messageId };
    assert.deepEqual(marks(house.as(chat, move("side"))), [marked]);
    house.as(chat, move("general"));
    assert.deepEqual(marks(house.as(chat, move("side"))), [], "it stands there already");
    assert.deepEqual(violations(house.state), []);
  });

  it("is set at its end where it was sent all, and not where a part is missing", () => {
    for (const why of ["leave", "lost"] as const) {
      const { house, chat, say } = peopled();
      const { messageId, number } = say("hello");
      const [mark] = marks(house.as(chat, close(why, number)));
      assert.equal(mark?.type === "unread.marked" && mark.messageId, messageId);
      const part = peopled();
      const first = part.say("hello");
      part.say("and more");
      assert.deepEqual(marks(part.house.as(part.chat, close(why, first.number))), []);
      const unknown = peopled();
      unknown.say("hello");
      assert.deepEqual(marks(unknown.house.as(unknown.chat, close(why))), []);
    }
  });

  it("is not moved by what comes while the line is lost", () => {
    const { house, chat, say } = peopled();
    const { messageId, number } = say("hello");
    house.as(chat, close("lost", number));
    say("meanwhile");
    house.nowMs += 60_000;
    assert.deepEqual(marks(house.core({ type: "session.expire", sessionId: chat })), []);
    const place = house.place("general").channelId;
    assert.equal(house.state.marks.get(house.userId("ada"))?.get(place), messageId);
  });

  it("is not set for OriginChats, which says itself what it has read", () => {
    const { house, ben, say } = peopled();
    const { number } = say("hello");
    const before = house.state.marks.get(house.userId("ben"))?.size ?? 0;
    assert.deepEqual(marks(house.as(ben, close("leave", number))), []);
    assert.equal(house.state.marks.get(house.userId("ben"))?.size ?? 0, before);
  });
});
