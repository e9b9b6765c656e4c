/**
 * What the original sent about files, webhooks, embeds and over HTTP, and our answers to the same frames and
 * requests: frame by frame, but for the choices that `test/replay` lists.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { replayOriginchats } from "../../replay/replay-originchats.ts";

const folder = join(import.meta.dirname, "../../../transcripts/originchats");

for (const name of [
  "15-attachments",
  "27-emoji",
  "28-webhooks",
  "30-server",
  "33-http",
  "37-embeds",
]) {
  test(`${name} is as the original's, but for our choices`, async () => {
    assert.deepEqual(await replayOriginchats(join(folder, `${name}.jsonl`)), []);
  });
}
