import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type Line, readJsonFile, recordsOf } from "./read.ts";

let folder = "";
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "dragoman-read-"));
});
after(() => rm(folder, { recursive: true, force: true }));

async function recordsIn(text: string): Promise<unknown[]> {
  const path = join(folder, "messages.json");
  await writeFile(path, text);
  const records: Line[] = [];
  for await (const { lines } of recordsOf(path)) records.push(...lines);
  return records.flatMap((record) => {
    if ("why" in record) return [record.why];
    return record.value === undefined ? [] : [record.value];
  });
}

test("lines with padding, blank ones and broken ones are told apart", async () => {
  const found = await recordsIn(`{"n":1}${" ".repeat(512)}\n\n{"n":\r\n{"n":"}\\n"}`);
  assert.deepEqual(found, [{ n: 1 }, "is no JSON", { n: "}\n" }]);
});

test("the older form is one array; what of it is cut off is lost alone", async () => {
  const found = await recordsIn('  [{"n":1,"a":[{}]}, {"n":"]}\\"[{"}\n,{"n":3');
  assert.deepEqual(found, [{ n: 1, a: [{}] }, { n: ']}"[{' }, "is no JSON"]);
});

test("records go over the ends of what is read at once, and too long ones are not held", async () => {
  const long = "x".repeat(300_000);
  for (const [open, between, close] of [
    ["", "\n", ""],
    ["[", ",", "]"],
  ]) {
    const found = await recordsIn(
      `${open}{"n":"${long}"}${between}{"n":"${"y".repeat(5_000_000)}"}${between}{"n":3}${close}`,
    );
    assert.deepEqual(found, [{ n: long }, "is longer than any message", { n: 3 }]);
  }
});

test("a file that is not there is empty, and one that is no JSON says so", async () => {
  assert.equal(await readJsonFile(join(folder, "nowhere.json")), undefined);
  for await (const _ of recordsOf(join(folder, "nowhere.json"))) assert.fail();
  await writeFile(join(folder, "cut.json"), '{"a":');
  assert.deepEqual(await readJsonFile(join(folder, "cut.json")), { why: "is no JSON" });
});

test("a record that is nested without end is none, whatever stands behind it", async () => {
  const deep = `{"embeds":[{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}]}`;
  const found = await recordsIn(`${deep}\n{"n":2}`);
  assert.deepEqual(found, ["is nested deeper than any message", { n: 2 }]);
});
