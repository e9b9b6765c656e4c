import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  decode,
  depthOf,
  encode,
  errorPacket,
  isTruthy,
  listenerOf,
  pythonText,
  valuesMax,
  withListener,
} from "./wire.ts";

test("decoding never throws on any text", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.json()), (text) => {
      const decoded = decode(text);
      assert.ok(decoded.kind !== "other" || decoded.got !== "");
    }),
  );
  assert.equal(decode("[".repeat(100_000)).kind, "other");
});

test("an object of too many values is not looked at, wherever they stand", () => {
  const zeros = (count: number): number[] => Array.from({ length: count }, () => 0);
  assert.equal(decode(encode({ cmd: "x", list: zeros(valuesMax - 2) })).kind, "packet");
  assert.equal(decode(encode({ cmd: "x", list: zeros(valuesMax - 1) })).kind, "wide");
  const halves = { cmd: "x", a: { b: zeros(valuesMax / 2) }, c: [zeros(valuesMax / 2)] };
  assert.equal(decode(encode(halves)).kind, "wide");
});

test("an encoded packet decodes to itself", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (packet) => {
      const encoded = encode(packet);
      assert.deepEqual(decode(encoded), { kind: "packet", packet: JSON.parse(encoded) });
    }),
  );
});

test("what is no object is named in the words of the original's language", () => {
  const names = [
    ["null", "NoneType"],
    ["[1]", "list"],
    ['"x"', "str"],
    ["5", "int"],
    ["5.5", "float"],
    ["true", "bool"],
    ["{bad", "str"],
    ["", "str"],
  ] as const;
  for (const [text, got] of names) assert.deepEqual(decode(text), { kind: "other", got });
});

test("a listener is the last field, and only a text with something in it is one", () => {
  assert.equal(withListener('{"cmd":"pong"}', 'a"b'), '{"cmd":"pong","listener":"a\\"b"}');
  assert.equal(withListener('{"cmd":"pong"}', undefined), '{"cmd":"pong"}');
  assert.equal(listenerOf({ listener: "" }), undefined);
  assert.equal(listenerOf({ listener: 5 }), undefined);
  assert.equal(listenerOf({ listener: "x" }), "x");
});

test("an error names its source where there is one", () => {
  assert.equal(
    errorPacket("typing", "no", "l"),
    '{"cmd":"error","src":"typing","val":"no","listener":"l"}',
  );
  assert.equal(errorPacket(undefined, "no"), '{"cmd":"error","val":"no"}');
});

test("truth, depth and Python's writing of values", () => {
  for (const value of [null, undefined, 0, "", false, [], {}]) assert.equal(isTruthy(value), false);
  for (const value of [1, "x", true, [0], { a: 0 }]) assert.equal(isTruthy(value), true);
  assert.equal(depthOf("x", 5), 0);
  assert.equal(depthOf([[1]], 5), 2);
  let deep: unknown = 1;
  for (let n = 0; n < 50_000; n += 1) deep = [deep];
  assert.equal(depthOf(deep, 5), 5);
  assert.equal(
    pythonText(["x", 1, true, null, { a: false }]),
    "['x', 1, True, None, {'a': False}]",
  );
});
