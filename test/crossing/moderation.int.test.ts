/** Bridge table, Moderation: kick and ban from each side, what the person sees, and what the others see. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { portOf } from "../support/stack.ts";
import { stackForTests } from "../support/test-stack.ts";

const home = stackForTests();

/** A person of the test's own, so that bans do not meet another test. */
async function newcomer(name: string): Promise<string> {
  await home.stack.operator.addUser(name);
  return name;
}

test("a ban from OriginChats closes the person's sockets on both sides and keeps both shut", async () => {
  const name = await newcomer("cyd");
  const onSockchat = await home.onSockchat(name);
  const onOriginchats = await home.onOriginchats(name);
  const ben = await home.onSockchat("ben");
  const olga = await home.onOriginchats("olga");
  olga.send({ cmd: "user_ban", user: name });
  await olga.next("user_disconnect", (packet) => packet["username"] === name);
  await olga.next("user_leave", (packet) => packet["username"] === name);
  assert.deepEqual(await olga.next("user_ban"), { cmd: "user_ban", user: name, banned: true });

  assert.deepEqual(await onSockchat.next("9"), ["9", "1", "-1"]);
  assert.equal((await onSockchat.closed()).code, 1000);
  const told = await onOriginchats.next("disconnect");
  assert.equal(told["reason"], "You have been banned");
  const error = await onOriginchats.next("error");
  assert.equal(error["val"], "You are banned from this server");
  assert.equal((await onOriginchats.closed()).code, 1000);

  const left = await ben.next("3", ([, id]) => id === onSockchat.userId);
  assert.equal(left[3], "kick");

  const sockchat = await SockchatClient.connect(portOf(home.stack.sockchat));
  sockchat.send("1", "Local", name, "dragoman");
  assert.deepEqual(await sockchat.next("1"), ["1", "n", "joinfail", "-1"]);
  const originchats = await OriginchatsClient.connect(portOf(home.stack.originchats));
  originchats.send({ cmd: "login", username: name, password: "dragoman" });
  const refused = await originchats.next("auth_error");
  assert.equal(refused["val"], "Access denied: You are banned from this server");
  assert.ok(originchats.isOpen, "a refused connection stays");
  await originchats.close();

  const unbanned = await olga.ask({ cmd: "user_unban", user: name });
  assert.equal(unbanned["unbanned"], true);
  await home.onSockchat(name);
  await home.onOriginchats(name);
});

test("a ban from Sock Chat with a time closes both sides, with its end in packet 9 and joinfail", async () => {
  const name = await newcomer("dot");
  const onSockchat = await home.onSockchat(name);
  const onOriginchats = await home.onOriginchats(name);
  const mona = await home.onSockchat("mona");
  const before = Math.floor(Date.now() / 1000);
  mona.say(`/ban ${name} 3600`);
  const nine = await onSockchat.next("9");
  assert.equal(nine[1], "1");
  const until = Number(nine[2]);
  assert.ok(until >= before + 3599 && until <= before + 3660, `until ${until}`);
  await onSockchat.closed();
  await onOriginchats.next("disconnect");
  await onOriginchats.closed();
  const again = await SockchatClient.connect(portOf(home.stack.sockchat));
  again.send("1", "Local", name, "dragoman");
  assert.deepEqual(await again.next("1"), ["1", "n", "joinfail", nine[2]]);
  mona.say(`/unban ${name}`);
  const notice = await mona.notice("unban");
  assert.equal(notice[3], `0\funban\f${name}`);
});

test("a kick without a time lets the person come back at once", async () => {
  const name = await newcomer("eve");
  const onSockchat = await home.onSockchat(name);
  const onOriginchats = await home.onOriginchats(name);
  const mona = await home.onSockchat("mona");
  mona.say(`/kick ${name}`);
  assert.deepEqual(await onSockchat.next("9"), ["9", "0"]);
  await onSockchat.closed();
  const error = await onOriginchats.next("error");
  assert.match(String(error["val"]), /^Kicked/);
  await onOriginchats.closed();
  await home.onSockchat(name);
});

test("nobody acts upon an equal or higher rank, from either side", async () => {
  const mona = await home.onSockchat("mona");
  const olga = await home.onOriginchats("olga");
  mona.say("/ban olga");
  const refusal = await mona.notice("kickna");
  assert.equal(refusal[3], "1\fkickna\folga");
  const ada = await home.onOriginchats("ada");
  const denied = await ada.ask({ cmd: "user_ban", user: "mona" });
  assert.equal(denied.cmd, "error");
  assert.equal(denied["val"], "Access denied: 'owner' role required");
  assert.ok(olga.isOpen && mona.isOpen);
});
