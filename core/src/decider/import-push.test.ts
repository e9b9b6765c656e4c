/** Subscriptions to notifications move in: given, when, then (docs/decisions/import.md). */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { UserId } from "@dragoman/bus-schema";
import { Community, outcome } from "@dragoman/testing/community";
import { violations } from "../state/violations.ts";

const ada = "old_ada" as UserId;

function peopled(): Community {
  const community = new Community();
  community.operator({ type: "import.person", person: { userId: ada, name: "ada", roleIds: [] } });
  return community;
}

const bring = (community: Community, endpoint: string, userId = ada) =>
  outcome(
    community.operator({
      type: "import.push",
      privateKey: "A".repeat(43),
      userId,
      subscription: { endpoint, p256dh: "p", auth: "a" },
      progress: { source: "old", key: `push ${endpoint}`, cursor: "1" },
    }),
  );

test("a subscription comes once, so that what was given up here stays so", () => {
  const community = peopled();
  assert.deepEqual(bring(community, "one"), ["push.subscribed", "import.stored"]);
  assert.deepEqual([...community.state.pushes], [["one", ada]]);
  assert.deepEqual(bring(community, "one"), []);
  community.core({ type: "push.expire", subscriptionId: "one" as never });
  assert.deepEqual(bring(community, "one"), []);
  assert.equal(community.state.pushes.size, 0);
  assert.deepEqual(violations(community.state), []);
});

test("a house with subscriptions of its own keeps its keys, and nothing is looked up for nobody", () => {
  const community = peopled();
  community.person("ben");
  const ben = community.enter("ben", "originchats");
  const own = { type: "push.subscribe", endpoint: "own", p256dh: "p", auth: "a" } as const;
  community.as(ben, own);
  assert.deepEqual(bring(community, "one"), { code: "protected", what: "keys of notifications" });
  assert.deepEqual(bring(community, "one", "nobody" as UserId), {
    code: "not_found",
    what: "user",
    given: "nobody",
  });
  assert.deepEqual([...community.state.pushes.keys()], ["own"]);
});
