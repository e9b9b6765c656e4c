import assert from "node:assert/strict";
import { test } from "node:test";
import type { AddressTag, AttemptRequest } from "@dragoman/bus-schema";
import { AttemptBudget } from "./attempt-budget.ts";

const limits = { loginAttempts: 3, loginWindowMs: 1_000 };
const request = (
  step: AttemptRequest["step"],
  account: string,
  address = "here",
): AttemptRequest => ({ v: 1, step, account, addressTag: address as AddressTag });

test("an account that failed too often waits until its oldest failure is out of the window", () => {
  const budget = new AttemptBudget(limits);
  for (const nowMs of [0, 100, 200]) {
    assert.ok(budget.take(request("charge", "ada", `from ${nowMs}`), nowMs).allowed);
  }
  assert.deepEqual(budget.take(request("charge", "ADA", "elsewhere"), 300), {
    allowed: false,
    waitMs: 700,
  });
  assert.ok(budget.take(request("charge", "ada", "elsewhere"), 1_001).allowed);
});

test("an address that tried many accounts waits, other addresses do not", () => {
  const budget = new AttemptBudget(limits);
  for (const account of ["a", "b", "c"]) budget.take(request("charge", account), 0);
  assert.equal(budget.take(request("charge", "d"), 1).allowed, false);
  assert.ok(budget.take(request("charge", "d", "elsewhere"), 1).allowed);
});

test("good log-ins cost nothing", () => {
  const budget = new AttemptBudget(limits);
  for (let n = 0; n < 50; n += 1) {
    assert.ok(budget.take(request("charge", "ada"), n).allowed);
    budget.take(request("refund", "ada"), n);
  }
});

test("a refused attempt does not prolong the wait", () => {
  const budget = new AttemptBudget(limits);
  for (let n = 0; n < 3; n += 1) budget.take(request("charge", "ada"), 0);
  for (let nowMs = 1; nowMs < 1_000; nowMs += 100) budget.take(request("charge", "ada"), nowMs);
  assert.ok(budget.take(request("charge", "ada"), 1_000).allowed);
});
