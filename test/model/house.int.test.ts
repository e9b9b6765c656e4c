/**
 * Random interleavings of what five people do on both protocols, two gateways of each and two cores, against a small model of
 * what each must see. `npm run model:house` makes as many as are asked for. What failed is in `kept`, and is played each time.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { stackForTests } from "../support/test-stack.ts";
import { houseConfig, playKept, playRandom } from "./house-play.ts";

const home = stackForTests({ cores: 2, originchats: 2, sockchat: 2, config: houseConfig });

test("each of five people on both protocols sees what the model says", async (t) => {
  const sequences = Number(process.env["DRAGOMAN_TEST_HOUSE_SEQUENCES"] ?? 300);
  const seed = Number(process.env["DRAGOMAN_TEST_SEED"] ?? Date.now() % 2 ** 31);
  const kept = await playKept(home.stack, false);
  assert.deepEqual(kept.failures, []);
  const played = await playRandom(home.stack, { sequences, seed, lanes: 3, hasGrace: false });
  t.diagnostic(
    `DRAGOMAN_TEST_SEED=${seed}, ${kept.sequences} kept and ${sequences} new sequences, ${played.acts} acts, ${played.heard} tellings, ${played.void} void`,
  );
  assert.deepEqual(played.failures, []);
  assert.ok(played.heard > played.acts, "people hear of each other");
});
