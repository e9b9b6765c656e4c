/** All recordings of the original server against ours: no difference but those of `test/replay/sockchat-choices.ts`. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { describe } from "../../replay/protocol.ts";
import { readRecording } from "../../replay/recording.ts";
import { replaySockchat } from "../../replay/replay-sockchat.ts";
import { choices } from "../../replay/sockchat-choices.ts";

/** Compiled tests lie one folder deeper than the recordings' own. */
const folder = join(dirname(fileURLToPath(import.meta.url)), "../../../transcripts/sockchat");

for (const file of readdirSync(folder).filter((name) => name.endsWith(".jsonl"))) {
  test(`${file.replace(".jsonl", "")} replays as it was recorded`, async () => {
    const differences = await replaySockchat(join(folder, file));
    assert.deepEqual(differences.map(describe), []);
  });
}

test("each choice of single lines names lines at which somebody does something", async () => {
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".jsonl"))) {
    const recording = file.slice(0, 2);
    const lines = (await readRecording(join(folder, file))).map(({ line }) => line);
    for (const { what, skipped, passed } of choices) {
      const named = [...(skipped?.[recording] ?? []), ...(passed?.[recording] ?? [])];
      for (const line of named) assert.ok(lines.includes(line), `${file} ${line}: ${what}`);
    }
  }
});
