import assert from "node:assert/strict";
import { test } from "node:test";
import { elapse, within } from "./deadline.ts";

test("a limit that is as long as any run is no limit at all", async () => {
  const ended = elapse(50).then(() => "ended");
  assert.equal(await within(2 ** 30, "the end", ended), "ended");
});
