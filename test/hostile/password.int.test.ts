/**
 * A password is changed by its owner or by the operator: tokens of before and every other session of the person end on
 * both protocols, the former password lets nobody in, and neither stands in plain anywhere.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { secretBucket } from "@dragoman/bus-schema";
import { hashPassword, storeCredential } from "@dragoman/core";
import { eventually } from "@dragoman/testing/deadline";
import { community } from "@dragoman/testing/nats";
import { Kvm } from "@nats-io/kv";
import { readJournal } from "../support/journal.ts";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { portOf } from "../support/stack.ts";
import { stackForTests } from "../support/test-stack.ts";

const home = stackForTests();
const disconnected = "Your password was changed";

async function passwd(client: OriginchatsClient, current: string, wanted: string) {
  const args = { current, wanted };
  const answer = await client.ask({
    cmd: "slash_call",
    channel: "general",
    command: "passwd",
    args,
  });
  const message = answer["message"] as { readonly content?: string } | undefined;
  return message?.content ?? answer["val"];
}

async function refusedOnOriginchats(username: string, password: string): Promise<unknown> {
  const client = await OriginchatsClient.connect(portOf(home.stack.originchats));
  client.send({ cmd: "login", username, password });
  const { val } = await client.next("auth_error");
  await client.close();
  return val;
}

async function bySockchat(...fields: readonly string[]): Promise<string | undefined> {
  const client = await SockchatClient.connect(portOf(home.stack.sockchat));
  client.send("1", ...fields);
  const [, outcome] = await client.log.next("an answer", ([id]) => id === "1");
  await client.close();
  return outcome;
}

async function hashes(): Promise<number> {
  const { connection } = home.stack.operator.coreBus;
  const bucket = await new Kvm(connection).open(secretBucket(community));
  let count = 0;
  for await (const key of await bucket.keys()) if (key.startsWith("credential.")) count += 1;
  return count;
}

test("a person changes it on OriginChats: the asking connection stays, all else ends", async () => {
  const before = await hashes();
  const ada = await home.onOriginchats("ada");
  const other = await home.onOriginchats("ada");
  const sockchat = await home.onSockchat("ada");
  const token = await ada.loginToken();
  assert.equal(await bySockchat("Bearer", token), "y");
  assert.equal(await passwd(ada, "wrong", "hunter22"), "Invalid password");
  assert.equal(await passwd(ada, "dragoman", "abc"), "Password must be 4-72 characters");
  assert.match(String(await passwd(ada, "dragoman", "hunter22")), /^Your password is changed\./);
  assert.equal((await other.next("disconnect"))["reason"], disconnected);
  assert.equal((await other.closed()).code, 1000);
  await sockchat.next("9");
  await sockchat.closed();
  assert.equal(await bySockchat("Bearer", token), "n");
  assert.equal(await refusedOnOriginchats("ada", "dragoman"), "Invalid password");
  assert.ok(ada.isOpen);
  await (await OriginchatsClient.signIn(portOf(home.stack.originchats), "ada", "hunter22")).close();
  await eventually(5_000, "the former hash is gone", async () => (await hashes()) === before);
});

test("a person changes it on Sock Chat", async () => {
  const other = await home.onOriginchats("ben");
  const ben = await home.onSockchat("ben");
  ben.say("/passwd dragoman");
  await ben.notice("cmderr");
  ben.say("/passwd wrong hunter23");
  assert.match(String((await ben.notice("say"))[3]), /That is not your present password/);
  ben.say("/passwd dragoman hunter23");
  assert.equal((await other.next("disconnect"))["reason"], disconnected);
  assert.match(String((await ben.notice("say"))[3]), /Your password is changed/);
  assert.equal(await bySockchat("Local", "ben", "dragoman"), "n");
  assert.equal(await bySockchat("Local", "ben", "hunter23"), "y");
});

test("the operator changes it, and everything of before ends", async () => {
  const mona = await home.onOriginchats("mona");
  const { bus, mustAccept } = home.stack.operator;
  const credentialId = await storeCredential(bus, community, await hashPassword("hunter24"));
  await mustAccept({ type: "user.reset", target: "mona", credentialId });
  assert.equal((await mona.next("disconnect"))["reason"], disconnected);
  assert.equal(await bySockchat("Local", "mona", "dragoman"), "n");
  assert.equal(await bySockchat("Local", "mona", "hunter24"), "y");
});

test("each change stands in the audit log with who made it, and without a word of it", async () => {
  const olga = await home.onOriginchats("olga");
  const { entries } = await olga.ask({ cmd: "modlog_get", action: "user_password" });
  const shown = (entries as readonly Record<string, unknown>[]).map((entry) => [
    entry["actor_name"],
    entry["target_name"],
    entry["details"],
  ]);
  assert.deepEqual(shown, [
    ["operator", "mona", {}],
    ["ben", "ben", { protocol: "sockchat" }],
    ["ada", "ada", { protocol: "originchats" }],
  ]);
});

test("no password stands in the journal", async () => {
  const records = JSON.stringify(await readJournal(home.stack.operator.coreBus));
  for (const password of ["hunter22", "hunter23", "hunter24"])
    assert.ok(!records.includes(password));
});
