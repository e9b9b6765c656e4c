import assert from "node:assert/strict";
import { test } from "node:test";
import { RemoteClock, SkewWatch } from "./clock.ts";
import { createLogger } from "./logger.ts";

test("of many answers the quickest is believed", () => {
  const clock = new RemoteClock();
  assert.equal(clock.at(0), undefined);
  // The other clock is 1,000 ahead. On a slow way there it seems to be behind that.
  clock.take(1_190, 100, 300);
  assert.equal(clock.at(300), 1_290);
  assert.equal(clock.uncertaintyMs(300), 100);
  clock.take(1_401, 400, 402);
  assert.equal(clock.at(500), 1_500);
  clock.take(1_590, 500, 700);
  assert.equal(clock.at(700), 1_700);
});

test("a clock that was set is believed at the next answer, however slow", () => {
  const clock = new RemoteClock();
  clock.take(1_001, 0, 2);
  clock.take(61_050, 0, 100);
  assert.equal(clock.at(100), 61_100);
  clock.take(-86_400_000, 200, 200);
  assert.equal(clock.at(200), -86_400_000);
});

test("an old answer gives way to a slower one", () => {
  const clock = new RemoteClock();
  clock.take(1_000, 0, 0);
  clock.take(1_001_060, 1_000_000, 1_000_100);
  assert.equal(clock.uncertaintyMs(1_000_100), 50);
});

test("two clocks that differ are told of once, in words", () => {
  const watch = new SkewWatch(createLogger("silent", "test"), "the leader's");
  watch.look({ ms: 1_900, uncertaintyMs: 5 });
  assert.equal(watch.warning, undefined);
  watch.look({ ms: 2_500, uncertaintyMs: 900 });
  assert.equal(watch.warning, undefined);
  watch.look({ ms: -60_000, uncertaintyMs: 5 });
  assert.equal(watch.warning, "the clock is 60.0 s behind the leader's");
  watch.look({ ms: 86_400_000, uncertaintyMs: 5 });
  assert.equal(watch.warning, "the clock is 86400.0 s ahead of the leader's");
  watch.look(undefined);
  assert.equal(watch.warning, undefined);
});
