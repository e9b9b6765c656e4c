/** Bridge table, Rules: the user list of Sock Chat when OriginChats is full of people. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { SockchatClient } from "../support/sockchat-client.ts";
import { stackForTests } from "../support/test-stack.ts";

const home = stackForTests({ config: { graceMs: 0, sockchat: { originchatsListed: 2 } } });

/** The names of packet 7.0. */
function listed(client: SockchatClient): readonly string[] {
  const packet = client.log.entries.findLast(([id, sub]) => id === "7" && sub === "0") ?? [];
  return packet.slice(3).filter((_, index) => index % 5 === 1);
}

/** What a client was told of a person's coming and going: packets 1.# and 3. */
const told = (client: SockchatClient, name: string): readonly string[] =>
  client.log.entries
    .filter((packet) => packet.includes(name) && ["1", "3"].includes(packet[0] ?? ""))
    .map(([id]) => id ?? "");

test("people of OriginChats above the limit are not listed, are heard, and are listed once they spoke", async () => {
  for (const name of ["one", "two", "three"]) await home.stack.operator.addUser(name);
  const mona = await home.onSockchat("mona");
  const one = await home.onOriginchats("one");
  await home.onOriginchats("two");
  const three = await home.onOriginchats("three");
  await mona.next("1", ([, , , name]) => name === "two");
  const ben = await home.onSockchat("ben");
  assert.deepEqual([...listed(ben)].sort(), ["mona", "one", "two"]);

  three.say("general", "heard all the same");
  const context = await ben.next("7", ([, , , , name]) => name === "three");
  assert.deepEqual([context[1], context[7], context[9]], ["1", "heard all the same", "1"]);
  one.say("general", "of the list");
  await ben.next("2", ([, , , text]) => text === "of the list");

  await three.close();
  const again = await home.onOriginchats("three");
  await ben.next("1", ([, , , name]) => name === "three");
  again.say("general", "and now as everybody");
  await ben.next("2", ([, , , text]) => text === "and now as everybody");
  await again.close();
  await ben.next("3", ([, , name]) => name === "three");
  await mona.next("3", ([, , name]) => name === "three");
  assert.deepEqual(told(mona, "three"), ["1", "3"]);
});

test("a place becomes free when somebody who was listed goes", async () => {
  for (const name of ["four", "five", "six"]) await home.stack.operator.addUser(name);
  const ben = await home.onSockchat("ben");
  const four = await home.onOriginchats("four");
  await home.onOriginchats("five");
  await ben.next("1", ([, , , name]) => name === "five");
  await four.close();
  await ben.next("3", ([, , name]) => name === "four");
  await home.onOriginchats("six");
  await ben.next("1", ([, , , name]) => name === "six");
});

test("a person who is on Sock Chat too is listed whatever the number", async () => {
  for (const name of ["seven", "eight"]) await home.stack.operator.addUser(name);
  const ben = await home.onSockchat("ben");
  for (const name of ["seven", "eight", "ada"]) await home.onOriginchats(name);
  const ada = await home.onSockchat("ada");
  await ben.next("5", ([, sub, , name]) => sub === "0" && name === "ada");
  const mona = await home.onSockchat("mona");
  assert.ok(listed(mona).includes("ada"));
  await ada.close();
  await ben.next("5", ([, sub, id]) => sub === "1" && id === ada.userId);
});
