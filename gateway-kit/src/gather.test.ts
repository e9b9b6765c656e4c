import assert from "node:assert/strict";
import { mock, test } from "node:test";
import type { Event } from "@dragoman/bus-schema";
import { Gatherer } from "./gather.ts";

const event = (coreId: string): Event => ({ type: "leader.started", coreId });

/** A gatherer on a clock of its own; what it told, and when. */
function gathering() {
  mock.timers.enable({ apis: ["setTimeout"] });
  let nowMs = 0;
  const clock = mock.method(performance, "now", () => nowMs);
  const told: (readonly [number, string])[] = [];
  const gatherer = new Gatherer((events) => {
    told.push([nowMs, events.map((each) => ("coreId" in each ? each.coreId : "?")).join("")]);
  });
  return {
    told,
    gatherer,
    add: (id: string, key = "a") =>
      gatherer.add(event(id), { key, afterMs: 5_000, againMs: 60_000 }),
    wait: (ms: number) => {
      for (let passed = 0; passed < ms; passed += 100) {
        nowMs += 100;
        mock.timers.tick(100);
      }
    },
    end: () => {
      clock.mock.restore();
      mock.timers.reset();
    },
  };
}

test("events of a key are told together, some time after the last of them", () => {
  const { told, add, wait, end } = gathering();
  add("1");
  wait(3_000);
  add("2");
  wait(4_900);
  assert.deepEqual(told, []);
  wait(100);
  assert.deepEqual(told, [[8_000, "12"]]);
  end();
});

test("a key is told of once in a while, other keys beside it", () => {
  const { told, add, wait, end } = gathering();
  add("1");
  wait(5_000);
  add("2");
  add("3", "b");
  wait(59_900);
  assert.deepEqual(told, [
    [5_000, "1"],
    [10_000, "3"],
  ]);
  wait(100);
  assert.deepEqual(told.at(-1), [65_000, "2"]);
  wait(200_000);
  add("4");
  wait(5_000);
  assert.equal(told.at(-1)?.[1], "4");
  end();
});

test("what was cleared is never told", () => {
  const { told, gatherer, add, wait, end } = gathering();
  add("1");
  gatherer.clear();
  wait(10_000);
  assert.deepEqual(told, []);
  end();
});

test("more than a thousand events do not wait", () => {
  const { told, add, wait, end } = gathering();
  for (let n = 0; n < 1_000; n += 1) add("x");
  wait(100);
  assert.equal(told[0]?.[1].length, 1_000);
  end();
});
