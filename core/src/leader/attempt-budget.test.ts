import assert from "node:assert/strict";
import { test } from "node:test";
import type { AddressTag, AttemptRequest } from "@dragoman/bus-schema";
import { AttemptBudget } from "./attempt-budget.ts";

const limits = { loginAttempts: 3, loginAttemptsPerAddress: 6, loginWindowMs: 60_000 };
const request = (
  step: AttemptRequest["step"],
  account: string,
  address = "here",
  isKnown = false,
): AttemptRequest => ({ v: 1, step, account, addressTag: address as AddressTag, isKnown });

function failed(budget: AttemptBudget, account: string, times: number, address = "here"): void {
  for (let n = 0; n < times; n += 1) budget.take(request("failed", account, address), n);
}

test("an account that failed too often from an address waits there, and nowhere else", () => {
  const budget = new AttemptBudget(limits);
  failed(budget, "ada", 3);
  const refused = { allowed: false, waitMs: 59_900 };
  assert.deepEqual(budget.take(request("ask", "ada"), 100), refused);
  assert.deepEqual(budget.take(request("ask", "ada", "here", true), 100), refused);
  assert.ok(budget.take(request("ask", "ben"), 100).allowed);
  assert.deepEqual(budget.take(request("ask", "ada", "elsewhere"), 100), {
    allowed: true,
    waitMs: 0,
  });
  assert.ok(budget.take(request("ask", "ada"), 60_000).allowed);
});

test("strangers try an account that failed too often one after the other, its owner from home at once", () => {
  const budget = new AttemptBudget(limits);
  for (const address of ["a", "b", "c"]) failed(budget, "ada", 1, address);
  const waits = ["d", "e", "f"].map((from) => budget.take(request("ask", "ada", from), 10).waitMs);
  assert.deepEqual(waits, [0, 2_000, 4_000]);
  assert.deepEqual(budget.take(request("ask", "ada", "home", true), 10), {
    allowed: true,
    waitMs: 0,
  });
  for (let n = 0; n < 10; n += 1) budget.take(request("ask", "ada", `${n}`), 10);
  assert.deepEqual(budget.take(request("ask", "ada", "late"), 10), {
    allowed: false,
    waitMs: 6_000,
  });
});

test("an address that failed with many accounts waits, but not those who were in from there before", () => {
  const budget = new AttemptBudget(limits);
  for (const account of ["a", "b", "c", "d", "e", "f"]) failed(budget, account, 1);
  assert.equal(budget.take(request("ask", "g"), 1).allowed, false);
  assert.ok(budget.take(request("ask", "g", "here", true), 1).allowed);
  assert.ok(budget.take(request("ask", "g", "elsewhere"), 1).allowed);
});

test("asking costs nothing", () => {
  const budget = new AttemptBudget(limits);
  for (let n = 0; n < 50; n += 1) {
    assert.deepEqual(budget.take(request("ask", "ada"), n), { allowed: true, waitMs: 0 });
  }
});

test("other limits hold from the next log-in on", () => {
  const changing = { ...limits };
  const budget = new AttemptBudget(changing);
  failed(budget, "ada", 2);
  assert.ok(budget.take(request("ask", "ada"), 100).allowed);
  changing.loginAttempts = 2;
  assert.equal(budget.take(request("ask", "ada"), 100).allowed, false);
  changing.loginWindowMs = 50;
  assert.ok(budget.take(request("ask", "ada"), 100).allowed);
});
