import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { TextIndex } from "./text-index.ts";

test("an index of texts finds every number that was entered, and little else", () => {
  const act = fc.tuple(fc.boolean(), fc.string({ maxLength: 2 }), fc.nat(40));
  fc.assert(
    fc.property(fc.array(act, { maxLength: 300 }), (acts) => {
      const index = new TextIndex();
      const plain = new Map<string, number[]>();
      for (const [isAdded, text, number] of acts) {
        const numbers = plain.get(text) ?? [];
        plain.set(text, numbers);
        if (isAdded) {
          index.add(text, number);
          numbers.push(number);
        } else {
          index.delete(text, number);
          const at = numbers.indexOf(number);
          if (at !== -1) numbers.splice(at, 1);
        }
      }
      for (const [text, numbers] of plain) {
        assert.deepEqual([...index.find(text)].sort(), [...numbers].sort());
      }
    }),
  );
});

test("a text may change again and again in the room that it takes", () => {
  const index = new TextIndex();
  for (let n = 0; n < 1_000; n += 1) index.add(`name ${n}`, n);
  const { bytes } = index;
  for (let n = 0; n < 100_000; n += 1) {
    const at = n % 1_000;
    index.delete(n < 1_000 ? `name ${at}` : `name ${at}, ${n - 1_000}`, at);
    index.add(`name ${at}, ${n}`, at);
  }
  assert.ok(index.bytes <= bytes * 2, `${index.bytes} bytes, at first ${bytes}`);
  assert.deepEqual(index.find("name 7"), []);
  assert.deepEqual(index.find("name 7, 99007"), [7]);
});
