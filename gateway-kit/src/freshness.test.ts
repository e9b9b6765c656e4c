import assert from "node:assert/strict";
import { test } from "node:test";
import { Freshness, type Instant } from "./freshness.ts";

/** An instant at which both clocks have gone on by so much. */
const at = (ms: number, wallMs = ms): Instant => ({
  monotonicMs: 1_000 + ms,
  wallMs: 5e12 + wallMs,
});

function begin() {
  const told: string[] = [];
  const freshness = new Freshness(
    {
      freshMs: 800,
      letGoMs: 10_000,
      onFresh: () => told.push("fresh"),
      onLetGo: () => told.push("let go"),
    },
    at(0),
  );
  return { freshness, told };
}

test("a proof lasts from when its heartbeat was sent, however late it comes", () => {
  const { freshness, told } = begin();
  assert.ok(!freshness.isFresh(at(0)), "nothing is proven at the start");
  freshness.prove(at(100), at(800));
  assert.deepEqual(told, ["fresh"]);
  assert.ok(freshness.isFresh(at(899)));
  assert.ok(!freshness.isFresh(at(900)));
  freshness.prove(at(200), at(1_500));
  assert.ok(!freshness.isFresh(at(1_500)), "the answer came when it was worth nothing any more");
  assert.deepEqual(told, ["fresh"]);
});

test("an older proof that comes late takes nothing back", () => {
  const { freshness } = begin();
  freshness.prove(at(500), at(510));
  freshness.prove(at(300), at(520));
  assert.ok(freshness.isFresh(at(1_299)));
});

test("nobody is told of a proof that nobody missed", () => {
  const { freshness, told } = begin();
  freshness.isFresh(at(0));
  freshness.prove(at(0), at(1));
  // The loop was busy for two seconds, and nobody asked meanwhile.
  freshness.prove(at(2_000), at(2_001));
  assert.deepEqual(told, ["fresh"]);
});

test("the larger of two clocks counts, but no clock that was set makes it let go", () => {
  const { freshness, told } = begin();
  freshness.prove(at(0), at(1));
  assert.ok(!freshness.isFresh(at(10, 60_000)), "the machine slept, or the clock was set");
  freshness.look(at(10, 60_000));
  assert.deepEqual(told, []);
  assert.ok(freshness.isFresh(at(10, -60_000)), "a clock that was set back says nothing");
  assert.ok(!freshness.isFresh(at(900, -60_000)));
});

test("it lets go once, when its time is over, and again after another proof", () => {
  const { freshness, told } = begin();
  freshness.look(at(9_999));
  assert.deepEqual(told, []);
  freshness.look(at(10_000));
  freshness.look(at(20_000));
  assert.deepEqual(told, ["let go"]);
  assert.ok(freshness.hasLetGo);
  freshness.prove(at(20_100), at(20_101));
  assert.ok(!freshness.hasLetGo);
  freshness.look(at(30_099));
  assert.deepEqual(told, ["let go", "fresh"]);
  freshness.look(at(30_100));
  assert.deepEqual(told, ["let go", "fresh", "let go"]);
});

test("whoever waits for a proof gets it, or the end of the time", async () => {
  const freshness = new Freshness({
    freshMs: 60_000,
    letGoMs: 60_000,
    onFresh: () => undefined,
    onLetGo: () => undefined,
  });
  assert.equal(await freshness.regained(1), false);
  const regained = freshness.regained(60_000);
  freshness.prove({ monotonicMs: performance.now(), wallMs: Date.now() });
  assert.equal(await regained, true);
  assert.equal(await freshness.regained(0), true);
});
