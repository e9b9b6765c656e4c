import assert from "node:assert/strict";
import { test } from "node:test";
import { edge } from "../edge.ts";
import { ada, connection, nowMs, only, view } from "../testing/edge.ts";

const packet = {
  cmd: "poll_create",
  channel: "general",
  question: "Tea?",
  options: [{ text: "yes" }, { text: "no" }],
  expires_at: 1_000.5,
};

test("a poll ends when it is said to, by clocks that are read one after the other", () => {
  const frame = { kind: "text", text: JSON.stringify(packet) } as const;
  for (const [clockMs, endsMs] of [
    [nowMs, 1_000_500],
    [nowMs - 1, 1_000_500],
    [nowMs + 1, 1_000_500],
    [nowMs + 60_000, 940_500],
  ] as const) {
    const client = connection(ada);
    const step = only(edge.receive(frame, client, { ...view(), clockMs }), "command");
    assert.deepEqual((step.body as { readonly endsMs?: unknown }).endsMs, endsMs);
  }
});
