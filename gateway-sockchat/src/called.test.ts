import assert from "node:assert/strict";
import { test } from "node:test";
import type { Rejection } from "@dragoman/bus-schema";
import { asTyped, findUser, refOf } from "./called.ts";
import { ada, edgeView } from "./testing/edge.ts";

function nicknamed() {
  const { roster } = edgeView({});
  const { userId } = ada;
  const nickname = "Lady Ada";
  roster.apply({ type: "user.nicknamed", userId, nickname, before: null, byId: null }, { term: 1 });
  return roster;
}

test("a name becomes an id, as it is, as a nickname, and as lists show either", () => {
  const roster = nicknamed();
  for (const typed of [
    "ada",
    "ADA ",
    "lady ada",
    "Lady_Ada",
    "~Lady_Ada",
    "<AFK>_~Lady_Ada",
    "&lt;AFK&gt;_~Lady_Ada",
    "<X>_ada",
  ]) {
    assert.equal(findUser(typed, roster)?.name, "ada", typed);
    assert.equal(refOf(typed, roster), ada.userId, typed);
  }
});

test("whom the roster does not know goes on without marks, numbers and lone marks as they are", () => {
  const roster = nicknamed();
  assert.equal(findUser("Lady", roster), undefined);
  for (const [typed, ref] of [
    ["Lady", "Lady"],
    ["<AFK>_~former", "former"],
    ["7", "7"],
    ["~", "~"],
  ] as const) {
    assert.equal(refOf(typed, roster), ref, typed);
  }
});

test("a refusal shows what was typed, not the id that core was given", () => {
  const missing: Rejection = { code: "not_found", what: "user", given: ada.userId };
  assert.deepEqual(asTyped(missing, ada.userId, "<AFK>_ada"), { ...missing, given: "<AFK>_ada" });
  const other: Rejection = { code: "not_found", what: "user", given: "else" };
  assert.equal(asTyped(other, ada.userId, "<AFK>_ada"), other);
});
