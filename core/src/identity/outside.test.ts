import assert from "node:assert/strict";
import { test } from "node:test";
import { clockOf } from "./outside.ts";

const ownMs = 1_800_000_000_700;

test("a service's clock is read from its answer, and ours where it says none or the same", () => {
  assert.equal(clockOf("", ownMs), ownMs);
  assert.equal(clockOf("yesterday", ownMs), ownMs);
  assert.equal(clockOf(new Date(ownMs - 900).toUTCString(), ownMs), ownMs);
  const aDayAhead = new Date(ownMs + 86_400_000).toUTCString();
  assert.equal(clockOf(aDayAhead, ownMs), Date.parse(aDayAhead));
});
