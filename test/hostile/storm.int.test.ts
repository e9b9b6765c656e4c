/** Everybody's sockets are gone at once: all are back, nobody rightful is refused, every log-in is answered. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { storm } from "../support/storm.ts";
import { stackForTests } from "../support/test-stack.ts";

const home = stackForTests({
  processes: ["core", "originchats", "sockchat"],
  config: { limits: { connectionsPerAddress: 1_000 } },
});

test("of two hundred who are dropped at once all come back, with passwords and with tokens", async () => {
  const { stack } = home;
  const told = await storm({ stack, sockets: 100, socketsEach: 4, limitMs: 60_000 });
  assert.deepEqual(told.refusals, []);
  assert.equal(told.unanswered, 0);
  assert.equal(told.backMs.length, 200);
});
