import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { escapeText } from "./text.ts";
import { decode, encode } from "./wire.ts";

test("decoding never throws, whatever arrives", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      decode({ kind: "binary", bytes });
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      assert.notEqual(decode({ kind: "text", text }), null);
    }),
  );
});

test("decoding gives back the fields that were encoded", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary" }), { maxLength: 10 }), (texts) => {
      const fields = texts.map(escapeText);
      assert.deepEqual(decode({ kind: "text", text: encode("7", ...fields) }), { id: "7", fields });
    }),
  );
});

test("a binary frame counts as text where it is UTF-8", () => {
  const bytes = new TextEncoder().encode("2\t6\tin a binary frame");
  assert.deepEqual(decode({ kind: "binary", bytes }), {
    id: "2",
    fields: ["6", "in a binary frame"],
  });
  assert.equal(decode({ kind: "binary", bytes: Uint8Array.of(0x32, 0x09, 0xff) }), null);
});

test("fields beyond what any packet needs are left out", () => {
  assert.equal(decode({ kind: "text", text: "\t".repeat(100_000) })?.fields.length, 15);
});
