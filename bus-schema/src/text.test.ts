import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  beginning,
  codePoints,
  firstLetters,
  isLonger,
  isSeen,
  readJson,
  trimmed,
} from "./text.ts";

test("white space of all Unicode is trimmed, at the ends alone", () => {
  assert.equal(trimmed("\u00a0\u3000\ufeff\u0085 a \n b\r\u2003"), "a \n b");
  assert.equal(trimmed("\u2028\t"), "");
  assert.equal(trimmed(""), "");
});

test("of white space, of what has no width and of marks without a letter nothing is seen", () => {
  for (const text of [
    "",
    " \u00a0",
    "\u200b\ufeff",
    "\u3164",
    "\u2800",
    "\u0301\u0336",
    "\ufe0f",
    "\u0007",
  ]) {
    assert.equal(isSeen(text), false, JSON.stringify(text));
  }
  for (const text of ["a", "e\u0301", "\u0301.", "❤\ufe0f", "🇩🇪", "か\u3099"]) {
    assert.equal(isSeen(text), true, JSON.stringify(text));
  }
});

test("a megabyte of blanks is trimmed in no time, wherever it stands", () => {
  const blanks = " ".repeat(1024 * 1024);
  for (const text of [blanks, `a${blanks}a`, `${blanks}a`, `a${blanks}`]) {
    const begun = process.cpuUsage();
    trimmed(text);
    assert.ok(process.cpuUsage(begun).user < 500_000);
  }
});

test("lengths are in code points", () => {
  assert.equal(isLonger("😀".repeat(5), 5), false);
  assert.equal(isLonger("😀".repeat(6), 5), true);
  assert.equal(isLonger(`${"a".repeat(5)}`, 5), false);
  assert.equal(isLonger(`${"a".repeat(11)}`, 5), true);
});

test("half a surrogate pair becomes U+FFFD in every field and name", () => {
  const text = String.raw`{"a\ud800":["\udfff",{"b":"x\uD83Dy"}],"c":"\ud83d\ud83d\ude00\ude00"}`;
  assert.deepEqual(readJson(text), {
    "a\ufffd": ["\ufffd", { b: "x\ufffdy" }],
    c: "\ufffd😀\ufffd",
  });
});

test("what only looks like an escape stays", () => {
  const text = String.raw`["\\ud800","\\\ud800","\\\\ud800","\n\"\ud83d\ude00\\"]`;
  assert.deepEqual(readJson(text), [
    String.raw`\ud800`,
    "\\\ufffd",
    String.raw`\\ud800`,
    '\n"😀\\',
  ]);
});

test("all else is what JSON.parse makes of it", () => {
  const strings = fc
    .array(fc.integer({ min: 0, max: 0xffff }))
    .map((units) => String.fromCharCode(...units));
  fc.assert(
    fc.property(fc.json({ stringUnit: "binary" }), (text) => {
      assert.deepEqual(readJson(text), JSON.parse(text));
    }),
  );
  fc.assert(
    fc.property(strings, (value) => {
      // An encoder writes each half that stands alone as U+FFFD.
      assert.equal(readJson(JSON.stringify(value)), Buffer.from(value).toString());
    }),
    { numRuns: 500 },
  );
  for (const text of ["", "{", '"\\ud800', "\\ud800", '"\\x"']) {
    assert.throws(() => readJson(text), SyntaxError);
  }
});

const letters = new Intl.Segmenter("en", { granularity: "grapheme" });
const letter = fc.constantFrom("a", " ", "🇩🇪", "👩‍👩‍👧‍👦", "👍🏽", "e\u0301", "1️⃣", "😀", "ก็", "한");

test("a text is cut between letters as readers see them, and no sooner than it must", () => {
  fc.assert(
    fc.property(
      fc.array(letter, { maxLength: 30 }),
      fc.integer({ min: 8, max: 60 }),
      (all, max) => {
        const text = all.join("");
        const cut = beginning(text, max);
        assert.ok(text.startsWith(cut) && codePoints(cut) <= max);
        const whole = [...letters.segment(text)].map(({ segment }) => segment);
        const count = [...letters.segment(cut)].length;
        assert.equal(whole.slice(0, count).join(""), cut);
        if (cut !== text) assert.ok(codePoints(cut + whole[count]) > max);
        assert.equal(firstLetters(text, count), cut);
      },
    ),
    { numRuns: 10_000 },
  );
  assert.equal(beginning(`a${"\u0301".repeat(500)}`, 3), "a\u0301\u0301");
  assert.equal(beginning("a".repeat(2 ** 20), 3), "aaa");
});
