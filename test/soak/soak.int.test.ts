import assert from "node:assert/strict";
import { test } from "node:test";
import { tellReport } from "./report.ts";
import { soak } from "./run.ts";

/** docs/durability.md. `npm run soak` does the same for as long as is asked for. */
test("for a minute of faults of all sorts what is accepted is stored, and heard once in one order", async (t) => {
  const lines: string[] = [];
  const report = await soak({
    minutes: 1,
    seed: 11,
    cores: 2,
    speakersEach: 2,
    atOnce: 4,
    onEvent: (line) => lines.push(line),
  });
  for (const line of tellReport(report).split("\n")) t.diagnostic(line);
  // What happened when is told where something went wrong.
  assert.deepEqual(report.violations, [], lines.join("\n"));
  assert.ok(report.accepted > 100, String(report.accepted));
});
