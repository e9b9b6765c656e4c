import assert from "node:assert/strict";
import { test } from "node:test";
import type { GatewayId } from "@dragoman/bus-schema";
import { Silence } from "./silence.ts";

const gateway = "originchats_1" as GatewayId;
const known = new Set([gateway]);

test("a gateway that is not heard for the whole time is named until it holds no session", () => {
  const silence = new Silence(1_000);
  assert.deepEqual(silence.pass(known, 500), []);
  assert.deepEqual(silence.pass(known, 500), [gateway]);
  assert.deepEqual(silence.pass(known, 10), [gateway]);
  assert.deepEqual(silence.pass(new Set(), 10), []);
  assert.deepEqual(silence.pass(known, 500), []);
});

test("being heard begins the time anew", () => {
  const silence = new Silence(1_000);
  silence.pass(known, 900);
  silence.heard(gateway);
  assert.deepEqual(silence.pass(known, 900), []);
});

test("a leader that was away forgives all silence", () => {
  const silence = new Silence(1_000);
  silence.pass(known, 900);
  silence.forgive();
  assert.deepEqual(silence.pass(known, 900), []);
});

test("a gateway without sessions is not watched", () => {
  const silence = new Silence(1_000);
  silence.pass(known, 900);
  assert.deepEqual(silence.pass(new Set(), 200), []);
  assert.deepEqual(silence.pass(known, 200), []);
});
