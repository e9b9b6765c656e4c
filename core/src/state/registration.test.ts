import assert from "node:assert/strict";
import { test } from "node:test";
import { type AddressTag, loopbackTag } from "@dragoman/bus-schema";
import { countRegistration, registrationRefusal } from "./registration.ts";
import { initialState } from "./shape.ts";

const limits = { registrationsPerAddress: 2, registrationsPerHour: 4 };
const here = "here" as AddressTag;
const there = "there" as AddressTag;
const hourMs = 3_600_000;

test("accounts are counted by address and in all, for an hour", () => {
  const state = initialState();
  const waitMs = (tag: AddressTag, nowMs: number): number | undefined =>
    registrationRefusal(state, tag, nowMs, limits)?.waitMs;
  countRegistration(state, here, 0);
  countRegistration(state, here, 10);
  assert.equal(waitMs(here, 20), hourMs - 20);
  assert.equal(waitMs(there, 20), undefined);
  countRegistration(state, loopbackTag, 20);
  countRegistration(state, loopbackTag, 30);
  assert.equal(waitMs(there, 40), hourMs - 40);
  assert.equal(waitMs(here, hourMs), undefined);
  countRegistration(state, here, hourMs + 10);
  assert.equal(state.registrations.length, 3);
});

test("loopback counts for the community alone, and 0 is no bound", () => {
  const state = initialState();
  for (let at = 0; at < 3; at += 1) countRegistration(state, loopbackTag, at);
  assert.equal(registrationRefusal(state, loopbackTag, 3, limits), undefined);
  countRegistration(state, loopbackTag, 3);
  assert.notEqual(registrationRefusal(state, loopbackTag, 4, limits), undefined);
  const unbounded = { registrationsPerAddress: 0, registrationsPerHour: 0 };
  assert.equal(registrationRefusal(state, loopbackTag, 4, unbounded), undefined);
});
