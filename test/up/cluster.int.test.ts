/** `npm run cluster`: three servers, two cores, two gateways of each kind, and what stands in front of them. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { eventually, within } from "@dragoman/testing/deadline";
import { secondNatsBinary } from "@dragoman/testing/nats";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { freshSettings, run } from "./program.ts";

/** Speaks over both protocols in a house that has come up. @returns the processes that it is */
async function speak(said: () => string): Promise<readonly number[]> {
  const portBehind = (title: string): number => {
    const lines = said().split("\n");
    const line = lines.findLast((each) => each.startsWith(title)) ?? "";
    return Number(/:(\d+)\//.exec(line)?.[1] ?? "0");
  };
  const ada = await OriginchatsClient.signIn(portBehind("OriginChats"), "ada");
  const ben = await SockchatClient.signIn(portBehind("Sock Chat"), "ben");
  ada.say("general", "from ada");
  await ben.sees("from ada", 10_000);
  for (const client of [ada, ben]) client.socket.terminate();
  return [...said().matchAll(/process (\d+)/g)].map(([, pid]) => Number(pid));
}

async function look(dataDir: string, binary: string): Promise<void> {
  const settings = await freshSettings(dataDir);
  const running = run(["cluster"], { ...settings, DRAGOMAN_TEST_NATS_CLUSTER: binary });
  const said = (): string => `${running.stdout()}${running.stderr()}`;
  let isOver = false;
  void running.ended.then(() => {
    isOver = true;
  });
  let pids: readonly number[] = [];
  try {
    await eventually(90_000, "the house", () => isOver || said().includes("Ctrl-C"));
    assert.ok(!isOver, said());
    pids = await speak(said);
    assert.ok(pids.length >= 10, said());
  } finally {
    running.child.kill("SIGINT");
    const { code } = await within(60_000, "the end", running.ended, said);
    assert.equal(code, 0, said());
  }
  for (const pid of pids) assert.throws(() => process.kill(pid, 0), { code: "ESRCH" });
}

const binary = await secondNatsBinary();
if (binary !== undefined) {
  test("a house on three servers comes up, is spoken in, and is gone after Ctrl-C", async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "dragoman-look-"));
    try {
      await look(dataDir, binary);
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  });
}
