import assert from "node:assert/strict";
import { test } from "node:test";
import type { AddressTag, UserId } from "@dragoman/bus-schema";
import { banAt, dropBan, setBan } from "./ban.ts";
import { type Ban, initialState, type State } from "./shape.ts";

const nowMs = 1_800_000_000_000;
const ban = (n: number, addressTags: readonly string[], untilMs: number | null = null): Ban => ({
  userId: `person-${n}` as UserId,
  kind: "ban",
  untilMs,
  reason: "",
  addressTags: addressTags as readonly AddressTag[],
});
const at = (state: State, tag: string): string | undefined =>
  banAt(state, tag as AddressTag, nowMs)?.userId;

test("an address is barred as long as a ban on it runs, whoever else is banned from there", () => {
  const state = initialState();
  setBan(state, ban(1, ["one", "two"], nowMs - 1));
  assert.equal(at(state, "one"), undefined);
  setBan(state, ban(2, ["one"]));
  setBan(state, ban(3, ["one", "three"], nowMs + 1));
  assert.equal(at(state, "one"), "person-2");
  dropBan(state, "person-2" as UserId);
  assert.equal(at(state, "one"), "person-3");
  setBan(state, ban(3, ["four"]));
  assert.equal(at(state, "one"), undefined);
  assert.equal(at(state, "four"), "person-3");
  for (const n of [1, 3]) dropBan(state, `person-${n}` as UserId);
  assert.equal(state.barred.size, 0);
});

test("what a log-in is asked costs the same beside very many bans", () => {
  const state = initialState();
  for (let n = 0; n < 50_000; n += 1) setBan(state, ban(n, [`from-${n}`]));
  // Nobody may walk over them.
  state.bans.values = () => {
    throw new Error("all bans are read");
  };
  state.bans[Symbol.iterator] = state.bans.values as never;
  assert.equal(at(state, "from-49999"), "person-49999");
  assert.equal(at(state, "from-nowhere"), undefined);
});
