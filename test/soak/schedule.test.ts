import assert from "node:assert/strict";
import { test } from "node:test";
import { type FaultSort, schedule } from "./schedule.ts";

const sorts: readonly FaultSort[] = ["one", "two", "three", "four"].map((name) => ({
  name,
  lastsMs: [500, 5_000],
}));

test("the same seed gives the same faults at the same times, another seed others", () => {
  assert.deepEqual(schedule(7, 600_000, sorts), schedule(7, 600_000, sorts));
  assert.notDeepEqual(schedule(7, 600_000, sorts), schedule(8, 600_000, sorts));
});

test("a longer run begins as a shorter one of the same seed", () => {
  const short = schedule(3, 60_000, sorts);
  assert.deepEqual(schedule(3, 600_000, sorts).slice(0, short.length), short);
});

test("every sort comes as often as the others, within its length and within the run", () => {
  const planned = schedule(11, 600_000, sorts);
  const counts = sorts.map(({ name }) => planned.filter((fault) => fault.name === name).length);
  assert.ok(Math.max(...counts) - Math.min(...counts) <= 1, counts.join(" "));
  for (const { atMs, lastsMs, share } of planned) {
    assert.ok(atMs > 0 && atMs <= 600_000 && lastsMs >= 500 && lastsMs <= 5_000);
    assert.ok(share >= 0 && share <= 1);
  }
});
