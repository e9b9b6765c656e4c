/** A password that is changed at NATS while core runs: one sentence says so, and it goes on when that is put back. */
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { eventually } from "@dragoman/testing/deadline";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { asProcess, portOf, startStack } from "../support/stack.ts";

const limitMs = 30_000;

test("core's password changed at NATS is told once, in words, and nothing else is until it is put back", async (t) => {
  const stack = await startStack({
    originchats: 1,
    processes: ["core"],
    config: { logLevel: "info", journal: { letGoMs: 3_000, gatewayMs: 4_000 } },
  });
  t.after(() => stack.stop());
  const folder = dirname(stack.nats.storeDir);
  const path = join(folder, "server.conf");
  const before = await readFile(path, "utf8");
  const reload = async (text: string): Promise<void> => {
    await writeFile(path, text);
    process.kill(Number(await readFile(join(folder, "server.pid"), "utf8")), "SIGHUP");
  };
  const core = asProcess(stack.cores[0]);
  const from = core.output().length;
  const said = (): string => core.output().slice(from);
  await reload(before.replace(stack.nats.credentials("core").password, "another-word"));
  await eventually(limitMs, "a word of it", () => said().includes("does not let in"));
  // Long enough for gateways to have let go: some twenty tries.
  await eventually(limitMs, "the gateway to know of no leader", async () =>
    /leader/.test((await stack.originchats[0]?.whyNotReady()) ?? ""),
  );
  await eventually(limitMs, "the gateway to let go", async () => {
    const client = await OriginchatsClient.connect(portOf(stack.originchats)).catch(() => null);
    client?.socket.terminate();
    return client === null;
  });
  assert.equal(said().split("does not let in").length, 2, said());
  assert.doesNotMatch(said(), /"stack"/);
  assert.ok(said().trimEnd().split("\n").length < 10, said());
  assert.match(await core.whyNotReady(), /bus is lost/);
  await reload(before);
  await eventually(limitMs, "core", async () => (await core.whyNotReady()) === "");
});
