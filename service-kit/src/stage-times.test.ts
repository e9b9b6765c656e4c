import assert from "node:assert/strict";
import { test } from "node:test";
import { StageTimes } from "./stage-times.ts";

test("of each number the newest values are remembered, until another takes its place", () => {
  const times = new StageTimes(["came", "went"], 4);
  times.mark(1, "came", 10);
  times.mark(1, "went", 20);
  times.mark(2, "came", 0);
  assert.deepEqual(
    [...times.of(1)],
    [
      ["came", 10],
      ["went", 20],
    ],
  );
  assert.deepEqual([...times.of(2)], [["came", 0]]);
  assert.deepEqual([...times.of(3)], []);
  times.mark(5, "went", 30);
  assert.deepEqual([...times.of(5)], [["went", 30]]);
  assert.deepEqual([...times.of(1)], []);
});

test("its memory is the same, whatever comes", () => {
  const times = new StageTimes(["came"], 8);
  const before = times.bytes;
  for (let number = 0; number < 1_000; number += 1) times.mark(number, "came", number);
  assert.equal(times.bytes, before);
  assert.equal(before, 8 * 8 * 2);
  assert.deepEqual([...times.of(999)], [["came", 999]]);
});
