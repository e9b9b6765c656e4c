/** A prepared statement is read by one way alone: libsql 0.5.29 answers the first `get()` behind an `all()` wrongly. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const root = new URL("../../../", import.meta.url).pathname;
const folders = ["core/src", "import/src", "bin/src", "service-kit/src"];
const use = /#?sql\.(\w+)\s*\.(get|all|iterate)\(|(#\w+)\.(get|all|iterate)\(/g;

/** Statements, fields of `sql` or private ones, that a source reads by `all` or `iterate` and by `get` too. */
function readTwice(source: string): readonly string[] {
  const ways = new Map<string, Set<string>>();
  for (const [, field, way, own, ownWay] of source.matchAll(use)) {
    const name = field ?? own ?? "";
    ways.set(name, (ways.get(name) ?? new Set()).add(way ?? ownWay ?? ""));
  }
  return [...ways].filter(([, found]) => found.size > 1).map(([name]) => name);
}

test("a statement that is read in two ways is found", () => {
  const source =
    "this.#sql.place.all(a); this.#sql\n  .place.get(b); this.#sql.other.get(c); this.#own.all(d);";
  assert.deepEqual(readTwice(source.replace("\n  ", "")), ["place"]);
});

test("no prepared statement is read in two ways", () => {
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
      .map((name) => join(folder, name)),
  );
  const found = files.flatMap((file) =>
    readTwice(readFileSync(join(root, file), "utf8")).map((name) => `${file}: ${name}`),
  );
  assert.deepEqual(found, []);
});
