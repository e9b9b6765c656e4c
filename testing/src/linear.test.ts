import assert from "node:assert/strict";
import { test } from "node:test";
import { assertLinear } from "./linear.ts";

test("work that grows with the length passes, work that grows with its square is told", () => {
  assertLinear("ab", (text) => text.split("").map((char) => ({ char })));
  const pairs = (text: string): number => {
    let sum = 0;
    const count = text.length / 64;
    for (let a = 0; a < count; a += 1) for (let b = 0; b < count; b += 1) sum += a & b;
    return sum;
  };
  assert.throws(() => assertLinear("ab", pairs), /times an eighth of it/);
});
