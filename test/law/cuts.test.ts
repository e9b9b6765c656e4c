/** What people wrote is cut between letters as they see them, by `beginning` and `firstLetters` alone. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";

const root = resolve(import.meta.dirname, "..", "..", "..");
const packages = ["bus-schema", "core", "gateway-kit", "gateway-originchats", "gateway-sockchat"];

/** Code points or units of a text, taken from its front and put together again. */
const cut =
  /(?:Array\.from\([^;]{1,200}?\)|\[\.\.\.[^;\]]{1,200}?\])\s*\.slice\(0,[^;]{1,80}?\)\s*\.join\(""\)/;

/** Why a text may be cut between code points. */
const allowed: Readonly<Record<string, string>> = {
  "bus-schema/src/text.ts": "a letter that alone is longer than the limit",
};

function sources(name: string): readonly string[] {
  return readdirSync(join(root, name, "src"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .map((file) => join(name, "src", file));
}

test("no text of people is cut between code points", () => {
  const found = packages
    .flatMap(sources)
    .filter((file) => cut.test(readFileSync(join(root, file), "utf8")));
  assert.deepEqual(found, Object.keys(allowed));
});

test("a cut between code points is found in either spelling", () => {
  assert.match('const a = Array.from(text).slice(0, max).join("");', cut);
  assert.match('const a = [...text].slice(0, 20).join("");', cut);
  assert.doesNotMatch("const a = beginning(text, max);", cut);
});
