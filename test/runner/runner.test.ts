import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { dearest } from "./dearest.ts";
import { dearestFirst } from "./order.ts";
import { Times } from "./times.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "../../..");

test("the files that are told to be dear are there, each once", () => {
  for (const file of dearest) assert.ok(existsSync(join(root, file)), file);
  assert.equal(new Set(dearest).size, dearest.length);
});

test("dear files begin first, then those that start processes, the rest by the alphabet", () => {
  const [first = "", second = ""] = dearest.map((file) =>
    file.replace(/^test\//, "test/dist/").replace(/\.ts$/, ".js"),
  );
  const others = ["core/dist/a.test.js", "core/dist/b.int.test.js", "core/dist/c.int.test.js"];
  const [unit = "", ...int] = others;
  assert.deepEqual(dearestFirst([...others, second, first]), [first, second, ...int, unit]);
});

test("the dearest files are told with their seconds, and how long all took", () => {
  let nowMs = 0;
  const times = new Times(() => nowMs);
  const event = (name: string) => ({ name, nesting: 0, file: name });
  times.begin(event("/r/test/dist/a.test.js"));
  times.begin(event("/r/core/dist/b.test.js"));
  times.begin({ name: "a test", nesting: 0, file: "/r/core/dist/b.test.js" });
  nowMs = 1_500;
  times.end({ name: "a test", nesting: 0, file: "/r/core/dist/b.test.js" });
  times.end(event("/r/test/dist/a.test.js"));
  assert.equal(times.report("/r"), "", "of one file nothing is said");
  nowMs = 62_040;
  times.end(event("/r/core/dist/b.test.js"));
  assert.deepEqual(
    times
      .report("/r")
      .split("\n")
      .map((line) => line.replace(/^ℹ +/, "")),
    [
      "seconds of the dearest files",
      "62.0 core/src/b.test.ts",
      "1.5 test/a.test.ts",
      "63.5 all 2 files, which took 62.0 s together",
      "",
    ],
  );
});
