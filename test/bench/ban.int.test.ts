import assert from "node:assert/strict";
import { test } from "node:test";
import { bans } from "./ban.ts";

test("on four gateways nobody is delivered anything behind the acknowledgement of a ban", async (t) => {
  const figures = await bans(0.024);
  const value = (words: string): number => {
    const figure = figures.find(({ name }) => name.includes(words));
    assert.ok(figure !== undefined, words);
    return figure.value;
  };
  assert.equal(value("sockets told of anything"), 0);
  t.diagnostic(`the last socket after ${value("the last")} ms, told after ${value("longest")} ms`);
});
