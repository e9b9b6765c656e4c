import assert from "node:assert/strict";
import { test } from "node:test";
import type { GatewayId } from "@dragoman/bus-schema";
import { Reach } from "./reach.ts";

const one = "originchats_one" as GatewayId;
const two = "sockchat_two" as GatewayId;

/** Whether a promise has its value already. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const open = Symbol("open");
  return (await Promise.race([promise, Promise.resolve(open)])) !== open;
}

test("a record is everywhere when all have reported it", async () => {
  const reach = new Reach(60_000);
  reach.heard(one, 7);
  reach.heard(two, 6);
  const everywhere = reach.everywhere(7);
  assert.ok(!(await isSettled(everywhere)));
  reach.heard(two, 6);
  assert.ok(!(await isSettled(everywhere)), "an older report says nothing");
  reach.heard(two, 8);
  assert.deepEqual(await everywhere, []);
});

test("who reports nothing is waited for as long as it may be fresh", async () => {
  const reach = new Reach(60);
  const begunMs = performance.now();
  reach.heard(one, 6, begunMs);
  reach.heard(two, 7, begunMs);
  assert.deepEqual(await reach.everywhere(7, begunMs), [one]);
  assert.ok(performance.now() - begunMs >= 60);
  assert.deepEqual(await reach.everywhere(9), [], "it is waited for no more");
});

test("what is heard of it without the record makes it fresh no longer", async () => {
  const reach = new Reach(60);
  reach.heard(one, 6);
  const everywhere = reach.everywhere(7);
  const beats = setInterval(() => reach.heard(one, 6), 10);
  assert.deepEqual(await everywhere, [one]);
  clearInterval(beats);
});

test("a new leader waits for gateways that the one before may have answered", async () => {
  const reach = new Reach(60);
  reach.begin([one, two]);
  reach.heard(two, 7);
  assert.deepEqual(await reach.everywhere(7), [one]);
});
