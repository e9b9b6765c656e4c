import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { clean, cleanField, escapeName, escapeText, escapeTyped } from "./text.ts";

const anyText = fc.string({ unit: "binary", maxLength: 200 });
/** Text made of what matters here. */
const sharp = fc
  .array(
    fc.constantFrom(
      "<",
      ">",
      "&",
      '"',
      "'",
      "\t",
      "\n",
      "\r",
      "\f",
      "\0",
      " ",
      "~",
      "[url=",
      "[img]",
      "]",
      "javascript:",
      "java\nscript:",
      "&#106;avascript&colon;",
      "\u202e",
      "\u2066",
      "\u2069",
      "\u202c",
      "\ud800",
      "\udc00",
      "😀",
      "a",
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(""));
const hostile = fc.oneof(anyText, sharp);

// biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
const separators = /[\u0000-\u001f\u007f]/;

test("message text is escaped as the original server does it", () => {
  assert.equal(
    escapeText("hello <b> & &lt; x\nline2 😀\tend"),
    "hello &lt;b&gt; & &lt; x <br/> line2 😀    end",
  );
  assert.equal(escapeText("quotes \" and ' and `"), "quotes \" and ' and `");
  assert.equal(
    escapeText("form\ffeed nul\0byte cr\rlf bell\u0007"),
    "formfeed nulbyte cr <br/> lf bell",
  );
});

test("nobody's text adds a field, a part or markup of its own", () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const escaped = escapeText(text);
      assert.doesNotMatch(escaped, separators);
      assert.doesNotMatch(escaped.replaceAll(" <br/> ", ""), /[<>]/);
      assert.doesNotMatch(escaped, /\p{Surrogate}/u);
    }),
  );
});

test("a name holds neither markup, spaces nor separators, and is never empty", () => {
  assert.equal(escapeName(`Eve "x" <b>&'co`), "Eve_&quot;x&quot;_&lt;b&gt;&amp;&#039;co");
  assert.equal(escapeName("~~ben"), "ben");
  fc.assert(
    fc.property(hostile, (text) => {
      const name = escapeName(text);
      assert.doesNotMatch(name, separators);
      assert.doesNotMatch(name, /[<>"'\p{White_Space}]/u);
      assert.notEqual(name, "");
      assert.ok(!name.startsWith("~"));
    }),
  );
});

test("typed arguments come back bounded and on one line", () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const typed = escapeTyped(text.repeat(5));
      assert.doesNotMatch(typed, separators);
      assert.doesNotMatch(typed, /[<>]/);
      assert.ok(Array.from(typed.replace(/&[lg]t;/g, "x")).length <= 400);
    }),
  );
});

test("what turns the direction of text is closed at its end", () => {
  assert.equal(escapeText("\u202eright"), "\u202eright\u202c");
  assert.equal(escapeText("\u2067a\u202eb"), "\u2067a\u202eb\u202c\u2069");
  assert.equal(escapeText("\u2067a\u2069b"), "\u2067a\u2069b");
  fc.assert(
    fc.property(sharp, (text) => {
      const depth = (of: RegExp): number => (escapeText(text).match(of) ?? []).length;
      assert.ok(depth(/[\u2066-\u2068]/g) <= depth(/\u2069/g));
    }),
  );
});

test("white space of all Unicode is trimmed, line breaks inside stay", () => {
  assert.equal(clean("\u00a0\u3000 a\n b\f\r \u2003"), "a\n b");
  assert.equal(clean("\u00a0"), "");
  assert.equal(cleanField("pass\fword\0\r"), "password");
});
