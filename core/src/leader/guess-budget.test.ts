import assert from "node:assert/strict";
import { test } from "node:test";
import type { ChannelId, UserId } from "@dragoman/bus-schema";
import { GuessBudget } from "./guess-budget.ts";

const guess = (user: string, channel: string) => ({
  userId: user as UserId,
  channelId: channel as ChannelId,
});

test("five wrong passwords for a channel hold their person back there, and nobody else", () => {
  const budget = new GuessBudget();
  const ada = guess("ada", "den");
  for (let n = 0; n < 5; n += 1) {
    assert.equal(budget.waitMs(ada, n * 1_000), 0);
    budget.add(ada, n * 1_000);
  }
  assert.equal(budget.waitMs(ada, 5_000), 45_000);
  assert.equal(budget.waitMs(guess("ben", "den"), 5_000), 0);
  assert.equal(budget.waitMs(guess("ada", "attic"), 5_000), 0);
  assert.equal(budget.waitMs(ada, 50_000), 0, "the first is old");
  budget.add(ada, 50_000);
  assert.equal(budget.waitMs(ada, 50_000), 1_000);
});
