import assert from "node:assert/strict";
import { test } from "node:test";
import { featureLevel, levelOf } from "./level.ts";

test("what came in from another server is of a higher level where it carries silences", () => {
  assert.equal(levelOf({ type: "import.stored", events: [{ type: "moderation.banned" }] }), 3);
  const silences = [{ type: "user.joined" }, { type: "moderation.silenced" }] as const;
  assert.equal(levelOf({ type: "import.stored", events: silences }), 6);
  assert.ok(featureLevel >= 6);
  assert.equal(levelOf({ type: "moderation.silenced" }), 1, "told as ever, it is of the first");
});
