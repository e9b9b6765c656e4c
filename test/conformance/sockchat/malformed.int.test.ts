/**
 * Sock Chat 1, 2.1, 3.4 and 4.2: what a malformed packet gets. Almost all of it is ignored: the proof is that the
 * next good packet is answered, that nothing else was, and that nobody else heard a thing.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { SockchatClient } from "../../support/sockchat-client.ts";
import { portOf } from "../../support/stack.ts";
import { stackForTests } from "../../support/test-stack.ts";

const home = stackForTests({
  config: {
    limits: { postContent: 100 },
    sockchat: { floodWarn: 10_000, floodKick: 10_000 },
  },
});
const connect = (): Promise<SockchatClient> => SockchatClient.connect(portOf(home.stack.sockchat));

test("unknown, empty and broken packet ids are ignored", async () => {
  const ben = await home.onSockchat("ben");
  const mark = ben.log.length;
  for (const frame of [
    "",
    "\t",
    "\t\t",
    "5\t0",
    "9\tkick",
    "11",
    "99",
    "-1\t2",
    "abc\t2",
    "hello",
    "1e0\t2",
    "__proto__\t1",
    "2",
    "2\t",
    `2\t${ben.userId}`,
    `2\f${ben.userId}\tx`,
  ]) {
    ben.sendRaw(frame);
  }
  ben.send("0", ben.userId);
  await ben.next("0");
  assert.deepEqual(ben.log.since(mark), [["0", "pong"]]);
});

test("text under an id that is not one's own, and blank text, are ignored", async () => {
  const ben = await home.onSockchat("ben");
  const mona = await home.onSockchat("mona");
  const mark = mona.log.length;
  for (const id of ["1", "-1", mona.userId, "", "x", `${ben.userId}.0`])
    ben.send("2", id, "not me");
  for (const text of ["", " ", "\r\n", "\u00a0", "\f", "\u2003\u3000"]) {
    ben.send("2", ben.userId, text);
  }
  ben.say("a good one");
  await mona.sees("a good one");
  const lines = mona.log.since(mark).filter(([id]) => id === "2");
  assert.equal(lines.length, 1);
});

test("fields after the text are ignored, and white space around it goes", async () => {
  const ben = await home.onSockchat("ben");
  ben.send("2", ben.userId, "  first field  ", "general", "more");
  const packet = await ben.next("2", ([, , author]) => author === ben.userId);
  assert.equal(packet[3], "first field");
  ben.sendRaw(`2\t${ben.userId}\tline one\nline two \f<b>`);
  const next = await ben.next("2", ([, , author]) => author === ben.userId);
  assert.equal(next[3], "line one <br/> line two &lt;b&gt;");
});

test("text above the limit is refused with a notice to its author alone", async () => {
  const ben = await home.onSockchat("ben");
  const mona = await home.onSockchat("mona");
  ben.say("x".repeat(101));
  const notice = await ben.notice("say");
  assert.equal(notice[3], "0\fsay\fMessage too long. Maximum length is 100 characters");
  ben.say("x".repeat(100));
  await mona.sees("x".repeat(100));
  assert.ok(!mona.has("x".repeat(101)));
});

test("an unknown command is named back, escaped", async () => {
  const ben = await home.onSockchat("ben");
  for (const [text, named] of [
    ["/nope", "nope"],
    ["/NOPE with words", "nope"],
    ["/<img src=x>", "&lt;img"],
    ["/no.pe", "nope"],
    ["/leave", "leave"],
    ["/constructor", "constructor"],
    ["/__proto__", "__proto__"],
  ] as const) {
    ben.say(text);
    assert.equal((await ben.notice("nocmd"))[3], `1\fnocmd\f${named}`);
  }
});

test("a malformed packet 1 is ignored, a wrong one is authfail and closed", async () => {
  const stranger = await connect();
  for (const frame of [
    "1",
    "1\t",
    "1\t\t",
    "1\t5",
    "1\tLocal\tben",
    "1\t0\tx",
    "2\t5\thello",
    "0\t5",
  ]) {
    stranger.sendRaw(frame);
  }
  stranger.send("1", "Local", "ben", "wrong");
  assert.deepEqual(await stranger.next("1"), ["1", "n", "authfail"]);
  assert.equal(stranger.log.length, 1);
  await stranger.login("ben");
  await stranger.close();
  for (const packet of [
    ["1", "Local", "nobody-here", "x"],
    ["1", "Bearer", "x.y.z"],
    ["1", "Misuzu", "whatever"],
    ["1", "5", "token"],
  ]) {
    const other = await connect();
    other.send(...packet);
    assert.deepEqual(await other.next("1"), ["1", "n", "authfail"], packet.join(" "));
    assert.ok(other.isOpen);
    await other.close();
  }
});

test("a second packet 1 of a session is ignored", async () => {
  const ben = await home.onSockchat("ben");
  const mark = ben.log.length;
  ben.send("1", "Local", "mona", "dragoman");
  ben.send("0", ben.userId);
  await ben.next("0");
  assert.deepEqual(ben.log.since(mark), [["0", "pong"]]);
});

test("more sessions than the cap are refused as sockfail", async () => {
  const sessions: SockchatClient[] = [];
  for (let n = 0; n < 5; n += 1) sessions.push(await home.onSockchat("ada"));
  const sixth = await connect();
  sixth.send("1", "Local", "ada", "dragoman");
  assert.deepEqual(await sixth.next("1"), ["1", "n", "sockfail"]);
  await sixth.close();
  assert.ok(sessions.every((session) => session.isOpen));
});

test("a refused /join is a notice and then 5.2 with the present channel", async () => {
  const ben = await home.onSockchat("ben");
  for (const [text, notice] of [
    ["/join nowhere", "1\fnochan\fnowhere"],
    ["/join general", "1\fsamechan\fgeneral"],
    ["/join staff", "1\fnochan\fstaff"],
  ] as const) {
    const mark = ben.log.length;
    ben.say(text);
    await ben.next("5", ([, kind]) => kind === "2");
    const heard = ben.log.since(mark);
    assert.equal(heard[0]?.[3], notice, text);
    assert.deepEqual(heard[1], ["5", "2", "general"]);
  }
});

test("a frame above the limit costs its connection, nobody else", async () => {
  const ben = await home.onSockchat("ben");
  const mona = await home.onSockchat("mona");
  ben.sendRaw(`2\t${ben.userId}\t${"x".repeat(70_000)}`);
  assert.equal((await ben.closed()).code, 1009);
  mona.say("all well");
  await mona.sees("all well");
});
