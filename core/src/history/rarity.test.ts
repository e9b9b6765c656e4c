import assert from "node:assert/strict";
import { test } from "node:test";
import { Rarity, trigramsOf } from "./rarity.ts";

test("trigrams are three code points, each once", () => {
  assert.deepEqual(trigramsOf("abcabc"), ["abc", "bca", "cab"]);
  assert.deepEqual(trigramsOf("a😀bc"), ["a😀b", "😀bc"]);
  assert.deepEqual(trigramsOf("ab"), []);
});

test("the rarest trigrams of a place come first, what is not in its sample before all", () => {
  const asked: number[] = [];
  const rarity = new Rarity((place) => {
    asked.push(place);
    return place === 1 ? ["the the", "the cat", "a theme"] : [];
  });
  assert.deepEqual(rarity.rarest(1, "the caz", 3), ["caz", "e c", " ca"]);
  assert.deepEqual(rarity.rarest(1, "the", 3), ["the"]);
  assert.deepEqual(rarity.rarest(2, "the", 3), ["the"]);
  assert.deepEqual(asked, [1, 2], "each place is sampled once");
});
