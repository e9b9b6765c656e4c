import assert from "node:assert/strict";
import { test } from "node:test";
import { type Turn, Turns } from "./turns.ts";

const turn = (key: string, isFirst = false): Turn => ({ key, isFirst });

/** Jobs that run until they are let go, in the order in which they began. */
function bench(turns: Turns) {
  const begun: string[] = [];
  const letGo: (() => void)[] = [];
  const ask = (name: string, of: Turn) =>
    turns.run(of, async () => {
      begun.push(name);
      await new Promise<void>((resolve) => letGo.push(resolve));
      return name;
    });
  /** Ends whatever runs until all have ended. */
  const drain = async (all: readonly Promise<unknown>[]): Promise<void> => {
    let over = false;
    const done = Promise.all(all).then(() => {
      over = true;
    });
    while (!over) {
      letGo.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await done;
  };
  return { begun, ask, drain };
}

test("so much runs at once, so much waits, and all places come back", async () => {
  const turns = new Turns({ atOnce: 2, waitingMax: 1 });
  const { begun, ask, drain } = bench(turns);
  const broken = turns.run(turn("a"), () => Promise.reject(new Error("broken")));
  const all = [ask("one", turn("a")), ask("two", turn("a"))];
  assert.equal(await ask("three", turn("a")), null);
  await assert.rejects(broken, /broken/);
  await drain(all);
  assert.deepEqual(begun, ["one", "two"]);
  assert.equal(await turns.run(turn("a"), () => Promise.resolve("again")), "again");
});

test("keys take turns, and whoever is likely to be right goes before them all", async () => {
  const turns = new Turns({ atOnce: 1, waitingMax: 100 });
  const { begun, ask, drain } = bench(turns);
  await drain([
    ...["a1", "a2", "a3"].map((name) => ask(name, turn("a"))),
    ask("b1", turn("b")),
    ask("c1", turn("c", true)),
  ]);
  assert.deepEqual(begun, ["a1", "c1", "a2", "b1", "a3"]);
});

test("where no more may wait, one who goes first takes the place of the newest of the longest lane", async () => {
  const turns = new Turns({ atOnce: 1, waitingMax: 3, waitingMaxPerKey: 2 });
  const { begun, ask, drain } = bench(turns);
  const running = ask("running", turn("a"));
  const [a1, a2, b1] = [ask("a1", turn("a")), ask("a2", turn("a")), ask("b1", turn("b"))];
  assert.equal(await ask("a3", turn("a")), null);
  assert.equal(await ask("b2", turn("b")), null);
  const first = ask("first", turn("c", true));
  assert.equal(await a2, null);
  await drain([running, a1, b1, first]);
  assert.deepEqual(begun, ["running", "first", "a1", "b1"]);
});

test("so much of one key runs at once, and another key is not delayed by it", async () => {
  const turns = new Turns({ atOnce: 10, atOncePerKey: 1, waitingMax: 100 });
  const { begun, ask, drain } = bench(turns);
  const all = [ask("a1", turn("a")), ask("a2", turn("a")), ask("b1", turn("b"))];
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(begun, ["a1", "b1"]);
  await drain(all);
  assert.deepEqual(begun, ["a1", "b1", "a2"]);
});

test("whoever passes waits for those before, holds no place and takes nobody's", async () => {
  const turns = new Turns({ atOnce: 1, waitingMax: 1 });
  const { begun, ask, drain } = bench(turns);
  const running = ask("running", turn("a"));
  const passed: string[] = [];
  const passing = turns.pass(turn("nobody")).then((isIn) => passed.push(String(isIn)));
  const waiting = ask("waiting", turn("b"));
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([begun, passed], [["running"], []]);
  await drain([running, passing, waiting]);
  assert.deepEqual([begun, passed], [["running", "waiting"], ["true"]]);
});

test("nobody waits longer than the patience: it is not begun", async () => {
  const turns = new Turns({ atOnce: 1, waitingMax: 10, patienceMs: -1 });
  assert.equal(await turns.run(turn("a"), () => Promise.resolve("in")), null);
});
