/**
 * What the original really sent (`test/transcripts/originchats`), frame by frame: the clients' frames of each
 * recording are played against a house of our own, all of them to the end. What differs without a rule or a
 * detour is a defect (`test/replay/README.md`). Behind it stand the proofs that the replay is worth something.
 */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { findFaults, idleIn } from "../../replay/again.ts";
import { faults } from "../../replay/originchats/faults.ts";
import { type OriginchatsRun, replayOriginchats } from "../../replay/originchats/replay.ts";
import { describe as tell } from "../../replay/protocol.ts";

const folder = fileURLToPath(new URL("../../../transcripts/originchats/", import.meta.url));
const detours = fileURLToPath(new URL("../../../replay/detours/originchats/", import.meta.url));
const recordings = readdirSync(folder).filter((name) => name.endsWith(".jsonl"));

describe("recordings of the original OriginChats server", () => {
  const runs: OriginchatsRun[] = [];

  describe("replayed", { concurrency: 3 }, () => {
    for (const name of recordings) {
      it(`${name} replays as it was recorded`, { timeout: 600_000 }, async () => {
        const run = await replayOriginchats(`${folder}${name}`);
        assert.deepEqual(run.differences.map(tell), []);
        runs.push(run);
      });
    }
  });

  it("no rule and no detour is idle: without it a recording differs", {
    timeout: 1_200_000,
  }, async () => {
    const idle = await idleIn(runs, async ({ name }, rules) => {
      const { differences } = await replayOriginchats(`${folder}${name}`, rules);
      return differences.length > 0;
    });
    assert.deepEqual(idle, []);
  });

  for (const fault of faults) {
    it(`finds a fault: ${fault.what}`, () => {
      for (const { planted, found } of findFaults(runs, [fault])) {
        assert.notEqual(planted.length, 0, "no recording shows it");
        assert.deepEqual(found, planted);
      }
    });
  }
});

it("detours are about recordings that there are", () => {
  for (const name of readdirSync(detours)) assert.ok(recordings.includes(name), name);
});
