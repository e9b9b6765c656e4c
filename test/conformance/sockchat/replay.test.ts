/** All recordings of the original server against ours: no difference but those of `test/replay/sockchat-choices.ts`. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { describe } from "../../replay/protocol.ts";
import { replaySockchat } from "../../replay/replay-sockchat.ts";

/** Compiled tests lie one folder deeper than the recordings' own. */
const folder = join(dirname(fileURLToPath(import.meta.url)), "../../../transcripts/sockchat");

for (const file of readdirSync(folder).filter((name) => name.endsWith(".jsonl"))) {
  test(`${file.replace(".jsonl", "")} replays as it was recorded`, async () => {
    const differences = await replaySockchat(join(folder, file));
    assert.deepEqual(differences.map(describe), []);
  });
}
