import assert from "node:assert/strict";
import { test } from "node:test";
import type { GatewayId } from "@dragoman/bus-schema";
import { Liveness } from "./liveness.ts";

const gateway = "originchats_1" as GatewayId;
const known = new Set([gateway]);

test("a gateway that is not heard for the whole time is named until it holds no session", () => {
  const liveness = new Liveness(1_000);
  assert.deepEqual(liveness.elapse(known, 500), []);
  assert.deepEqual(liveness.elapse(known, 500), [gateway]);
  assert.deepEqual(liveness.elapse(known, 10), [gateway]);
  assert.deepEqual(liveness.elapse(new Set(), 10), []);
  assert.deepEqual(liveness.elapse(known, 500), []);
});

test("being heard begins the time anew", () => {
  const liveness = new Liveness(1_000);
  liveness.elapse(known, 900);
  liveness.heard(gateway);
  assert.deepEqual(liveness.elapse(known, 900), []);
});

test("a leader that was away forgives all silence", () => {
  const liveness = new Liveness(1_000);
  liveness.elapse(known, 900);
  liveness.reset();
  assert.deepEqual(liveness.elapse(known, 900), []);
});

test("a gateway without sessions is not watched", () => {
  const liveness = new Liveness(1_000);
  liveness.elapse(known, 900);
  assert.deepEqual(liveness.elapse(new Set(), 200), []);
  assert.deepEqual(liveness.elapse(known, 200), []);
});
