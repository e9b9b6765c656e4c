/** Accounts are made in bounds, by address and in all; a refused or abandoned registration leaves nothing behind. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { secretBucket } from "@dragoman/bus-schema";
import { eventually } from "@dragoman/testing/deadline";
import { community } from "@dragoman/testing/nats";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { portOf } from "../support/stack.ts";
import { stackForTests } from "../support/test-stack.ts";

const home = stackForTests({
  config: {
    trustedProxies: ["127.0.0.1"],
    accounts: { providers: ["local", "token", "guest"] },
    limits: { registrationsPerAddress: 3, registrationsPerHour: 7 },
  },
});
const limitMs = 5_000;
const forwarded = (address: string) => ({ "x-forwarded-for": address });

async function register(address: string, username: string): Promise<string> {
  const client = await OriginchatsClient.connect(portOf(home.stack.originchats), {
    headers: forwarded(address),
  });
  client.send({ cmd: "register", username, password: "dragoman" });
  const isAnswer = ({ cmd }: { cmd: string }): boolean => /^auth_(error|success)$/.test(cmd);
  const { cmd, val } = await client.log.next("an answer", isAnswer);
  await client.close();
  return cmd === "auth_success" ? "in" : String(val);
}

async function guest(address: string, name: string): Promise<readonly string[]> {
  const client = await SockchatClient.connect(portOf(home.stack.sockchat), forwarded(address));
  client.send("1", "Guest", name);
  const answer = await client.log.next("an answer", ([id]) => id === "1");
  await client.close();
  return answer.slice(1, 3);
}

/** How many hashes are kept. */
async function hashes(): Promise<number> {
  const { coreBus } = home.stack.operator;
  return (await coreBus.keys(secretBucket(community), "credential.", limitMs)).length;
}

test("of two who take one name at once one comes in, and no hash of the other stays", async () => {
  const before = await hashes();
  const told = await Promise.all(["192.0.2.8", "192.0.2.9"].map((from) => register(from, "twin")));
  assert.equal(told.filter((each) => each === "in").length, 1, told.join(", "));
  // Who registers is answered before the hash is forgotten.
  await eventually(limitMs, "one hash more", async () => (await hashes()) === before + 1);
  assert.notEqual(await register("192.0.2.10", "twin"), "in");
  await eventually(limitMs, "no hash more", async () => (await hashes()) === before + 1);
});

test("an address, and the whole community, make so many accounts in an hour", async () => {
  const before = await hashes();
  const tooMany = /^Rate limited: Too many new accounts\. Try again in (59|60) minutes$/;
  for (const name of ["one", "two", "three"]) {
    assert.equal(await register(`2001:db8::${name.length}`, name), "in");
  }
  assert.match(await register("2001:db8::77", "four"), tooMany);
  assert.deepEqual(await guest("2001:db8::78", "fourth"), ["n", "sockfail"]);
  assert.equal((await guest("192.0.2.1", "first"))[0], "y");
  assert.equal((await guest("192.0.2.2", "second"))[0], "y");
  // Whoever has an account comes in as before.
  assert.equal((await guest("192.0.2.2", "second"))[0], "y");
  const late = await Promise.all(
    ["192.0.2.3", "192.0.2.4", "192.0.2.5"].map((from, n) => register(from, `late${n}`)),
  );
  assert.equal(late.filter((told) => told === "in").length, 1, late.join(", "));
  for (const told of late) if (told !== "in") assert.match(told, tooMany);
  await eventually(
    limitMs,
    "no hash without an account",
    async () => (await hashes()) === before + 4,
  );
});
