/**
 * docs/journal.md says that each of its rules is named in the code that keeps it. A rule that no code names, and a
 * name of a rule that is not there, are both faults: of the page or of the code.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { gateways } from "./gateways.ts";

const root = resolve(import.meta.dirname, "..", "..", "..");
const packages = ["bus-schema", "service-kit", "gateway-kit", ...gateways, "core", "bin"];

/** The numbers of the rules that hold: those before "Planned". */
function rulesOf(page: string): string[] {
  const [holding = ""] = page.split("\n## Planned\n");
  return Array.from(holding.matchAll(/^\*\*(\d\.\d)\b/gm), ([, rule = ""]) => rule);
}

/** Rules that a text names: "journal 2.3", "docs/journal.md 1.3, 4.1 and 4.2", "journal 3.1-3.3". */
function namedIn(text: string): string[] {
  const flat = text.replaceAll(/\n\s*(?:\*|\/\/) ?/g, " ");
  const lists = flat.matchAll(/journal(?:\.md)? (\d\.\d(?:(?:, | and |-)\d\.\d)*)/gi);
  return Array.from(lists).flatMap(([, list = ""]) =>
    list.split(/, | and /).flatMap((item) => {
      const [first = "", last = first] = item.split("-");
      const count = Math.round((Number(last) - Number(first)) * 10);
      return Array.from({ length: count + 1 }, (_, at) => (Number(first) + at / 10).toFixed(1));
    }),
  );
}

/** Every TypeScript file below a folder that goes into the product, as path and text. */
function sources(folder: string): (readonly [path: string, text: string])[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !/\.(test|fixture)\.ts$/.test(path))
    .map((path) => [join(folder, path), readFileSync(join(root, folder, path), "utf8")]);
}

const rules = rulesOf(readFileSync(join(root, "docs", "journal.md"), "utf8"));
const product = packages.flatMap((name) => sources(`${name}/src`));

test("every rule of the journal is named in the code that keeps it", () => {
  const named = new Set(product.flatMap(([, text]) => namedIn(text)));
  assert.ok(rules.length > 20, String(rules.length));
  assert.deepEqual(
    rules.filter((rule) => !named.has(rule)),
    [],
  );
});

test("code names no rule of the journal that does not hold", () => {
  const known = new Set(rules);
  const unknown = product.flatMap(([path, text]) =>
    namedIn(text).flatMap((rule) => (known.has(rule) ? [] : [`${path}: ${rule}`])),
  );
  assert.deepEqual(unknown, []);
});

test("names of rules are read as they are written", () => {
  assert.deepEqual(namedIn("(docs/journal.md\n * 3.4). Journal 2.2 and 2.3: x; journal 3.1-3.3"), [
    ...["3.4", "2.2", "2.3"],
    ...["3.1", "3.2", "3.3"],
  ]);
  assert.deepEqual(rulesOf("**1.1** a\n**1.2 B.** b\n\n## Planned\n\n- **1.4** c\n**1.5** d"), [
    "1.1",
    "1.2",
  ]);
});
