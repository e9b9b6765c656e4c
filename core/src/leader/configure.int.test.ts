import assert from "node:assert/strict";
import { test } from "node:test";
import type { CommandId, Rejection } from "@dragoman/bus-schema";
import { readShared } from "@dragoman/service-kit";
import { community, openNats } from "@dragoman/testing/nats";
import { settingsWriter } from "./configure.ts";

const nats = openNats();

test("settings whose event has no place in the journal are refused, and not written", async () => {
  const bus = await nats.connect("core");
  let refusal: Rejection | undefined = { code: "storage_full" };
  const put = settingsWriter(bus, community, [], () => refusal);
  const settings = { limits: { postContent: 100 } };
  const first = { commandId: "first" as CommandId, settings, expected: 0 };
  assert.deepEqual(await put(first), { ok: false, rejection: { code: "storage_full" } });
  refusal = undefined;
  const changes = ["limits.postContent: not shared → 100"];
  assert.deepEqual(await put(first), { ok: true, value: { revision: 1, changes } });
  // Given again by whoever had no answer.
  assert.deepEqual(await put(first), { ok: true, value: { revision: 1, changes } });
  assert.deepEqual((await readShared(bus, community))?.settings, settings);
});
