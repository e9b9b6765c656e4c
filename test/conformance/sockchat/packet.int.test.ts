/** Sock Chat reference 2.1 and 2.2: each packet over a real socket, field by field; and 4.2, what has no other file. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { SockchatClient, type SockchatPacket } from "../../support/sockchat-client.ts";
import { portOf } from "../../support/stack.ts";
import { stackForTests } from "../../support/test-stack.ts";

const home = stackForTests({
  config: {
    graceMs: 0,
    limits: { sockchatSessionsPerPerson: 3 },
    server: { motd: "Be <kind> & merry" },
  },
});
const number = /^[0-9]+$/;

/** The packet, with what differs from run to run as `#`. */
function shape(packet: SockchatPacket, ...masked: readonly number[]): string {
  for (const index of masked) assert.match(packet[index] ?? "", number, packet.join("|"));
  return packet.map((field, index) => (masked.includes(index) ? "#" : field)).join("\t");
}

/** A session of that name beside others that know of it. */
async function two(): Promise<readonly [SockchatClient, SockchatClient]> {
  const mona = await home.onSockchat("mona");
  const ben = await home.onSockchat("ben");
  await mona.next("1", ([, kind, , name]) => kind !== "y" && name === "ben");
  return [mona, ben];
}

/** The answer to an attempt in vain; the connection stays for another. */
async function refusal(...fields: string[]): Promise<string> {
  const client = await SockchatClient.connect(portOf(home.stack.sockchat));
  client.send("1", ...fields);
  const packet = await client.next("1");
  await client.login("ben");
  await client.close();
  return packet.join("\t");
}

test("packet 0, pong: whatever id the ping names", async () => {
  const ben = await home.onSockchat("ben");
  for (const fields of [[ben.userId], [], ["1"], [ben.userId, "1744579641"]]) {
    ben.send("0", ...fields);
    assert.deepEqual(await ben.next("0"), ["0", "pong"]);
  }
});

test("packet 1.y and the order after it: 7.1 of the day, 1.y, 7.2, 7.0, 7.1, 5.2", async () => {
  await home.onSockchat("mona");
  const ben = await home.onSockchat("ben");
  const packets = ben.log.entries;
  assert.equal(
    shape(packets[0] ?? [], 2, 8),
    "7\t1\t#\t-1\tChatBot\tinherit\t\t0\fsay\fBe &lt;kind&gt; & merry\t#\t0\t10010",
  );
  const y = packets[1] ?? [];
  assert.deepEqual(
    [...y.slice(0, 2), ...y.slice(3, 8), y[9]],
    ["1", "y", "ben", "inherit", "1\f0\f0\f1\f1", "general", "2000", "2000"],
  );
  assert.match(y[2] ?? "", number);
  assert.match(y[8] ?? "", /^[A-Za-z0-9_-]{32}$/);
  assert.equal(y.length, 10);
  assert.deepEqual(packets[2]?.slice(0, 2), ["7", "2"]);
  assert.deepEqual(packets[3]?.slice(0, 2), ["7", "0"]);
  assert.deepEqual(packets.at(-1), ["5", "2", "general"]);
});

test("packet 1.n: authfail, and the connection stays for another try", async () => {
  assert.equal(await refusal("Local", "ben", "wrong"), "1\tn\tauthfail");
  assert.equal(await refusal("Misuzu", "unknown"), "1\tn\tauthfail");
});

test("packet 1.n: sockfail above the cap, which counts the person's own sessions alone", async () => {
  for (let n = 0; n < 3; n += 1) await home.onSockchat("ada");
  assert.equal(await refusal("Local", "ada", "dragoman"), "1\tn\tsockfail");
  await home.onSockchat("ben");
});

test("packet 1.#: to those who are there, once for all sessions of a person", async () => {
  const mona = await home.onSockchat("mona");
  const mark = mona.log.length;
  const ben = await home.onSockchat("ben");
  const seen = await mona.next("1", ([, kind]) => kind !== "y");
  assert.equal(shape(seen, 1, 6), `1\t#\t${ben.userId}\tben\tinherit\t1\f0\f0\f1\f1\t#`);
  const second = await home.onSockchat("ben");
  second.say("from the second");
  await mona.sees("from the second");
  await ben.sees("from the second");
  assert.equal(mona.log.since(mark).filter(([id]) => id === "1").length, 1);
  await second.close();
  ben.say("still here");
  await mona.sees("still here");
  assert.equal(mona.log.since(mark).filter(([id]) => id === "3").length, 0);
  assert.ok(!ben.log.entries.some(([id, kind]) => id === "1" && kind !== "y"));
});

test("packet 2: text, action and whisper with their flags", async () => {
  const [mona, ben] = await two();
  ben.say("hello <b>");
  const text = await mona.next("2");
  assert.equal(shape(text, 1, 4), `2\t#\t${ben.userId}\thello &lt;b&gt;\t#\t10010`);
  for (const name of ["me", "action"]) {
    ben.say(`/${name} waves`);
    assert.equal(shape(await mona.next("2"), 1, 4), `2\t#\t${ben.userId}\t<i>waves</i>\t#\t11000`);
  }
  for (const name of ["msg", "whisper"]) {
    ben.log.skip();
    ben.say(`/${name} mona psst`);
    assert.equal(shape(await mona.next("2"), 1, 4), `2\t#\t${ben.userId}\tpsst\t#\t10011`);
    const own = await ben.next("2", (packet) => packet[5] === "10011");
    assert.equal(shape(own, 1, 4), `2\t#\t${ben.userId}\tmona psst\t#\t10011`);
  }
});

test("packet 3, leave: after the last session of a person", async () => {
  const [mona, ben] = await two();
  await ben.close();
  assert.equal(shape(await mona.next("3"), 4, 5), `3\t${ben.userId}\tben\tleave\t#\t#`);
});

test("packets 3 and 9, kick: the person is told and closed, the others hear the reason", async () => {
  const [mona, ben] = await two();
  mona.say("/kick ben");
  assert.deepEqual(await ben.next("9"), ["9", "0"]);
  assert.equal((await ben.closed()).code, 1000);
  assert.equal(shape(await mona.next("3"), 4, 5), `3\t${ben.userId}\tben\tkick\t#\t#`);
});

test("packet 6: /delete and /delmsg of a message, by those who may; delerr for what is not there", async () => {
  const everyone = ["user"];
  await home.stack.operator.mustAccept({
    type: "channel.create",
    kind: "text",
    name: "erasable",
    permissions: { view: everyone, send: everyone, delete: ["moderator"], delete_own: everyone },
  });
  const [mona, ben] = await two();
  for (const client of [mona, ben]) {
    client.say("/join erasable");
    await client.next("5", ([, kind, slug]) => kind === "2" && slug === "erasable");
  }
  for (const name of ["delete", "delmsg"]) {
    ben.say(`to be gone by ${name}`);
    const [, , , , id = ""] = await mona.next("2");
    mona.say(`/${name} ${id}`);
    assert.deepEqual(await ben.next("6"), ["6", id]);
    mona.say(`/${name} ${id}`);
    assert.equal((await mona.notice("delerr"))[3], "1\fdelerr");
  }
  mona.say("/delmsg x");
  assert.equal((await mona.notice("cmderr"))[3], "1\fcmderr");
});

test("packet 7.0: the others in the channel, not oneself; 7.2: the channels that one may see", async () => {
  const mona = await home.onSockchat("mona");
  const ben = await home.onSockchat("ben");
  const list = ben.log.entries.find(([id, kind]) => id === "7" && kind === "0");
  assert.deepEqual(list?.slice(0, 5), ["7", "0", "1", mona.userId, "mona"]);
  assert.deepEqual(list?.slice(6), ["5\f1\f0\f1\f1", "1"]);
  const channels = ben.log.entries.find(([id, kind]) => id === "7" && kind === "2");
  assert.match(channels?.join("\t") ?? "", /^7\t2\t[23]\tgeneral\t0\t0\trandom\t0\t0/);
});

test("packets 5.1, 8, 7.0, 5.2 and 5.0: a move", async () => {
  const [mona, ben] = await two();
  const mark = ben.log.length;
  ben.say("/join random");
  await ben.next("5", ([, kind]) => kind === "2");
  assert.equal(shape(await mona.next("5"), 3), `5\t1\t${ben.userId}\t#`);
  const got = ben.log.since(mark);
  assert.deepEqual(
    got
      .map(([id, kind]) => (id === "8" ? `8.${kind}` : `${id}.${kind}`))
      .filter((id) => id !== "7.1"),
    ["5.1", "8.3", "7.0", "5.2"],
  );
  mona.say("/join random");
  const came = await ben.next("5", ([, kind]) => kind === "0");
  assert.deepEqual(came.slice(0, 4), ["5", "0", mona.userId, "mona"]);
  assert.equal(came[5], "5\f1\f0\f1\f1");
  assert.equal(came.length, 7);
});

test("packet 10: to the channel and the person itself", async () => {
  const [mona, ben] = await two();
  ben.say("/afk lunch");
  for (const client of [mona, ben]) {
    assert.deepEqual(await client.next("10"), [
      "10",
      ben.userId,
      "&lt;LUNCH&gt;_ben",
      "inherit",
      "1\f0\f0\f1\f1",
    ]);
  }
});

test("packets 3 and 11: client info before the login, capabilities afterwards", async () => {
  const client = await SockchatClient.connect(portOf(home.stack.sockchat));
  client.send("3", "2");
  client.send("3", "Kuroko/fbcdbdb9e8", "TYPING\fX_OTHER");
  assert.deepEqual(await client.next("11"), ["11", "Dragoman", "TYPING"]);
  client.send("3", "Kuroko/fbcdbdb9e8", "");
  await client.login("ben");
  client.send("3", "MCHAN");
  assert.deepEqual(await client.next("11"), ["11", ""]);
  client.send("3", "TYPING MCHAN");
  assert.deepEqual(await client.next("11"), ["11", "TYPING"]);
  await client.close();
});

test("packets 4 and 12: typing, to those who were granted it", async () => {
  const [mona, ben] = await two();
  mona.send("3", "TYPING");
  await mona.next("11");
  ben.send("4", ben.userId, "general");
  const typing = await mona.next("12");
  assert.equal(shape(typing, 3), `12\tgeneral\t${ben.userId}\t#`);
  ben.say("done");
  await ben.sees("done");
  assert.ok(!ben.log.entries.some(([id]) => id === "12"));
});

test("/who channel: whochan with the channel's name and its list, the asker's own name in bold", async () => {
  const ben = await home.onSockchat("ben");
  ben.say("/who GENERAL");
  assert.equal(
    (await ben.notice("whochan"))[3],
    '0\fwhochan\fgeneral\f<a href="javascript:void(0);" onclick="UI.InsertChatText(this.innerHTML);" style="font-weight: bold;">ben</a>',
  );
});

test("commands find people under the name that lists show, as HTML", async () => {
  const [mona, ben] = await two();
  ben.say("/nick <b>&'x");
  await mona.next("10");
  mona.say("/msg ~&lt;b&gt;&amp;&#039;x psst");
  assert.equal((await ben.next("2", (packet) => packet[5] === "10011"))[3], "psst");
});
