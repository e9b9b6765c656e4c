import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { SessionId } from "@dragoman/bus-schema";
import { violations } from "../state/violations.ts";
import { eventOf, House, outcome } from "./given.ts";

function scene() {
  const house = new House({ graceMs: 0 });
  house.person("ada");
  house.person("ben");
  for (const name of ["lounge", "attic"]) {
    house.operator({
      type: "channel.create",
      kind: "voice",
      name,
      permissions: { view: ["user"] },
    });
  }
  const join = (sessionId: SessionId, channel: string, peerId = "p") =>
    house.as(sessionId, { type: "voice.join", channelId: house.place(channel).channelId, peerId });
  const inside = (channel: string) =>
    [...house.state.voices.values()]
      .filter(({ channelId }) => channelId === house.place(channel).channelId)
      .map(({ peerId }) => peerId);
  return { house, join, inside };
}

describe("voice.join", () => {
  it("leaves the channel where the session is, the same one too", () => {
    const { house, join, inside } = scene();
    const ada = house.enter("ada", "originchats");
    assert.deepEqual(outcome(join(ada, "lounge", "p1")), ["voice.joined"]);
    assert.deepEqual(outcome(join(ada, "lounge", "p2")), ["voice.left", "voice.joined"]);
    assert.deepEqual(outcome(join(ada, "attic", "p3")), ["voice.left", "voice.joined"]);
    assert.deepEqual([inside("lounge"), inside("attic")], [[], ["p3"]]);
  });

  it("by a second session of the person replaces the first, which is then in no channel", () => {
    const { house, join, inside } = scene();
    const one = house.enter("ada", "originchats");
    const two = house.enter("ada", "originchats");
    join(one, "lounge", "p1");
    assert.deepEqual(outcome(join(two, "lounge", "p2")), ["voice.joined"]);
    assert.deepEqual(inside("lounge"), ["p2"]);
    const left = house.as(one, { type: "voice.leave" });
    assert.equal(!left.ok && left.rejection.code, "not_found");
    assert.deepEqual(outcome(house.as(one, { type: "session.close", why: "leave", seen: 0 })), [
      "session.closed",
    ]);
    assert.deepEqual(inside("lounge"), ["p2"]);
  });

  it("is for voice channels that the person views", () => {
    const { house, join } = scene();
    const ada = house.enter("ada", "originchats");
    const text = join(ada, "general");
    assert.equal(!text.ok && text.rejection.code, "invalid");
    const none = join(ada, "nowhere");
    assert.equal(!none.ok && none.rejection.code, "not_found");
  });

  it("is limited to ten channels of one person at once", () => {
    const { house, join } = scene();
    for (let n = 0; n < 11; n += 1) {
      const name = `room ${n}`;
      house.operator({
        type: "channel.create",
        kind: "voice",
        name,
        permissions: { view: ["user"] },
      });
      const decision = join(house.enter("ada", "originchats"), name);
      assert.equal(decision.ok, n < 10, name);
    }
    assert.deepEqual(violations(house.state), []);
  });
});

describe("whoever goes", () => {
  it("leaves the voice channel before the session ends, whatever ends it", () => {
    const { house, join } = scene();
    house.person("mona", "moderator");
    const mona = house.enter("mona", "sockchat");
    const ada = house.enter("ada", "originchats");
    join(ada, "lounge");
    const close = house.as(ada, { type: "session.close", why: "leave", seen: 0 });
    assert.deepEqual(outcome(close), ["voice.left", "session.closed", "presence.ended"]);
    join(house.enter("ben", "originchats"), "lounge");
    const kick = outcome(house.as(mona, { type: "moderation.kick", target: "ben" })) as string[];
    assert.ok(kick.indexOf("voice.left") >= 0);
    assert.ok(kick.indexOf("voice.left") < kick.indexOf("session.closed"));
    assert.equal(house.state.voices.size, 0);
  });

  it("is no participant any more for those who stay", () => {
    const { house, join, inside } = scene();
    const ada = house.enter("ada", "originchats");
    const ben = house.enter("ben", "originchats");
    join(ada, "lounge", "p1");
    join(ben, "lounge", "p2");
    house.as(ada, { type: "session.close", why: "timeout", seen: 0 });
    assert.deepEqual(inside("lounge"), ["p2"]);
    const muted = house.as(ben, { type: "voice.mute", muted: true });
    assert.equal(eventOf(muted, "voice.muted")?.muted, true);
  });
});
