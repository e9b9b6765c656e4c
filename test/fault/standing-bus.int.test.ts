/**
 * NATS stands still and wakes again (a paused machine, a stuck disk), and the bus is whole at once: nobody loses it
 * again, nobody reads a mangled record, and no message is lost or doubled.
 */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { elapse } from "@dragoman/testing/deadline";
import { natsBinary, secondNatsBinary } from "@dragoman/testing/nats";
import { Crowd } from "../support/crowd.ts";
import { LogWatch, linesOf } from "../support/logs.ts";
import { asProcess, type Stack, startStack } from "../support/stack.ts";

const isLong = process.env["DRAGOMAN_TEST_LONG"] === "1";
/** How long NATS stands still. */
const stallsMs = isLong ? [1_000, 4_000, 8_000, 30_000, 60_000] : [5_000];
/** Within so long of its waking everybody's messages are with everybody; a quiet machine takes less than 2 s. */
const wholeMs = 8_000;
/** How long it is watched that the bus stays whole. A bus that does not heal was lost every 3.5 s. */
const watchMs = isLong ? 30_000 : 8_000;
/** What no log may tell of, whenever. */
const mangled = /PROTOCOL_ERR|parse error|reader closed|journal_rewound|journal_halted|built anew/;
/** What no log may tell of once the bus is whole. */
const unwell = /bus is lost|bus error/;

const everybody = (stack: Stack) =>
  [...stack.cores, ...stack.originchats, ...stack.sockchat].map(asProcess);

interface House {
  readonly stack: Stack;
  readonly watch: LogWatch;
  readonly crowd: Crowd;
}

/** Stops NATS for so long, and sees the bus whole within 2 s and as long as it is watched. */
async function stall(t: TestContext, { stack, watch, crowd }: House, ms: number): Promise<void> {
  const before = watch.logs;
  stack.nats.suspend();
  await elapse(ms);
  const heard = crowd.everybodyHeard(30_000);
  stack.nats.resume();
  const woken = performance.now();
  await heard;
  const tookMs = Math.round(performance.now() - woken);
  const whole = watch.logs;
  await elapse(watchMs);
  const lost = linesOf(watch.behind(before), /bus is lost/).length;
  t.diagnostic(`${ms} ms of standing: whole ${tookMs} ms after, ${lost} losses of the bus in all`);
  assert.deepEqual(linesOf(watch.behind(before), mangled), []);
  assert.deepEqual(linesOf(watch.behind(whole), unwell), []);
  assert.ok(tookMs <= wholeMs, `whole only ${tookMs} ms after the waking`);
}

async function trial(t: TestContext, binary: string): Promise<void> {
  const stack = await startStack({
    cores: 2,
    originchats: 2,
    sockchat: 2,
    processes: ["core", "originchats", "sockchat"],
    nats: { binary },
  });
  const crowd = new Crowd((protocol) => stack[protocol].map(({ port }) => ({ protocol, port })));
  // Whatever fails, nobody speaks on behind the test.
  t.after(async () => {
    crowd.end();
    const spoken = crowd.settle();
    await stack.stop();
    await spoken;
  });
  await crowd.begin(30_000);
  const watch = new LogWatch();
  for (const part of everybody(stack)) watch.add(part);
  const house = { stack, watch, crowd };
  for (const ms of stallsMs) await stall(t, house, ms);
  await crowd.settle();
  t.diagnostic(await crowd.judge(stack.operator.coreBus));
}

test("after NATS stood still the bus is whole within 2 s and stays so", async (t) => {
  await trial(t, await natsBinary());
});

const second = await secondNatsBinary();
if (second !== undefined) {
  test("and so it is on a server of another version", (t) => trial(t, second));
}
