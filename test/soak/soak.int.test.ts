import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { secondNatsBinary } from "@dragoman/testing/nats";
import { tellReport } from "./report.ts";
import { type SoakOptions, soak } from "./run.ts";

async function passes(t: TestContext, options: Omit<SoakOptions, "onEvent">): Promise<void> {
  const lines: string[] = [];
  const report = await soak({ ...options, onEvent: (line) => lines.push(line) });
  for (const line of tellReport(report).split("\n")) t.diagnostic(line);
  // What happened when is told where something went wrong.
  assert.deepEqual(report.violations, [], lines.join("\n"));
  assert.ok(report.recoveriesMs.size > 0, "something was said behind a fault");
}

/** docs/durability.md. `npm run soak` does the same for as long as is asked for. */
test("for a minute of faults of all sorts what is accepted is stored, and heard once in one order", (t) =>
  passes(t, {
    minutes: 1,
    seed: 11,
    nodes: 1,
    cores: 2,
    gatewaysOfEach: 2,
    speakersEach: 2,
    atOnce: 4,
  }));

/** `npm run soak -- --nodes 3` does it with all sorts of faults. */
if ((await secondNatsBinary()) !== undefined)
  test("so it is on three nats-servers, of which the one that leads the journal is killed", (t) =>
    passes(t, {
      minutes: 1 / 20,
      seed: 1,
      nodes: 3,
      cores: 2,
      gatewaysOfEach: 1,
      speakersEach: 1,
      atOnce: 1,
      only: ["node of the journal killed"],
    }));
