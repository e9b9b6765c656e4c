/** The proof itself: it refutes what it must, and overlooks nothing. */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { expressionsIn, faultOf, judge, productionFiles } from "./expressions.ts";

const root = resolve(import.meta.dirname, "..", "..", "..");

test("an expression that takes longer than its text deserves is refuted", async () => {
  const slow = [
    /^[\p{White_Space}\ufeff]+|[\p{White_Space}\ufeff]+$/gu,
    /^(?:<!--[\s\S]*?-->\s*)*<svg/,
    /<[^>]*>/g,
    /(a+)+b/,
  ];
  for (const { source, flags } of slow) {
    assert.match((await faultOf({ pattern: source, flags })) ?? "", /polynomial|exponential/);
  }
  for (const pattern of ["(a*)b\\1+", "(?=a*b)c", "(?!a{2,})c"]) {
    assert.match((await faultOf({ pattern, flags: "" })) ?? "", /cannot be proven/);
  }
  for (const { source, flags } of [
    /^\s+/u,
    /@(&?)([^\s@]{1,128})/g,
    /\p{White_Space}/gu,
    /^(?!\.{1,2}$)a+$/,
    /^(?:a|&(?!(?:lt|gt)(?![a-z])))*$/,
  ]) {
    assert.equal(await faultOf({ pattern: source, flags }), null);
  }
});

test("every literal of a source is found, and so is what is made at run time", async () => {
  const source = [
    "const a: RegExp = /one/g;",
    'const b = x / 2 / "3/4/5".length; // /no/',
    "function f() { return /[/]two/u.test(y.replace(/three/, '')); }",
    "const c = new RegExp(a + b), e = RegExp('f');",
  ].join("\n");
  const found = await expressionsIn("a.ts", source);
  assert.deepEqual(
    found.map((each) => `${each.at} ${"computed" in each ? "computed" : each.pattern}`).sort(),
    ["a.ts:1 one", "a.ts:3 [/]two", "a.ts:3 three", "a.ts:4 computed", "a.ts:4 computed"],
  );
});

test("the files of production are all looked at, and a bad one fails", async (t) => {
  const files = await productionFiles(root);
  for (const path of [
    "gateway-sockchat/src/text.ts",
    "core/src/history/mention.ts",
    "console/public/sockchat-text.js",
    "bin/dragoman.mjs",
  ]) {
    assert.ok(files.includes(path), path);
  }
  assert.ok(files.every((path) => !/dist\/|^test|\.test\./.test(path)));
  const folder = await mkdtemp(join(tmpdir(), "dragoman-law-"));
  t.after(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, "src"));
  await writeFile(join(folder, "src", "good.ts"), "export const good = /^a+$/;\n");
  assert.deepEqual(await judge(folder), { faults: [], count: 1 });
  await writeFile(join(folder, "src", "bad.ts"), "\nexport const bad = /a+$/;\n");
  const { faults } = await judge(folder);
  assert.equal(faults.length, 1);
  assert.match(faults[0] ?? "", /^src\/bad\.ts:2: \/a\+\$\/ is 2nd degree polynomial/);
});
