/** Accounts are made in bounds, by address and in all; a refused or abandoned registration leaves nothing behind. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { secretBucket } from "@dragoman/bus-schema";
import { eventually } from "@dragoman/testing/deadline";
import { community } from "@dragoman/testing/nats";
import { Kvm } from "@nats-io/kv";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { portOf } from "../support/stack.ts";
import { stackForTests } from "../support/test-stack.ts";

const home = stackForTests({
  config: {
    trustedProxies: ["127.0.0.1"],
    accounts: { providers: ["local", "token", "guest"] },
    limits: { registrationsPerAddress: 3, registrationsPerHour: 6 },
  },
});
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

async function hashes(): Promise<number> {
  const { connection } = home.stack.operator.coreBus;
  const bucket = await new Kvm(connection).open(secretBucket(community));
  let count = 0;
  for await (const key of await bucket.keys()) if (key.startsWith("credential.")) count += 1;
  return count;
}

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
    5_000,
    "no hash without an account",
    async () => (await hashes()) === before + 4,
  );
});

test("a name that is taken leaves no hash", async () => {
  const before = await hashes();
  const told = await Promise.all(["192.0.2.8", "192.0.2.9"].map((from) => register(from, "ada")));
  assert.ok(!told.includes("in"));
  assert.equal(await hashes(), before);
});
