/** All recordings of the original server against ours: no difference but those of `test/replay/sockchat-choices.ts`. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, it, test } from "node:test";
import { fileURLToPath } from "node:url";
import { describe as tell } from "../../replay/comparison.ts";
import { readRecording } from "../../replay/recording.ts";
import { replaySockchat } from "../../replay/replay-sockchat.ts";
import { choices } from "../../replay/sockchat-choices.ts";
import { partsOf, played } from "../../replay/sockchat-parts.ts";

/** Compiled tests lie one folder deeper than the recordings' own. */
const folder = join(dirname(fileURLToPath(import.meta.url)), "../../../transcripts/sockchat");

const files = readdirSync(folder).filter((name) => name.endsWith(".jsonl"));

for (const file of files) {
  test(`${file.replace(".jsonl", "")} replays as it was recorded`, {
    timeout: 120_000,
  }, async () => {
    const differences = await replaySockchat(join(folder, file));
    assert.deepEqual(differences.map(tell), []);
  });
}

const parts = partsOf(choices);

test("each choice about what is expected changes what some recording expects", async () => {
  const recordings = await Promise.all(
    files.map(async (file) => ({ file, steps: (await readRecording(join(folder, file))).steps })),
  );
  const whole = new Map(recordings.map((recording) => [recording, played(recording, choices)]));
  const idle = parts.filter(
    ({ isExpectation, isAbout, rest }) =>
      isExpectation &&
      recordings.every((each) => !isAbout(each.file) || played(each, rest) === whole.get(each)),
  );
  assert.deepEqual(
    idle.map(({ title }) => title),
    [],
  );
});

describe("without this choice a recording differs", { concurrency: 3 }, () => {
  for (const { title, isExpectation, isAbout, rest } of parts) {
    if (isExpectation) continue;
    it(title, { timeout: 120_000 }, async () => {
      for (const file of files.filter(isAbout)) {
        const differences = await replaySockchat(join(folder, file), rest, true);
        if (differences.length > 0) return;
      }
      assert.fail("nothing differs without it");
    });
  }
});
