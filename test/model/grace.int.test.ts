/**
 * The same as `house.int.test.ts`, in a house where whoever goes may come back: the place, the lists, the temporary channels are
 * as if nobody had gone, others are told nothing, and who is back is given what came meanwhile.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { stackForTests } from "../support/test-stack.ts";
import { graceConfig, playKept, playRandom } from "./house-play.ts";

const home = stackForTests({ cores: 2, originchats: 2, sockchat: 2, config: graceConfig });

test("who drops and comes back within the grace is where they were, and nobody is told", async (t) => {
  const sequences = Math.ceil(Number(process.env["DRAGOMAN_TEST_HOUSE_SEQUENCES"] ?? 300) / 5);
  const seed = Number(process.env["DRAGOMAN_TEST_SEED"] ?? Date.now() % 2 ** 31);
  const kept = await playKept(home.stack, true);
  assert.deepEqual(kept.failures, []);
  const played = await playRandom(home.stack, { sequences, seed, lanes: 2, hasGrace: true });
  t.diagnostic(`DRAGOMAN_TEST_SEED=${seed}, ${sequences} new sequences, ${played.acts} acts`);
  assert.deepEqual(played.failures, []);
});
