import assert from "node:assert/strict";
import { test } from "node:test";
import { onClock } from "./view.ts";

test("a moment that is told twice is the same one, though the two clocks are read apart", () => {
  assert.equal(onClock(5_000, { nowMs: 1_000, clockMs: 1_001 }), 5_000);
  assert.equal(onClock(5_000, { nowMs: 1_000, clockMs: 999 }), 5_000);
  assert.equal(onClock(null, { nowMs: 1_000, clockMs: 0 }), null);
});

test("a moment is told as people's clocks will show it", () => {
  for (const apartMs of [3_599_999, 3_600_000, 3_600_001]) {
    assert.equal(onClock(7_200_000, { nowMs: apartMs, clockMs: 0 }), 3_600_000);
  }
});
