import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { charge, overActs, overBudget } from "./budget.ts";

const limits = { messagesPerMinute: 5, burstLimit: 3, cooldownMs: 30_000 };

describe("the message budget", () => {
  it("lets pass what stays below both limits", () => {
    assert.equal(overBudget([], undefined, limits, 0), null);
    assert.equal(overBudget([0, 1], undefined, limits, 2), null);
  });

  it("starts the cooldown at the post that exceeds the burst", () => {
    assert.deepEqual(overBudget([0, 1, 2], undefined, limits, 3), {
      why: "burst",
      waitMs: 30_000,
      cooldownUntilMs: 30_003,
    });
  });

  it("forgets a post that is exactly ten seconds old", () => {
    assert.equal(overBudget([0, 1, 2], undefined, limits, 9_999)?.why, "burst");
    assert.equal(overBudget([0, 1, 2], undefined, limits, 10_000), null);
  });

  it("names a running cooldown first, and its rest", () => {
    assert.deepEqual(overBudget([0, 1, 2, 3, 4], 30_000, limits, 12_000), {
      why: "cooldown",
      waitMs: 18_000,
    });
    assert.equal(overBudget([], 30_000, limits, 30_000), null);
  });

  it("tests the minute before the burst, and waits until the oldest is a minute old", () => {
    const spends = [0, 1_000, 55_000, 55_001, 55_002];
    assert.deepEqual(overBudget(spends, undefined, limits, 56_000), {
      why: "minute",
      waitMs: 4_000,
    });
    assert.equal(overBudget(spends, undefined, limits, 60_000)?.why, "burst");
  });

  it("switches a test off by 0", () => {
    const spends = Array.from({ length: 100 }, (_, index) => index);
    const minuteOff = { ...limits, messagesPerMinute: 0 };
    const bothOff = { ...minuteOff, burstLimit: 0 };
    assert.equal(overBudget(spends, undefined, minuteOff, 100)?.why, "burst");
    assert.equal(overBudget(spends, undefined, bothOff, 100), null);
  });

  it("keeps only the last minute when it charges", () => {
    const spends = [0, 1, 30_000];
    charge(spends, 60_000);
    assert.deepEqual(spends, [1, 30_000, 60_000]);
  });
});

describe("the budget of acts", () => {
  const limits = { actsPerMinute: 5, actsBurst: 3 };

  it("has room again as soon as enough is old, without a pause", () => {
    assert.equal(overActs([0, 1], 1, limits, 2), null);
    assert.deepEqual(overActs([0, 1, 2], 1, limits, 3), { why: "minute", waitMs: 9_997 });
    assert.equal(overActs([0, 1, 2], 1, limits, 10_000), null);
    assert.deepEqual(overActs([0, 1, 2, 20_000, 20_001], 1, limits, 30_002), {
      why: "minute",
      waitMs: 29_998,
    });
    assert.equal(overActs([0, 1, 2, 20_000, 20_001], 1, limits, 60_000), null);
  });

  it("asks for as much room as an act costs, and for no more than there is", () => {
    assert.equal(overActs([0], 2, limits, 1), null);
    assert.deepEqual(overActs([0, 1], 2, limits, 2), { why: "minute", waitMs: 9_998 });
    assert.equal(overActs([], 7, limits, 0), null);
    assert.deepEqual(overActs([5], 7, limits, 5), { why: "minute", waitMs: 60_000 });
  });

  it("switches a test off by 0", () => {
    const acts = Array.from({ length: 100 }, (_, index) => index);
    assert.equal(overActs(acts, 1, { actsPerMinute: 0, actsBurst: 0 }, 100), null);
    assert.equal(overActs(acts, 1, { actsPerMinute: 0, actsBurst: 3 }, 100)?.waitMs, 9_997);
  });
});
