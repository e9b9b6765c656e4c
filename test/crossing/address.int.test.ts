/**
 * Bridge table, People, address: told per session on either protocol, kept in core's secret bucket alone and only
 * as long as the session; an address ban meets people of both protocols and closes nobody else.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { secretBucket } from "@dragoman/bus-schema";
import { eventually } from "@dragoman/testing/deadline";
import { community } from "@dragoman/testing/nats";
import { Kvm } from "@nats-io/kv";
import { readJournal } from "../support/journal.ts";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { portOf } from "../support/stack.ts";
import { stackForTests } from "../support/test-stack.ts";

const home = stackForTests({ config: { trustedProxies: ["127.0.0.1"] } });

async function from(address: string, name: string): Promise<OriginchatsClient> {
  const client = await OriginchatsClient.connect(portOf(home.stack.originchats), {
    headers: { "x-forwarded-for": address },
  });
  await client.login(name);
  return client;
}

/** The keys of the secret bucket that hold addresses. */
async function kept(): Promise<readonly string[]> {
  const { connection } = home.stack.operator.coreBus;
  const bucket = await new Kvm(connection).open(secretBucket(community));
  const keys: string[] = [];
  for await (const key of await bucket.keys()) {
    if (/^(?:address|barred)\./.test(key)) keys.push(key);
  }
  return keys;
}

test("/whois on either side tells where a person of the other comes from", async () => {
  await home.stack.operator.addUser("cyd");
  const cyd = await from("192.0.2.44", "cyd");
  const olga = await home.onSockchat("olga");
  olga.say("/whois cyd");
  assert.equal((await olga.notice("ipaddr"))[3], "0\fipaddr\fcyd\f192.0.2.44");
  const owner = await home.onOriginchats("olga");
  const call = (username: string) =>
    owner.ask({ cmd: "slash_call", channel: "general", command: "whois", args: { username } });
  const told = (await call("cyd"))["message"] as Readonly<Record<string, unknown>>;
  assert.equal(told["content"], "**cyd**: `192.0.2.44`");
  assert.equal((await call("ada"))["val"], "User 'ada' is not online");
  const mona = await home.onOriginchats("mona");
  const refused = await mona.ask({
    cmd: "slash_call",
    channel: "general",
    command: "whois",
    args: { username: "cyd" },
  });
  assert.equal(refused["val"], "Access denied: 'owner' role required");
  assert.ok(!mona.log.entries.some((packet) => JSON.stringify(packet).includes("192.0.2.44")));
  await cyd.close();
});

test("an address ban from Sock Chat refuses log-ins on OriginChats and closes nobody else", async () => {
  for (const name of ["dot", "eve"]) await home.stack.operator.addUser(name);
  const dot = await from("198.51.100.9", "dot");
  const eve = await from("198.51.100.9", "eve");
  const mona = await home.onSockchat("mona");
  mona.say("/ban dot");
  await dot.next("disconnect");
  await dot.closed();
  assert.ok(eve.isOpen);
  const again = await OriginchatsClient.connect(portOf(home.stack.originchats), {
    headers: { "x-forwarded-for": "198.51.100.9" },
  });
  again.send({ cmd: "login", username: "eve", password: "dragoman" });
  assert.equal(
    (await again.next("auth_error"))["val"],
    "Access denied: You are banned from this server",
  );
  await again.close();
  mona.say("/unbanip 198.51.100.9");
  assert.equal((await mona.notice("unban"))[3], "0\funban\f198.51.100.9");
  await (await from("198.51.100.9", "eve")).close();
  await eve.close();
});

test("raw addresses stand in no record, and none is kept longer than its session or its ban", async () => {
  const records = JSON.stringify(await readJournal(home.stack.operator.coreBus));
  for (const address of ["192.0.2.44", "198.51.100.9"]) assert.ok(!records.includes(address));
  await eventually(10_000, "no address is left", async () => (await kept()).length === 0);
});
