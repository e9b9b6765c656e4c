import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { edges } from "./edges.ts";

describe("the edges", () => {
  it("have each its own name, and one at most has files", () => {
    const protocols = edges.map(({ protocol }) => protocol);
    assert.equal(new Set(protocols).size, protocols.length);
    assert.deepEqual(
      edges.map(({ section }) => section.name),
      protocols,
    );
    assert.ok(edges.filter(({ servesFiles }) => servesFiles).length <= 1);
  });
});
