import assert from "node:assert/strict";
import { test } from "node:test";
import { factsOfBytes } from "./facts.ts";

const mimeOf = async (text: string): Promise<string> =>
  (await factsOfBytes(Buffer.from(text))).mime;

test("a drawing is told by its root, whatever XML has in front of it", async () => {
  for (const text of [
    "<svg>",
    "\ufeff \n<svg xmlns='http://www.w3.org/2000/svg'/>",
    "<?xml version='1.0'?>\n<!-- a --><!-- b -->\n<!DOCTYPE svg PUBLIC 'x'> <svg\n>",
  ]) {
    assert.equal(await mimeOf(text), "image/svg+xml", text);
  }
  for (const text of ["svg", "<svgs>", "<!-- <svg>", "<!DOCTYPE html><svg>", "<a/><svg>", ""]) {
    assert.notEqual(await mimeOf(text), "image/svg+xml", text);
  }
});

test("comments without end cost no time", async () => {
  const begun = process.cpuUsage();
  for (const text of ["<!---->", "<!--", "<!-- -->", "<?xml>", "<!DOCTYPE svg>", "\n"]) {
    assert.equal(await mimeOf(`${text.repeat(100_000)}x`), "text/plain");
  }
  assert.ok(process.cpuUsage(begun).user < 2_000_000);
});
