/** dragoman.example.yaml is what the schema of all edges says. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { edges, schema } from "@dragoman/bin";
import { parse } from "yaml";

const example = join(import.meta.dirname, "..", "..", "..", "dragoman.example.yaml");

/** Dotted paths of everything that is no mapping. */
function leaves(tree: unknown, prefix = ""): readonly string[] {
  if (typeof tree !== "object" || tree === null || Array.isArray(tree)) return [prefix];
  return Object.entries(tree).flatMap(([key, value]) =>
    leaves(value, prefix === "" ? key : `${prefix}.${key}`),
  );
}

describe("the configuration of all edges", () => {
  it("has an example that names every key with its default", () => {
    const tree: unknown = parse(readFileSync(example, "utf8"));
    assert.deepEqual(leaves(tree).toSorted(), schema.keys.toSorted());
    assert.deepEqual(schema.shape.parse(tree), schema.shape.parse({}));
  });

  it("comments every section and every top-level key of the example", () => {
    const sections = [...edges.map(({ protocol }) => protocol), "console", "limits", "accounts"];
    const uncommented = new Set(sections.map((section) => `${section}:`));
    const lines = readFileSync(example, "utf8").split("\n");
    const bare = lines.filter((line, index) => {
      const isKey = /^[a-z]\w*:/i.test(line);
      return isKey && !uncommented.has(line) && !lines[index - 1]?.startsWith("#");
    });
    assert.deepEqual(bare, []);
  });
});
