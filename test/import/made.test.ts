/** The made-up communities of the bench are read as far as they are good, whatever is broken in them. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Report, readOriginchats, readSockchat, type Source } from "@dragoman/import";
import { makeOriginchats } from "./made-originchats.ts";
import { makeSockchat } from "./made-sockchat.ts";

const nowMs = Date.UTC(2026, 0, 1);
/** Enough for each oddity to come once. */
const sizes = { people: 60, messages: 15_000, attachmentsBytes: 2_500_000 };

let folder = "";
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "dragoman-made-"));
});
after(() => rm(folder, { recursive: true, force: true }));

/** How many messages of a source have an id of their own. */
async function distinct(source: Source): Promise<number> {
  const ids = new Set<string>();
  for (const part of source.parts)
    for await (const batch of part.messages()) for (const { id } of batch) ids.add(id);
  return ids.size;
}

test("a made-up OriginChats folder loses what is broken alone", async () => {
  const path = join(folder, "originchats");
  const made = await makeOriginchats(path, sizes);
  const report = new Report();
  const source = await readOriginchats({ folder: path, report, nowMs });
  assert.equal(await distinct(source), made.messages);
  assert.equal(source.people.length, made.people);
  assert.equal(source.attachments.length, 3);
  const reasons = Object.keys(report.summary.reasons).sort();
  assert.ok(reasons.includes("attachment: its file lies outside of the folder"), reasons.join());
  assert.ok(reasons.includes("message: is longer than any message"), reasons.join());
  assert.ok(reasons.includes("message: is of a time to come"), reasons.join());
});

test("a made-up dump of the PHP server loses what is broken alone", async () => {
  const path = join(folder, "php.sql");
  const made = await makeSockchat(path, sizes);
  const report = new Report();
  const source = await readSockchat({ path, report, nowMs });
  try {
    assert.equal(await distinct(source), made.messages);
    assert.equal(source.people.length, made.people);
    const { message, record } = report.summary.counts;
    assert.equal((message?.left ?? 0) + (record?.left ?? 0) + 1, made.broken);
  } finally {
    await source.close();
  }
});
