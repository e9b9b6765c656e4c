/** Bridge table, People: one account on both sides at once, tokens, one budget. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { SockchatClient } from "../support/sockchat-client.ts";
import { portOf } from "../support/stack.ts";
import { stackForTests } from "../support/test-stack.ts";

const home = stackForTests({ config: { limits: { messagesPerMinute: 6, burstLimit: 0 } } });

test("a person on both protocols is one person, and comes and goes once", async () => {
  const olga = await home.onOriginchats("olga");
  const watcher = await home.onSockchat("mona");
  const onOriginchats = await home.onOriginchats("ben");
  await olga.next("user_connect", (packet) => JSON.stringify(packet).includes('"ben"'));
  await watcher.next("1", (packet) => packet[3] === "ben");
  const onSockchat = await home.onSockchat("ben");
  const online = await olga.ask({ cmd: "users_online" });
  const bens = (online["users"] as { username: string }[]).filter((u) => u.username === "ben");
  assert.equal(bens.length, 1);
  await onOriginchats.close();
  onSockchat.say("still here");
  await watcher.sees("still here");
  assert.ok(!watcher.log.entries.some(([id]) => id === "3"), "nobody left");
  await onSockchat.close();
  const gone = await olga.next("user_disconnect");
  assert.equal(gone["username"], "ben");
  await watcher.next("3", (packet) => packet[2] === "ben");
  const connects = olga.log.entries.filter(
    (packet) => packet.cmd === "user_connect" && JSON.stringify(packet).includes('"ben"'),
  );
  assert.equal(connects.length, 1);
});

test("a token asked for on OriginChats logs in on Sock Chat, in both forms, until it is revoked", async () => {
  const ada = await home.onOriginchats("ada");
  const token = await ada.loginToken();
  const first = await SockchatClient.connect(portOf(home.stack.sockchat));
  first.send("1", "Bearer", token);
  const welcome = await first.next("1");
  assert.equal(welcome[1], "y");
  assert.equal(welcome[3], "ada");
  const second = await SockchatClient.connect(portOf(home.stack.sockchat));
  second.send("1", welcome[2] ?? "", token);
  assert.equal((await second.next("1"))[1], "y");
  const wrong = await SockchatClient.connect(portOf(home.stack.sockchat));
  wrong.send("1", "77", token);
  assert.deepEqual((await wrong.next("1")).slice(0, 3), ["1", "n", "authfail"]);
  second.send("2", welcome[2] ?? "", "/token revoke");
  await second.notice("say");
  const late = await SockchatClient.connect(portOf(home.stack.sockchat));
  late.send("1", "Bearer", token);
  assert.deepEqual((await late.next("1")).slice(0, 3), ["1", "n", "authfail"]);
  for (const client of [first, second]) await client.close();
});

test("one message budget holds over both protocols, and each says so in its own way", async () => {
  await home.stack.operator.addUser("gil");
  const there = await home.onOriginchats("gil");
  const here = await home.onSockchat("gil");
  for (let n = 1; n <= 3; n += 1) {
    there.say("general", `there ${n}`);
    await here.sees(`there ${n}`);
    here.say(`here ${n}`);
    await there.sees(`here ${n}`);
  }
  here.say("one too many");
  await here.notice("flwarn");
  there.say("general", "one too many there");
  const limited = await there.next("rate_limit");
  assert.match(String(limited["reason"]), /^Rate limit exceeded\. Wait \d+\.\d seconds$/);
  const error = await there.next("error");
  assert.match(String(error["val"]), /^Rate limited: /);
  assert.ok(!there.has("one too many"));
});
