/** Silences move in: given, when, then (docs/decisions/import.md). */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { UserId } from "@dragoman/bus-schema";
import { Community, eventOf, outcome } from "@dragoman/testing/community";
import { violations } from "../state/violations.ts";

const hourMs = 3_600_000;
const ada = "old_ada" as UserId;

function peopled(): Community {
  const community = new Community();
  community.operator({ type: "import.person", person: { userId: ada, name: "ada", roleIds: [] } });
  return community;
}

const silence = (community: Community, untilMs: number | null, cursor = String(untilMs)) =>
  community.operator({
    type: "import.silence",
    userId: ada,
    untilMs,
    progress: { source: "old", key: "silence ada", cursor },
  });

const held = ({ state }: Community): number | null | undefined => state.silences.get(ada)?.untilMs;

test("who could not speak there cannot here, by both protocols, until the same moment, and nobody is told", () => {
  const community = peopled();
  const untilMs = community.nowMs + hourMs;
  const decision = silence(community, untilMs);
  assert.deepEqual(outcome(decision), ["import.stored"]);
  const [carried] = eventOf(decision, "import.stored")?.events ?? [];
  assert.ok(carried?.type === "moderation.silenced");
  assert.deepEqual([carried.untilMs, carried.lengthMs], [untilMs, hourMs]);
  for (const protocol of ["sockchat", "originchats"]) {
    const session = community.enter("ada", protocol);
    assert.deepEqual(outcome(community.post(session, "hello")), { code: "silenced", untilMs });
  }
  community.nowMs = untilMs + 1;
  assert.deepEqual(
    outcome(community.core({ type: "moderation.expire", what: "silence", userId: ada })),
    ["moderation.unsilenced"],
  );
  assert.deepEqual(violations(community.state), []);
});

test("a silence comes once, so that whoever may speak again here goes on, and a new one there comes too", () => {
  const community = peopled();
  silence(community, null);
  assert.equal(held(community), null);
  community.operator({ type: "moderation.unsilence", target: "ada" });
  assert.deepEqual(outcome(silence(community, null)), []);
  assert.equal(held(community), undefined);
  const untilMs = community.nowMs + hourMs;
  silence(community, untilMs);
  assert.equal(held(community), untilMs);
  assert.deepEqual(violations(community.state), []);
});

test("the longer silence holds, and one that is over is none", () => {
  const community = peopled();
  const untilMs = community.nowMs + 2 * hourMs;
  silence(community, community.nowMs - 1);
  assert.equal(held(community), undefined);
  silence(community, untilMs);
  silence(community, community.nowMs + hourMs);
  assert.equal(held(community), untilMs);
  silence(community, null);
  silence(community, untilMs + 1);
  assert.equal(held(community), null);
});

test("a silence goes along into the account that another becomes part of", () => {
  const community = peopled();
  const mona = community.person("mona");
  silence(community, null);
  const merge = { type: "import.merge", fromId: ada, intoId: mona } as const;
  assert.deepEqual(outcome(community.operator(merge)), ["user.merged", "import.stored"]);
  assert.equal(community.state.silences.get(mona)?.untilMs, null);
  assert.deepEqual(violations(community.state), []);
});

test("a silence of nobody is refused, and ends are by people's clocks", () => {
  const community = peopled();
  const nobody = { type: "import.silence", userId: "nobody" as UserId, untilMs: null } as const;
  const progress = { source: "old", key: "silence nobody", cursor: "null" };
  assert.deepEqual(outcome(community.operator({ ...nobody, progress })), {
    code: "not_found",
    what: "user",
    given: "nobody",
  });
});
