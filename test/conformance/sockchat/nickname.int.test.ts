/** Sock Chat 1.2, 2.2 (packet 10), 4.1 (`nick`, `nameinuse`, `cmdna`) and 4.2: `/nick`. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { SockchatClient, SockchatPacket } from "../../support/sockchat-client.ts";
import { stackForTests } from "../../support/test-stack.ts";

/** Whoever goes is gone at once. */
const home = stackForTests({
  config: { graceMs: 0, sockchat: { floodWarn: 10_000, floodKick: 10_000 } },
});

async function newcomer(name: string, ...roles: string[]): Promise<SockchatClient> {
  await home.stack.operator.addUser(name, [...roles, "user"]);
  return home.onSockchat(name);
}

const of = (client: SockchatClient) => (packet: SockchatPacket) => packet[1] === client.userId;

test("/nick is a notice to the channel, then packet 10, with a tilde in front of the name", async () => {
  const cyd = await newcomer("cyd");
  const ben = await home.onSockchat("ben");
  cyd.say("/nick Cydney the Great");
  for (const client of [cyd, ben]) {
    const mark = client.log.length;
    assert.equal((await client.notice("nick"))[3], "0\fnick\fcyd\f~Cydney_the_Great");
    assert.deepEqual(await client.next("10"), [
      "10",
      cyd.userId,
      "~Cydney_the_Great",
      "inherit",
      "1\f0\f0\f1\f1",
    ]);
    assert.ok(client.log.length >= mark);
  }
  cyd.say("said as cydney");
  await ben.sees("said as cydney");
  cyd.say("/nick");
  assert.equal((await ben.notice("nick"))[3], "0\fnick\f~Cydney_the_Great\fcyd");
  assert.equal((await ben.next("10", of(cyd)))[2], "cyd");
});

test("one's own name, or none, is the account's name again", async () => {
  const dot = await newcomer("dot");
  dot.say("/nick Dotty");
  await dot.notice("nick");
  dot.say("/nick DOT");
  assert.equal((await dot.notice("nick"))[3], "0\fnick\f~Dotty\fdot");
  dot.say("/nick");
  assert.equal((await dot.notice("nameinuse"))[3], "1\fnameinuse\fdot");
  dot.say("/nick Dotty");
  await dot.notice("nick");
  dot.say("/nick Dotty");
  assert.equal((await dot.notice("nameinuse"))[3], "1\fnameinuse\f~Dotty");
});

test("a name or nickname of another, or one that looks like it, is in use", async () => {
  const eve = await newcomer("eve");
  const fay = await newcomer("fay");
  fay.say("/nick The Fay");
  await fay.notice("nick");
  for (const taken of ["ada", "ADA", "аda", "the fay", "~The_Fay"]) {
    eve.say(`/nick ${taken}`);
    const name = taken.replace(/^~/, "").replaceAll(" ", "_");
    assert.equal((await eve.notice("nameinuse"))[3], `1\fnameinuse\f~${name}`, taken);
  }
});

test("signs are escaped once, line breaks and tabs go, and the length is cut at twenty", async () => {
  const gil = await newcomer("gil");
  const names = [
    [`<b>&"'x`, "~&lt;b&gt;&amp;&quot;&#039;x"],
    ["~tilde", "~tilde"],
    ["~~", "gil"],
    ["n".repeat(40), `~${"n".repeat(20)}`],
    ["Имя 😀", "~Имя_😀"],
    [" two  spaces", "~_two__spaces"],
    ["line\nbreak", "~linebreak"],
    ["a\ffeed", "~afeed"],
  ] as const;
  for (const [typed, shown] of names) {
    gil.sendRaw(`2\t${gil.userId}\t/nick ${typed}`);
    const notice = await gil.notice("nick");
    assert.equal(notice[3]?.split("\f")[3], shown, typed);
  }
});

test("the nickname is gone when the last session ends", async () => {
  const hal = await newcomer("hal");
  const ben = await home.onSockchat("ben");
  hal.say("/nick Harald");
  await ben.notice("nick");
  await hal.close();
  const left = await ben.next("3", of(hal));
  assert.equal(left[2], "~Harald");
  await home.onSockchat("hal");
  const come = await ben.next("1", ([, , id]) => id === hal.userId);
  assert.equal(come[3], "hal");
});

test("a person is found by the nickname in commands, with and without its tilde", async () => {
  const ida = await newcomer("ida");
  const ben = await home.onSockchat("ben");
  ida.say("/nick Lady Ida");
  await ben.notice("nick");
  for (const typed of ["Lady_Ida", "~lady_ida", "ida"]) {
    ben.say(`/msg ${typed} psst ${typed}`);
    await ida.sees(`psst ${typed}`);
  }
  const mona = await home.onSockchat("mona");
  mona.say("/kick ~Lady_Ida");
  assert.equal((await ida.next("9"))[1], "0");
});

test("without the right it is cmdna; with that to others' a number names whose it is", async () => {
  const jon = await newcomer("jon");
  const ben = await home.onSockchat("ben");
  const mona = await home.onSockchat("mona");
  mona.say(`/nick ${jon.userId} Mister Jon`);
  assert.equal((await ben.next("10", of(jon)))[2], "~Mister_Jon");
  mona.say(`/nick ${jon.userId}`);
  assert.equal((await ben.next("10", of(jon)))[2], "jon");
  jon.say(`/nick ${ben.userId} x`);
  assert.equal((await jon.notice("nick"))[3], `0\fnick\fjon\f~${ben.userId}_x`);
  const olga = await home.onSockchat("olga");
  mona.say(`/nick ${olga.userId} x`);
  assert.equal((await mona.notice("cmdna"))[3], "1\fcmdna\f/nick");
  await home.stack.operator.mustAccept({
    type: "role.update",
    role: "user",
    permissions: ["send_messages"],
  });
  await jon.next("10", (packet) => of(jon)(packet) && packet[4] === "1\f0\f0\f0\f0");
  jon.say("/nick another");
  assert.equal((await jon.notice("cmdna"))[3], "1\fcmdna\f/nick");
});
