/** All recordings of the original server against ours, and the proofs that the replay is worth something. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { judgeAgain } from "../../replay/again.ts";
import { describe as tell } from "../../replay/protocol.ts";
import { faults } from "../../replay/sockchat/faults.ts";
import { idleRules } from "../../replay/sockchat/proof.ts";
import { playSockchat, replaySockchat, type SockchatRun } from "../../replay/sockchat/replay.ts";

/** Compiled tests lie one folder deeper than the recordings' own. */
const folder = join(dirname(fileURLToPath(import.meta.url)), "../../../transcripts/sockchat");

const files = readdirSync(folder).filter((name) => name.endsWith(".jsonl"));

describe("recordings of the original Sock Chat server", () => {
  const runs: SockchatRun[] = [];

  describe("replayed", { concurrency: 3 }, () => {
    for (const file of files) {
      const name = file.replace(".jsonl", "");
      it(`${name} replays as it was recorded`, { timeout: 600_000 }, async () => {
        const run = await replaySockchat(join(folder, file));
        assert.deepEqual(run.differences.map(tell), []);
        runs.push(run);
      });
    }
  });

  it("no rule is idle: without it a recording differs", { timeout: 1_200_000 }, async () => {
    const play = ({ name, recording }: SockchatRun, rules: Parameters<typeof playSockchat>[2]) =>
      playSockchat(name, recording, rules);
    assert.deepEqual(await idleRules(runs, play), []);
  });

  for (const { what, plant } of faults) {
    it(`finds a fault: ${what}`, () => {
      const found = runs.filter((run) => judgeAgain(run, { plant }).length > 0);
      assert.notEqual(found.length, 0, "no recording differs");
    });
  }
});
