import assert from "node:assert/strict";
import { test } from "node:test";
import { createLedger, disagreements } from "./ledger.ts";

function filled(): ReturnType<typeof createLedger> {
  const ledger = createLedger();
  for (const text of ["a1", "a2", "a3"]) ledger.accepted("ada", text);
  for (const text of ["b1", "b2"]) ledger.accepted("ben", text);
  return ledger;
}

test("a ledger finds no fault in any interleaving of the authors' own orders", () => {
  for (const delivered of [
    ["a1", "a2", "a3", "b1", "b2"],
    ["b1", "a1", "b2", "a2", "a3"],
  ]) {
    assert.deepEqual(filled().faults("mona", delivered), []);
  }
});

test("a ledger names what was lost, doubled, invented or out of order", () => {
  const faults = (delivered: readonly string[]): readonly string[] =>
    filled().faults("mona", delivered);
  assert.deepEqual(faults(["a1", "a3", "b1", "b2"]), ["mona: lost a2"]);
  assert.deepEqual(faults(["a1", "a2", "a3", "b1", "b2", "b2"]), ["mona: 2 times b2"]);
  assert.deepEqual(faults(["a1", "a2", "a3", "c1", "b1", "b2"]), ["mona: never accepted c1"]);
  assert.deepEqual(faults(["a2", "a1", "a3", "b1", "b2"]), ["mona: of ada, a1 came after a2"]);
});

test("readers disagree where their texts first differ", () => {
  const readers = (second: readonly string[]) =>
    disagreements(
      new Map([
        ["ada", ["x", "y"]],
        ["ben", second],
      ]),
    );
  assert.deepEqual(readers(["x", "y"]), []);
  assert.deepEqual(readers(["y", "x"]), ["ben and ada differ at 0: y against x"]);
  assert.deepEqual(readers(["x"]), ["ben and ada differ at 1: undefined against y"]);
});
