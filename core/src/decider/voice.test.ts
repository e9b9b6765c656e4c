import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { SessionId } from "@dragoman/bus-schema";
import { Community, eventOf, outcome } from "@dragoman/testing/community";
import { violations } from "../state/violations.ts";

function setUp() {
  const community = new Community({ graceMs: 0 });
  community.person("ada");
  community.person("ben");
  for (const name of ["lounge", "attic"]) {
    community.operator({
      type: "channel.create",
      kind: "voice",
      name,
      permissions: { view: ["user"] },
    });
  }
  const join = (sessionId: SessionId, channel: string, peerId = "p") =>
    community.as(sessionId, {
      type: "voice.join",
      channelId: community.place(channel).channelId,
      peerId,
    });
  const inside = (channel: string) =>
    [...community.state.voices.values()]
      .filter(({ channelId }) => channelId === community.place(channel).channelId)
      .map(({ peerId }) => peerId);
  return { community, join, inside };
}

describe("voice.join", () => {
  it("leaves the channel where the session is, the same one too", () => {
    const { community, join, inside } = setUp();
    const ada = community.enter("ada", "originchats");
    assert.deepEqual(outcome(join(ada, "lounge", "p1")), ["voice.joined"]);
    assert.deepEqual(outcome(join(ada, "lounge", "p2")), ["voice.left", "voice.joined"]);
    assert.deepEqual(outcome(join(ada, "attic", "p3")), ["voice.left", "voice.joined"]);
    assert.deepEqual([inside("lounge"), inside("attic")], [[], ["p3"]]);
  });

  it("by a second session of the person replaces the first, which is then in no channel", () => {
    const { community, join, inside } = setUp();
    const one = community.enter("ada", "originchats");
    const two = community.enter("ada", "originchats");
    join(one, "lounge", "p1");
    assert.deepEqual(outcome(join(two, "lounge", "p2")), ["voice.joined"]);
    assert.deepEqual(inside("lounge"), ["p2"]);
    const left = community.as(one, { type: "voice.leave" });
    assert.equal(!left.ok && left.rejection.code, "not_found");
    assert.deepEqual(outcome(community.as(one, { type: "session.close", why: "leave", seen: 0 })), [
      "session.closed",
    ]);
    assert.deepEqual(inside("lounge"), ["p2"]);
  });

  it("is for voice channels that the person views", () => {
    const { community, join } = setUp();
    const ada = community.enter("ada", "originchats");
    const text = join(ada, "general");
    assert.equal(!text.ok && text.rejection.code, "invalid");
    const none = join(ada, "nowhere");
    assert.equal(!none.ok && none.rejection.code, "not_found");
  });

  it("is limited to ten channels of one person at once", () => {
    const { community, join } = setUp();
    for (let n = 0; n < 11; n += 1) {
      const name = `room ${n}`;
      community.operator({
        type: "channel.create",
        kind: "voice",
        name,
        permissions: { view: ["user"] },
      });
      const decision = join(community.enter("ada", "originchats"), name);
      assert.equal(decision.ok, n < 10, name);
    }
    assert.deepEqual(violations(community.state), []);
  });
});

describe("whoever goes", () => {
  it("leaves the voice channel before the session ends, whatever ends it", () => {
    const { community, join } = setUp();
    community.person("mona", "moderator");
    const mona = community.enter("mona", "sockchat");
    const ada = community.enter("ada", "originchats");
    join(ada, "lounge");
    const close = community.as(ada, { type: "session.close", why: "leave", seen: 0 });
    assert.deepEqual(outcome(close), ["voice.left", "session.closed", "presence.ended"]);
    join(community.enter("ben", "originchats"), "lounge");
    const kick = outcome(
      community.as(mona, { type: "moderation.kick", target: "ben" }),
    ) as string[];
    assert.ok(kick.indexOf("voice.left") >= 0);
    assert.ok(kick.indexOf("voice.left") < kick.indexOf("session.closed"));
    assert.equal(community.state.voices.size, 0);
  });

  it("is no participant any more for those who stay", () => {
    const { community, join, inside } = setUp();
    const ada = community.enter("ada", "originchats");
    const ben = community.enter("ben", "originchats");
    join(ada, "lounge", "p1");
    join(ben, "lounge", "p2");
    community.as(ada, { type: "session.close", why: "timeout", seen: 0 });
    assert.deepEqual(inside("lounge"), ["p2"]);
    const muted = community.as(ben, { type: "voice.mute", muted: true });
    assert.equal(eventOf(muted, "voice.muted")?.muted, true);
  });
});
