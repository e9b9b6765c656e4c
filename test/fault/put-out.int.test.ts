/**
 * docs/journal.md 4.4 and 4.5: whoever has put somebody out is told so when it is so everywhere, also where a gateway
 * is late or cut off, and from then on nothing more is delivered to who was put out.
 */
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { subject } from "@dragoman/bus-schema";
import { community } from "@dragoman/testing/nats";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { startProxy } from "../support/proxy.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { portOf, type Stack, startStack } from "../support/stack.ts";

/** What a gateway delivers for no longer than is far less. */
const letGoMs = 5_000;

let stack: Stack;
let link: Awaited<ReturnType<typeof startProxy>>;
let mona: OriginchatsClient;
let ben: OriginchatsClient;
let benSock: SockchatClient;

/** Ben is on two gateways behind a link that can be made faulty, mona on one of her own. */
beforeEach(async () => {
  stack = await startStack({
    originchats: 1,
    config: { journal: { letGoMs, comeBackMs: 200 } },
  });
  link = await startProxy(stack.nats.port);
  const farOriginchats = await stack.add("originchats", { natsUrl: link.url });
  const farSockchat = await stack.add("sockchat", { natsUrl: link.url });
  mona = await OriginchatsClient.signIn(portOf(stack.originchats), "mona");
  ben = await OriginchatsClient.signIn(farOriginchats.port, "ben");
  benSock = await SockchatClient.signIn(farSockchat.port, "ben");
});

afterEach(async () => {
  await stack.stop();
  await link.stop();
});

/** Has mona ban ben, and resolves with how long it took until she was told that he is. */
async function ban(): Promise<number> {
  const begun = performance.now();
  mona.send({ cmd: "user_ban", user: "ben" });
  await mona.next("user_ban", (packet) => packet["banned"] === true);
  return performance.now() - begun;
}

test("a gateway that misses the ban holds its acknowledgement up until it has heard of it", async () => {
  link.drop((message) => message.subject === subject.event(community));
  const tookMs = await ban();
  const [told, toldSock] = [ben.log.length, benSock.log.length];
  assert.equal(ben.log.entries.at(-2)?.cmd, "disconnect", "he was put out first");
  assert.deepEqual(benSock.log.entries.at(-1), ["9", "1", "-1"]);
  await Promise.all([ben.closed(), benSock.closed()]);
  assert.deepEqual([ben.log.length, benSock.log.length], [told, toldSock]);
  assert.ok(tookMs < letGoMs - 1_000, `acknowledged after ${tookMs} ms`);
});

test("a gateway that is cut off holds it up no longer than it delivers, and answers nothing then", async () => {
  link.hang();
  mona.say("general", "the last before the ban");
  await mona.sees("the last before the ban");
  const tookMs = await ban();
  assert.ok(tookMs < letGoMs - 1_000, `acknowledged after ${tookMs} ms`);
  const [told, toldSock] = [ben.log.length, benSock.log.length];
  ben.send({ cmd: "users_list" });
  ben.say("general", "from the grave");
  benSock.say("from the grave");
  benSock.say("/who");
  assert.equal((await ben.ask({ cmd: "ping" })).cmd, "pong");
  assert.deepEqual(
    ben.log.since(told).map(({ cmd }) => cmd),
    ["pong"],
  );

  assert.deepEqual(await ben.closed(), { code: 1012, reason: "Come back" });
  await benSock.closed();
  assert.deepEqual(
    ben.log.since(told).map(({ cmd }) => cmd),
    ["pong"],
  );
  const [farewell, ...more] = benSock.log.since(toldSock);
  assert.match(farewell?.[3] ?? "", /connects again/);
  assert.deepEqual(more, []);
  link.resume();
  await mona.ask({ cmd: "ping" });
  assert.ok(!mona.has("from the grave"));
});

test("what a gateway has missed reaches nobody who was put out meanwhile", async () => {
  link.hang();
  mona.say("general", "before the ban");
  await mona.sees("before the ban");
  await ban();
  const [told, toldSock] = [ben.log.length, benSock.log.length];
  // It is to learn of the message at once, and of the ban later.
  const isTheBan = Buffer.from('"moderation.banned"');
  link.drop(
    (message) =>
      message.subject === subject.event(community) &&
      Buffer.from(message.payload).includes(isTheBan),
  );
  link.resume();
  assert.equal((await ben.next("disconnect"))["reason"], "You have been banned");
  await benSock.next("9");
  await Promise.all([ben.closed(), benSock.closed()]);
  assert.ok(!ben.has("before the ban") && !benSock.has("before the ban"));
  assert.deepEqual(
    ben.log.since(told).map(({ cmd }) => cmd),
    ["disconnect", "error"],
  );
  assert.deepEqual(benSock.log.since(toldSock), [["9", "1", "-1"]]);
});
