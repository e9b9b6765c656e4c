import assert from "node:assert/strict";
import { test } from "node:test";
import { CoreTrace } from "./trace.ts";

const names = (trace: CoreTrace, number: number, seq: number): readonly string[] =>
  trace.of("core", number, seq, { nowMs: 0, clockMs: 1_000_000 }).steps.map(({ step }) => step);

test("a core remembers when it stored a message and had it in its history, by the leader's clock", () => {
  const trace = new CoreTrace();
  const now = performance.now();
  trace.stored(7, { takenMs: now - 30, decidedMs: now - 20, storedMs: now - 10 });
  trace.projected(3);
  const { name, steps } = trace.of("core", 7, 3, { nowMs: 0, clockMs: 1_000_000 });
  assert.equal(name, "core");
  assert.deepEqual(
    steps.map(({ step }) => step),
    ["taken", "decided", "stored", "projected"],
  );
  const [taken, decided] = steps;
  assert.ok(taken !== undefined && decided !== undefined);
  assert.ok(Math.abs(decided.atMs - taken.atMs - 10) < 0.01);
  assert.ok(taken.atMs < 1_000_000 - 29 && taken.atMs > 1_000_000 - 2_000);
});

test("the history that comes to a record has come to those before it, and begins anew from an earlier one", () => {
  const trace = new CoreTrace();
  trace.projected(5);
  assert.deepEqual(names(trace, 1, 4), ["projected"]);
  assert.deepEqual(names(trace, 1, 6), []);
  trace.projected(2);
  trace.projected(1_000_000);
  assert.deepEqual(names(trace, 1, 3), []);
  assert.deepEqual(names(trace, 1, 999_999), ["projected"]);
});
