import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "@dragoman/testing/line-client";
import { Slices } from "./slices.ts";

/** Takes as long as that, a millisecond between two yields. */
function* busyFor(ms: number): Generator<void, string> {
  for (let n = 0; n < ms; n += 1) {
    const end = performance.now() + 1;
    while (performance.now() < end);
    yield;
  }
  return `done after ${ms}`;
}

const failed = (error: unknown): void => assert.fail(String(error));

test("short work is done at once", () => {
  const done: string[] = [];
  new Slices().run(busyFor(0), (value) => done.push(value), failed);
  assert.deepEqual(done, ["done after 0"]);
});

test("long work is done in order and leaves each turn time for others", async () => {
  const slices = new Slices();
  const done: string[] = [];
  let turns = 0;
  let isOver = false;
  const turn = (): void => {
    turns += 1;
    if (!isOver) setImmediate(turn);
  };
  turn();
  for (let n = 0; n < 10; n += 1) slices.run(busyFor(20), (value) => done.push(value), failed);
  slices.run(busyFor(1), (value) => done.push(value), failed);
  await until("the last", () => done.length === 11);
  isOver = true;
  assert.deepEqual(done.at(-1), "done after 1");
  // 200 ms in slices of 4: a turn that did all of one list would leave ten.
  assert.ok(turns >= 30, `${turns} turns`);
});

test("what throws costs itself alone", async () => {
  const slices = new Slices();
  const told: string[] = [];
  const broken: Iterator<void, string> = {
    next: () => {
      throw new Error("a bug");
    },
  };
  slices.run(busyFor(10), (value) => told.push(value), failed);
  slices.run(
    broken,
    () => assert.fail("it is broken"),
    (error) => told.push(String(error)),
  );
  slices.run(busyFor(1), (value) => told.push(value), failed);
  await until("all", () => told.length === 3);
  assert.deepEqual(told, ["done after 10", "Error: a bug", "done after 1"]);
});
