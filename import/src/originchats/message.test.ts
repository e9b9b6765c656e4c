/** Messages of a file, read from where their ids were looked at. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Report } from "../report.ts";
import type { MessageBatches } from "../source.ts";
import { Messages } from "./message.ts";
import { Names } from "./names.ts";
import { Polls } from "./poll.ts";
import { recordsOf } from "./read.ts";

let folder = "";
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "dragoman-messages-"));
});
after(() => rm(folder, { recursive: true, force: true }));

const nowMs = Date.UTC(2026, 0, 1);

function messages(report = new Report()): Messages {
  const names = new Names([]);
  const polls = new Polls(undefined, undefined, { names, report, nowMs });
  return new Messages({ names, polls, report, nowMs });
}

const lines = Array.from({ length: 3_000 }, (_, n) =>
  n % 100 === 99
    ? "broken"
    : JSON.stringify({ id: `m${n}`, content: "x".repeat(300), timestamp: n + 1 }),
);
const idsOf = async (batches: MessageBatches): Promise<string[]> => {
  const ids: string[] = [];
  for await (const batch of batches) ids.push(...batch.map(({ id }) => id));
  return ids;
};

test("from where any of their ids were read, messages are the rest, and faults say their lines", async () => {
  const path = join(folder, "lines.json");
  await writeFile(path, lines.join("\n"));
  const all = await idsOf(messages().in((_, from) => recordsOf(path, from), "general"));
  assert.equal(all.length, 2_970);
  let passed = 0;
  let begun = 0;
  for await (const { ids, from } of messages().idsIn(
    (_, from) => recordsOf(path, from),
    "general",
  )) {
    if (from === undefined) assert.deepEqual(ids, []);
    else assert.deepEqual(await idsOf(from()), all.slice(passed));
    passed += ids.length;
    begun += 1;
  }
  assert.ok(begun > 2, "it was read in pieces");
  assert.equal(passed, all.length);

  const report = new Report();
  const batches = messages(report).idsIn((_, from) => recordsOf(path, from), "general");
  await batches.next();
  const { value } = await batches.next();
  await idsOf(value.from());
  await batches.return(undefined);
  const last = report.summary.lines.at(-1);
  assert.deepEqual([last?.what, last?.why], ["general, line 3000: broken", "is no JSON"]);
});

test("of the older form, an array, messages are read from the beginning alone", async () => {
  const path = join(folder, "array.json");
  await writeFile(path, `[${lines.filter((line) => line !== "broken").join(",")}]`);
  const starts = [];
  for await (const { from } of messages().idsIn((_, from) => recordsOf(path, from), "general"))
    starts.push(from);
  assert.ok(starts.length > 2, "it was read in pieces");
  assert.deepEqual(
    starts.slice(1).filter((from) => from !== undefined),
    [],
  );
});

test("a file that is another by the time that it is read on is not read on", async () => {
  const path = join(folder, "living.json");
  await writeFile(path, lines.join("\n"));
  const starts = [];
  for await (const { from } of messages().idsIn((_, from) => recordsOf(path, from), "general"))
    if (from) starts.push(from);
  await writeFile(path, lines.slice(1).join("\n"));
  const last = starts.at(-1);
  assert.ok(last !== undefined);
  await assert.rejects(idsOf(last()), /was changed while it was read/);
});
