/** What the law says beside the lint: the lint's configuration is made from it, and purity reaches as far as imports do. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { test } from "node:test";
import { lintText } from "./lint.ts";
import { purePlaces } from "./pure-places.ts";

const root = resolve(import.meta.dirname, "..", "..", "..");
const pure = new Set(purePlaces);

/** Files that are not pure and that a pure one imports. The map of an edge names its HTTP routes, and may. */
function impureReached(place: string, text: string): string[] {
  return Array.from(text.matchAll(/(?:from|import\() ?"(\.[^"]+)"/g), ([, path = ""]) =>
    join(dirname(place), path),
  )
    .filter((target) => !pure.has(target))
    .filter((target) => !(place.endsWith("/edge.ts") && target.includes("/src/http/")))
    .map((target) => `${place} → ${target}`);
}

test("biome.law.json is what packages.ts says: npm run law", () => {
  assert.equal(readFileSync(join(root, "biome.law.json"), "utf8"), lintText());
});

test("a pure file imports pure files alone", () => {
  const present = purePlaces.filter((place) => existsSync(join(root, place)));
  assert.ok(present.length > 200, String(present.length));
  assert.deepEqual(
    present.flatMap((place) => impureReached(place, readFileSync(join(root, place), "utf8"))),
    [],
  );
});

test("an import of what is not pure is seen, of types too", () => {
  const line = 'import type { Append } from "../journal/append.ts";';
  assert.deepEqual(impureReached("core/src/decider/message.ts", line), [
    "core/src/decider/message.ts → core/src/journal/append.ts",
  ]);
});
