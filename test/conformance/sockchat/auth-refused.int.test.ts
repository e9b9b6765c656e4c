/** Sock Chat 2.2, 3.4 and 7: 1.n with each reason, and what becomes of the connection afterwards. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { SockchatClient } from "../../support/sockchat-client.ts";
import { portOf } from "../../support/stack.ts";
import { stackForTests } from "../../support/test-stack.ts";

const home = stackForTests({
  config: {
    limits: { sockchatSessionsPerPerson: 1 },
    sockchat: { floodWarn: 5, floodKick: 6, floodWindowMs: 60_000 },
  },
});
const hasty = stackForTests({ config: { limits: { signInMs: 500, turnedAwayMs: 3_000 } } });

const connect = (): Promise<SockchatClient> => SockchatClient.connect(portOf(home.stack.sockchat));

async function answer(client: SockchatClient, ...fields: string[]): Promise<string> {
  client.send("1", ...fields);
  return (await client.next("1")).join("\t");
}

test("whoever was refused may try again on the same connection, and is let in", async () => {
  await home.onSockchat("ada");
  const client = await connect();
  assert.equal(await answer(client, "Local", "ben", "wrong"), "1\tn\tauthfail");
  assert.equal(await answer(client, "Local", "ada", "dragoman"), "1\tn\tsockfail");
  const packet = await client.login("ben");
  assert.deepEqual(packet.slice(0, 2), ["1", "y"]);
  client.say("in after all");
  await client.sees("in after all");
  await client.close();
});

test("userfail for somebody who may see no channel, as long as that is so", async () => {
  const seenBy = async (...view: string[]): Promise<void> => {
    for (const channel of ["general", "random", "staff"]) {
      const permissions = { view, send: view };
      await home.stack.operator.mustAccept({ type: "channel.update", channel, permissions });
    }
  };
  await home.stack.operator.addUser("lost", ["moderator"]);
  const client = await connect();
  await seenBy("user", "!moderator");
  assert.equal(await answer(client, "Local", "lost", "dragoman"), "1\tn\tuserfail");
  await seenBy("user");
  await client.login("lost");
  await client.close();
});

test("the time for signing in ends it, after a refusal too, without a further packet", async () => {
  const client = await SockchatClient.connect(portOf(hasty.stack.sockchat));
  assert.equal(await answer(client, "Local", "ben", "wrong"), "1\tn\tauthfail");
  assert.equal((await client.closed()).code, 1000);
  assert.equal(client.log.length, 1);
});

test("whoever is banned reads so longer than that, and not for ever", async () => {
  const { operator, sockchat } = hasty.stack;
  await operator.mustAccept({ type: "moderation.ban", target: "ben", addresses: false });
  const banned = await SockchatClient.connect(portOf(sockchat));
  assert.equal(await answer(banned, "Local", "ben", "dragoman"), "1\tn\tjoinfail\t-1");
  const guesser = await SockchatClient.connect(portOf(sockchat));
  assert.equal(await answer(guesser, "Local", "ben", "wrong"), "1\tn\tauthfail");
  await guesser.closed();
  assert.equal(banned.isOpen, true);
  assert.equal((await banned.closed()).code, 1000);
});

test("failed attempts count as packets: the sixth in a burst ends the connection", async () => {
  const client = await connect();
  for (let n = 1; n <= 5; n += 1) {
    assert.equal(await answer(client, "Misuzu", `made-up-${n}`), "1\tn\tauthfail");
  }
  client.send("1", "Misuzu", "made-up-6");
  assert.equal((await client.closed()).code, 1000);
  assert.ok(client.log.entries.every(([id, kind]) => id === "1" && kind === "n"));
});
