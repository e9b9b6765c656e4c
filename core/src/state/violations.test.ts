import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { SessionId } from "@dragoman/bus-schema";
import { Community } from "@dragoman/testing/community";
import type { State } from "./shape.ts";
import { violations } from "./violations.ts";

function sound(): { readonly state: State; readonly sessionId: SessionId } {
  const community = new Community();
  community.person("ada");
  const sessionId = community.enter("ada", "sockchat");
  community.posted(sessionId, "hi");
  community.operator({ type: "moderation.kick", target: "ada", seconds: 60 });
  community.nowMs += 60_000;
  const back = community.enter("ada", "sockchat");
  community.operator({
    type: "user.add",
    name: "ben",
    credentialId: "x" as never,
    roles: [],
    demo: false,
  });
  community.operator({ type: "moderation.ban", target: "ben", seconds: 60, addresses: false });
  return { state: community.state, sessionId: back };
}

describe("the invariants of the state", () => {
  it("hold in a sound one", () => {
    assert.deepEqual(violations(sound().state), []);
  });

  const breaks: readonly (readonly [string, (state: State, sessionId: SessionId) => void])[] = [
    ["a name that is lost", ({ names }) => names.delete("ada")],
    ["a number that is lost", ({ numbers }) => numbers.clear()],
    ["a role that is lost", ({ roles }) => roles.clear()],
    ["a session that is not indexed", ({ sessionsOf }) => sessionsOf.clear()],
    ["a session without a gateway", ({ sessionsAt }) => sessionsAt.clear()],
    ["a session of nobody", ({ people }) => people.clear()],
    ["a timer that is not armed", ({ timers }) => timers.clear()],
    [
      "an address that nobody is banned from",
      ({ barred }) => barred.set("a" as never, new Set(["b" as never])),
    ],
    ["a ban that is gone before its timer", ({ bans }) => bans.clear()],
    ["a channel that is lost", ({ channels }) => channels.clear()],
    ["a channel name that is lost", ({ channelNames }) => channelNames.clear()],
    ["a message above the last", (state) => Object.assign(state, { lastMessageNumber: 1 })],
    ["a fact from the future", (state) => Object.assign(state, { seq: 1 })],
    ["a message without its number", ({ recentNumbers }) => recentNumbers.clear()],
    ["a live session that is over", ({ originsOver }, sessionId) => originsOver.set(sessionId, 1)],
    [
      "a ring out of order",
      ({ rings }) => {
        for (const ring of rings.values()) ring.entries.reverse();
      },
    ],
  ];
  for (const [what, change] of breaks) {
    it(`find ${what}`, () => {
      const { state, sessionId } = sound();
      change(state, sessionId);
      assert.notDeepEqual(violations(state), []);
    });
  }
});
