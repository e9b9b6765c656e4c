import assert from "node:assert/strict";
import { test } from "node:test";
import { type Hearing, Ledger } from "./ledger.ts";

/** Ada's messages 0, 2 and 4 and Ben's 1 and 3; the last of Ada was refused. */
function filled(): Ledger {
  const ledger = new Ledger();
  for (let n = 0; n < 5; n += 1) {
    assert.equal(ledger.send(n % 2 === 0 ? "ada" : "ben", "general", n * 1_000), n);
    ledger.settle(n, n === 4 ? "refused" : "accepted", n === 4 ? "full" : "");
  }
  return ledger;
}

/** The faults without the words on each message. */
const brief = (faults: readonly string[]): readonly string[] =>
  faults.map((fault) => fault.replaceAll(/ of (ada|ben) in general \([^)]*\)/g, ""));

test("a ledger finds no fault in any interleaving of the authors' own orders", () => {
  for (const stored of [
    [0, 1, 2, 3],
    [1, 3, 0, 2],
  ]) {
    assert.deepEqual(filled().store("general", stored), []);
  }
});

test("a ledger names what was lost, doubled, invented or out of order", () => {
  const faults = (stored: readonly number[]) => brief(filled().store("general", stored));
  assert.deepEqual(faults([0, 2, 3]), ["lost from general: message 1"]);
  assert.deepEqual(faults([0, 1, 2, 3, 3]), ["doubled in general: message 3"]);
  assert.deepEqual(faults([0, 1, 9, 2, 3]), ["invented in general: message 9"]);
  assert.deepEqual(faults([2, 0, 1, 3]), ["out of order in general: message 2 before message 0"]);
  assert.deepEqual(faults([0, 1, 2, 3, 4]), ["refused and stored: message 4"]);
});

test("a message whose author learned nothing may be stored, once, or not", () => {
  for (const stored of [
    [0, 1, 2, 3],
    [0, 1, 2, 3, 5],
  ]) {
    const ledger = filled();
    ledger.settle(ledger.send("ben", "general", 5_000), "unknown", "closed");
    assert.deepEqual(ledger.store("general", stored), []);
    assert.equal(ledger.storedOf("unknown"), stored.length - 4);
  }
});

test("a ledger tells what a connection did not hear, heard twice or heard too late", () => {
  const faults = (numbers: readonly number[], more: Partial<Hearing> = {}) => {
    const ledger = filled();
    ledger.store("general", [0, 1, 2, 3]);
    const hearing = { reader: "mona", channel: "general", numbers, isOpen: false, ...more };
    return brief(ledger.hear(hearing));
  };
  assert.deepEqual(faults([1, 2]), []);
  assert.deepEqual(faults([1, 3]), ["mona did not hear 1 from message 2"]);
  assert.deepEqual(faults([1, 1]), ["mona heard again or too late: message 1"]);
  assert.deepEqual(faults([1, 2, 0]), ["mona heard again or too late: message 0"]);
  assert.deepEqual(faults([1, 4]), ["mona heard what is not stored: message 4"]);
  assert.deepEqual(faults([1, 2], { isOpen: true }), [
    "mona did not hear 1 from message 3 at the end",
  ]);
  assert.deepEqual(faults([3], { behind: 1 }), ["mona was not shown 1 from message 2 on return"]);
  assert.deepEqual(faults([0, 1, 2, 3], { behind: 2, isOpen: true }), []);
});

test("a ledger tells what somebody was given who was put out", () => {
  const ledger = filled();
  ledger.store("general", [0, 1, 2, 3]);
  const ban = { name: "ben", acknowledgedMs: 2_500 };
  assert.deepEqual(ledger.banned(ban, [0, 1, 2]), []);
  assert.deepEqual(brief(ledger.banned(ban, [0, 3])), ["ben was banned and heard message 3"]);
  assert.deepEqual(brief(ledger.banned({ ...ban, behind: 1 }, [1, 2])), [
    "ben was banned and heard message 2",
  ]);
});
