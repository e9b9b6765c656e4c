import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readEmbeds } from "./embed.ts";

const errorOf = (given: unknown): string => {
  const read = readEmbeds(given);
  assert.equal(read.ok, false);
  return read.ok ? "" : read.error;
};

test("reading embeds never throws and gives a list, nothing or a text", () => {
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), fc.array(fc.object())), (given) => {
      const read = readEmbeds(JSON.parse(JSON.stringify(given) ?? "null"));
      if (!read.ok) assert.notEqual(read.error, "");
    }),
  );
});

test("falsy embeds are none, and an empty list is given as such", () => {
  for (const given of [undefined, null, {}, 0, ""]) {
    assert.deepEqual(readEmbeds(given), { ok: true, embeds: undefined });
  }
  assert.deepEqual(readEmbeds([]), { ok: true, embeds: [] });
});

test("an embed is kept as given, without its nulls", () => {
  const given = JSON.parse(
    '[{"title":"t","color":"12","odd":{"a":[1,null]},"image":null,"__proto__":{"x":1}}]',
  );
  assert.deepEqual(readEmbeds(given), {
    ok: true,
    embeds: [{ title: "t", color: "12", odd: { a: [1] } }],
  });
});

test("each fault has its text, by the first bad embed", () => {
  assert.equal(errorOf("x"), "Embeds must be an array");
  assert.equal(errorOf({ a: 1 }), "Embeds must be an array");
  assert.equal(errorOf(Array(11).fill({})), "Cannot have more than 10 embeds");
  assert.equal(errorOf([{}, { type: "link" }]), "Embed 1: Link embeds must have 'url'");
  assert.equal(errorOf([{ type: "image" }]), "Embed 0: Image embeds must have 'image'");
  assert.equal(errorOf([{ type: "poll" }]), "Embed 0: Poll embeds must have 'poll' data");
  assert.equal(
    errorOf([{ color: -1 }]),
    "Embed 0: 1 validation error for Embed: color: must be between 0 and 16777215",
  );
  assert.match(errorOf([{ author: {} }]), /^Embed 0: 1 validation error for Embed: author\.name: /);
  assert.match(errorOf([5]), /^Embed 0: 1 validation error for Embed: /);
  const long = { description: "x".repeat(4096), footer: { text: "x".repeat(2000) } };
  assert.equal(errorOf([long]), "Embed 0: Embed total characters cannot exceed 6000");
  assert.match(errorOf([{ title: "x".repeat(257) }]), /title: must have at most 256 characters$/);
});

test("lengths are counted in code points", () => {
  assert.equal(readEmbeds([{ title: "😀".repeat(256) }]).ok, true);
});

test("what no message can carry is refused", () => {
  assert.match(errorOf([{ odd: "x".repeat(40_000) }]), /^Embeds are too large/);
  let deep: unknown = {};
  for (let n = 0; n < 20_000; n += 1) deep = [deep];
  assert.match(errorOf([{ odd: deep }]), /nested too deeply$/);
});
