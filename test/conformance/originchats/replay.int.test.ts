/**
 * What the original really sent (`test/transcripts/originchats`), frame by frame: the clients' frames of each
 * recording are played against a house of our own, all of them to the end. What differs is a choice
 * (`test/replay/originchats-choices`, `-detours`, `-rewrites`) or a defect.
 */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { describe as tell } from "../../replay/comparison.ts";
import { detours } from "../../replay/originchats-detours.ts";
import { replayOriginchats } from "../../replay/replay-originchats.ts";

const folder = fileURLToPath(new URL("../../../transcripts/originchats/", import.meta.url));
const recordings = readdirSync(folder).filter((name) => name.endsWith(".jsonl"));

describe("recordings of the original, replayed", { concurrency: 3 }, () => {
  for (const name of recordings) {
    it(`${name} differs by choice alone`, { timeout: 120_000 }, async () => {
      const { differences } = await replayOriginchats(`${folder}${name}`);
      assert.deepEqual(differences.map(tell), []);
    });
  }
});

it("detours are about recordings that there are", () => {
  const numbers = new Set(recordings.map((name) => name.split("-")[0]));
  for (const { file } of detours) assert.ok(numbers.has(file), file);
});
