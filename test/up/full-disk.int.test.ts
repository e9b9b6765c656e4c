/**
 * A full disk under the one server of `dragoman up`, of which nats-server 2.9 would turn its store off: the house refuses with
 * the reason before that, on both sides, and where the store was turned off all the same it is turned on again.
 */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { secretBucket } from "@dragoman/bus-schema";
import { Bus, createLogger } from "@dragoman/service-kit";
import { eventually, within } from "@dragoman/testing/deadline";
import { community } from "@dragoman/testing/nats";
import { seeFull } from "../support/full-house.ts";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { smallDisk } from "../support/small-disk.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { freshSettings, up } from "./program.ts";

const limitMs = 30_000;
const letGoMs = 5_000;
const mebibyte = 1024 * 1024;

test("a full disk under dragoman up: refused with the reason on both sides, read, and healed by room alone, whichever nats-server it is", async (t) => {
  const dataDir = await smallDisk(t, 48 * mebibyte);
  if (dataDir === undefined) return;
  const settings: Record<string, string> = {
    ...(await freshSettings(dataDir)),
    DRAGOMAN_JOURNAL_LET_GO_MS: String(letGoMs),
    // It is asked without a pause for as long as the disk is full.
    DRAGOMAN_ORIGINCHATS_FLOOD_WARN: "1000000",
    DRAGOMAN_ORIGINCHATS_FLOOD_CLOSE: "1000000",
  };
  const program = await up(settings);
  t.after(async () => {
    program.child.kill("SIGTERM");
    await within(limitMs, "the end", program.ended);
  });
  const port = (door: "ORIGINCHATS" | "SOCKCHAT"): number =>
    Number(settings[`DRAGOMAN_${door}_PORT`]);
  const readyz = async (): Promise<string> => {
    const health = `http://127.0.0.1:${settings["DRAGOMAN_HEALTH_PORT"]}/readyz`;
    return (await fetch(health)).text();
  };
  const isReady = async (): Promise<boolean> => (await readyz()).startsWith('{"ready":true');
  const ben = await OriginchatsClient.signIn(port("ORIGINCHATS"), "ben");
  const mona = await SockchatClient.signIn(port("SOCKCHAT"), "mona");
  ben.say("general", "before");
  await Promise.all([ben.sees("before"), mona.sees("before")]);

  const ballast = join(dataDir, "ballast");
  const fill = (): Promise<void> =>
    assert.rejects(writeFile(ballast, Buffer.alloc(64 * mebibyte)), /ENOSPC/);
  await fill();
  await seeFull(ben, mona, { forMs: 1.3 * letGoMs, page: /before/ });
  assert.match(await readyz(), /the disk of NATS is full/);
  assert.equal(program.stderr().split("storage_full").length, 2, program.stderr());
  await rm(ballast);
  await eventually(limitMs, "readiness", isReady);
  ben.say("general", "after");
  await Promise.all([ben.sees("after"), mona.sees("after")]);

  // Somebody else than the house writes into the store, until that is off.
  await fill();
  const run = JSON.parse(await readFile(join(dataDir, "run.json"), "utf8"));
  const bus = await Bus.connect({ ...run.core, name: "core", logger: createLogger("silent", "x") });
  t.after(() => bus.close());
  const secrets = await bus.bucket(secretBucket(community), 10_000);
  const isOff = (): Promise<boolean> =>
    secrets.put("note.ballast", randomBytes(64 * 1024)).then(
      () => false,
      () => true,
    );
  await eventually(limitMs, "a store that takes nothing", isOff);
  await rm(ballast);
  await eventually(limitMs, "readiness", isReady);
  const olga = await OriginchatsClient.signIn(port("ORIGINCHATS"), "olga");
  olga.say("general", "at last");
  await olga.sees("at last");
  const page = await olga.ask({ cmd: "messages_get", channel: "general", limit: 10 });
  const texts = (page["messages"] as { content: string }[]).map(({ content }) => content);
  assert.deepEqual(texts.slice(1), ["before", "after", "at last"]);
});
