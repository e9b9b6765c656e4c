/** An address is dodged by no spelling and by no other address of the same /64, on either protocol. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { portOf } from "../support/stack.ts";
import { stackForTests } from "../support/test-stack.ts";

const connectionsPerAddress = 6;
const home = stackForTests({
  config: { trustedProxies: ["127.0.0.1"], limits: { connectionsPerAddress } },
});
const forwarded = (address: string) => ({ "x-forwarded-for": address });
const connect = (address: string): Promise<OriginchatsClient> =>
  OriginchatsClient.connect(portOf(home.stack.originchats), { headers: forwarded(address) });

/** What eve, who is not banned, is told on both sides. */
async function eveFrom(address: string): Promise<readonly unknown[]> {
  const originchats = await connect(address);
  originchats.send({ cmd: "login", username: "eve", password: "dragoman" });
  const { cmd } = await originchats.log.next(
    "an answer",
    ({ cmd }) => cmd === "auth_error" || cmd === "auth_success",
  );
  const sockchat = await SockchatClient.connect(portOf(home.stack.sockchat), forwarded(address));
  sockchat.send("1", "Local", "eve", "dragoman");
  const [, outcome] = await sockchat.log.next("an answer", ([id]) => id === "1");
  await originchats.close();
  await sockchat.close();
  return [cmd, outcome];
}

test("a ban bars the address in every spelling, with a port, and its whole /64", async () => {
  for (const name of ["dot", "eve"]) await home.stack.operator.addUser(name);
  const dot = await connect("2001:db8::5");
  await dot.login("dot");
  const mona = await home.onSockchat("mona");
  mona.say("/ban dot");
  await dot.closed();
  for (const barred of [
    "2001:db8::5",
    "2001:0DB8:0:0:0:0:0:5",
    "[2001:db8::5]:4711",
    "2001:db8::6",
    "2001:db8:0:0:ffff:ffff:ffff:ffff",
  ]) {
    assert.deepEqual(await eveFrom(barred), ["auth_error", "n"], barred);
  }
  assert.deepEqual(await eveFrom("2001:db8:0:1::5"), ["auth_success", "y"]);
  mona.say("/unbanip 2001:DB8:0:0::77");
  await mona.notice("unban");
  assert.deepEqual(await eveFrom("2001:db8::5"), ["auth_success", "y"]);
});

test("connections of a /64 count together, those behind a balancer that writes ports do not", async () => {
  const household = [];
  for (let n = 0; n < connectionsPerAddress; n += 1)
    household.push(await connect(`2001:db8:1::${n}`));
  await assert.rejects(connect("2001:db8:1::ffff"), /503/);
  const others = [];
  for (let n = 0; n < connectionsPerAddress * 2; n += 1)
    others.push(await connect(`192.0.2.${n}:4711`));
  for (const client of [...household, ...others]) await client.close();
});
