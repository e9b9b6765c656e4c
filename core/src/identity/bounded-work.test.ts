import assert from "node:assert/strict";
import { test } from "node:test";
import { BoundedWork } from "./bounded-work.ts";

test("work beyond concurrency waits, beyond the queue it is turned away, and all places come back", async () => {
  const work = new BoundedWork({ concurrency: 2, queue: 1 });
  const release: (() => void)[] = [];
  let running = 0;
  const job = async (): Promise<string> => {
    running += 1;
    await new Promise<void>((resolve) => release.push(resolve));
    running -= 1;
    return "done";
  };
  const first = work.run(job);
  const second = work.run(async () => {
    await job();
    throw new Error("broken");
  });
  const third = work.run(job);
  assert.equal(await work.run(job), null);
  assert.equal(running, 2);
  release.shift()?.();
  assert.equal(await first, "done");
  release.shift()?.();
  await assert.rejects(second, /broken/);
  release.shift()?.();
  assert.equal(await third, "done");
  assert.equal(await work.run(() => Promise.resolve("again")), "again");
});
