/** Sock Chat 2.2 (packet 10) and 4.2: `/afk`, its mark, and what ends it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { SockchatClient, SockchatPacket } from "../../support/sockchat-client.ts";
import { stackForTests } from "../../support/test-stack.ts";

const home = stackForTests();

async function newcomer(name: string): Promise<SockchatClient> {
  await home.stack.operator.addUser(name);
  return home.onSockchat(name);
}

const perms = "1\f0\f0\f1\f1";
/** Packet 10 of somebody. */
const update = (client: SockchatClient, name: string): SockchatPacket => [
  "10",
  client.userId,
  name,
  "inherit",
  perms,
];
const of = (client: SockchatClient) => (packet: SockchatPacket) => packet[1] === client.userId;

test("/afk puts a mark in front of the name, told to the channel and to its bearer", async () => {
  const cyd = await newcomer("cyd");
  const ben = await home.onSockchat("ben");
  cyd.say("/afk");
  for (const client of [cyd, ben]) {
    assert.deepEqual(await client.next("10", of(cyd)), update(cyd, "&lt;AFK&gt;_cyd"));
  }
});

test("the mark is the reason's first word in upper case, cut to five graphemes and escaped", async () => {
  const dot = await newcomer("dot");
  const ben = await home.onSockchat("ben");
  const marks = [
    ["/afk lunch with ada", "&lt;LUNCH&gt;_dot"],
    ["/afk breakfast", "&lt;BREAK&gt;_dot"],
    ["/afk ёжик", "&lt;ЁЖИК&gt;_dot"],
    ["/afk <b>&x", "&lt;&lt;B&gt;&amp;X&gt;_dot"],
    [
      "/afk 👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦",
      "&lt;👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦&gt;_dot",
    ],
  ] as const;
  for (const [typed, name] of marks) {
    dot.say(typed);
    await ben.next("10", (packet) => of(dot)(packet) && packet[2] === name);
  }
});

test("being away again ends the first and sets the second", async () => {
  const eve = await newcomer("eve");
  const ben = await home.onSockchat("ben");
  eve.say("/afk one");
  await ben.next("10", of(eve));
  eve.say("/afk two");
  assert.deepEqual(await ben.next("10", of(eve)), update(eve, "eve"));
  assert.deepEqual(await ben.next("10", of(eve)), update(eve, "&lt;TWO&gt;_eve"));
});

test("a message ends it before it is shown, a command and what is in vain as well", async () => {
  const fay = await newcomer("fay");
  const ben = await home.onSockchat("ben");
  const endings = ["back", "/me is here", "/nonsense", "/who"];
  for (const ending of endings) {
    fay.say("/afk");
    await ben.next("10", of(fay));
    const mark = fay.log.length;
    fay.say(ending);
    assert.deepEqual(await ben.next("10", of(fay)), update(fay, "fay"));
    await fay.log.until("the line", () => fay.log.since(mark).some(([id]) => id === "2"));
    const ids = fay.log.since(mark).map(([id]) => id);
    assert.deepEqual(ids.slice(-2), ["10", "2"], ending);
  }
});

test("a blank message and a ping leave it as it is, and a newcomer is given the mark", async () => {
  const gil = await newcomer("gil");
  gil.say("/afk");
  await gil.next("10", of(gil));
  const mark = gil.log.length;
  gil.say(" ");
  gil.send("0", gil.userId);
  await gil.next("0");
  assert.deepEqual(gil.log.since(mark), [["0", "pong"]]);
  const ben = await home.onSockchat("ben");
  const list = ben.log.entries.find(([id, kind]) => id === "7" && kind === "0") ?? [];
  assert.equal(list[list.indexOf(gil.userId) + 1], "&lt;AFK&gt;_gil");
});

test("somebody who is away is found under the shown name", async () => {
  const hal = await newcomer("hal");
  const ben = await home.onSockchat("ben");
  hal.say("/afk");
  await ben.next("10", of(hal));
  ben.say("/msg <AFK>_hal psst");
  await hal.sees("psst");
  ben.say("/msg &lt;AFK&gt;_hal again");
  await hal.sees("again");
});
