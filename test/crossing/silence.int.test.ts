/**
 * Bridge table, Moderation, silence ⇄ time-out: from either side, as either side sees it, for whichever protocol
 * the person is on; and that it holds over a restart of core.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { stackForTests } from "../support/test-stack.ts";

const home = stackForTests();

/** What the person is told on OriginChats when it ends. */
const over = "Your time-out is over";

async function newcomer(name: string): Promise<string> {
  await home.stack.operator.addUser(name);
  return name;
}

test("a time-out from OriginChats is the silence notice, and lifting it is unsil", async () => {
  const name = await newcomer("cyd");
  const onSockchat = await home.onSockchat(name);
  const onOriginchats = await home.onOriginchats(name);
  const ben = await home.onSockchat("ben");
  const olga = await home.onOriginchats("olga");
  const mark = ben.log.length;
  await olga.ask({ cmd: "user_timeout", user: name, timeout: 600 });
  const notice = await onSockchat.notice("silence");
  assert.deepEqual([notice[2], notice[3], notice[5]], ["-1", "0\fsilence", "10010"]);
  const length = (await onSockchat.next("2"))[3];
  assert.equal(length, "0\fsay\fThe silence ends in 600 seconds");
  assert.deepEqual(await onOriginchats.next("rate_limit"), {
    cmd: "rate_limit",
    reason: "User timeout set",
    length: 600_000,
  });
  onSockchat.say("hello?");
  assert.equal((await onSockchat.notice("silence"))[3], "0\fsilence");
  const left = (await onSockchat.next("2"))[3] ?? "";
  assert.match(left, /^0\fsay\fThe silence ends in (?:600|59\d) seconds$/);
  onSockchat.say("/who");
  assert.equal((await onSockchat.notice("silence"))[3], "0\fsilence");
  assert.match((await onSockchat.next("2"))[3] ?? "", /^0\fsay\fThe silence ends in/);
  const lines = ben.log.since(mark).filter(([id]) => id === "2");
  assert.deepEqual(lines, [], "nobody else is told");
  await olga.ask({ cmd: "user_timeout", user: name, timeout: 0 });
  assert.equal((await onSockchat.notice("unsil"))[3], "0\funsil");
  assert.deepEqual(await onOriginchats.next("error", ({ val }) => val === over), {
    cmd: "error",
    src: "user_timeout",
    val: over,
  });
  onSockchat.say("here again");
  await ben.sees("here again");
});

test("a silence from Sock Chat is rate_limit and a readable error, at once and at each try", async () => {
  const name = await newcomer("dot");
  const first = await home.onOriginchats(name);
  const second = await home.onOriginchats(name);
  const mona = await home.onSockchat("mona");
  mona.say(`/silence ${name} 300`);
  assert.equal((await mona.notice("silok"))[3], `0\fsilok\f${name}`);
  for (const connection of [first, second]) {
    assert.deepEqual(await connection.next("rate_limit"), {
      cmd: "rate_limit",
      reason: "User timeout set",
      length: 300_000,
    });
    assert.deepEqual(await connection.next("error"), {
      cmd: "error",
      src: "user_timeout",
      val: "You are timed out for 300 seconds",
    });
  }
  first.say("general", "muted?");
  assert.match(
    String((await first.next("rate_limit"))["reason"]),
    /^You are in timeout for \d+\.\d more seconds$/,
  );
  assert.match(String((await first.next("error"))["val"]), /^You are timed out for \d+ seconds$/);
  const mark = first.log.length;
  for (const content of ["once more", "and again"]) {
    const limit = await first.ask({ cmd: "message_new", channel: "general", content });
    assert.equal(limit.cmd, "rate_limit");
  }
  await first.ask({ cmd: "ping" });
  const errors = first.log.since(mark).filter(({ cmd }) => cmd === "error");
  assert.deepEqual(
    errors.map(({ src }) => src),
    ["message_new", "message_new"],
    "the stock client shows nothing else",
  );
  mona.say(`/unsilence ${name}`);
  assert.equal((await mona.notice("usilok"))[3], `0\fusilok\f${name}`);
  second.say("general", "dot again");
  await mona.sees("dot again");
});

test("a silence that runs out is told to have ended, on both sides", async () => {
  const name = await newcomer("gus");
  const onSockchat = await home.onSockchat(name);
  const onOriginchats = await home.onOriginchats(name);
  const olga = await home.onOriginchats("olga");
  await olga.ask({ cmd: "user_timeout", user: name, timeout: 1 });
  assert.equal((await onSockchat.notice("silence"))[3], "0\fsilence");
  assert.equal((await onSockchat.next("2"))[3], "0\fsay\fThe silence ends in 1 second");
  assert.equal((await onSockchat.notice("unsil"))[3], "0\funsil");
  await onOriginchats.next("error", ({ val }) => val === over);
  onSockchat.say("heard again");
  await olga.sees("heard again");
});

test("a silence for ever has no end on either side", async () => {
  const name = await newcomer("eve");
  const eve = await home.onOriginchats(name);
  const mona = await home.onSockchat("mona");
  mona.say(`/silence ${name}`);
  await mona.notice("silok");
  assert.equal((await eve.next("error"))["val"], "You are timed out");
});

test("a silence outlives the core that decided it", async () => {
  const name = await newcomer("fox");
  const olga = await home.onOriginchats("olga");
  await olga.ask({ cmd: "user_timeout", user: name, timeout: 600 });
  const [core] = home.stack.cores;
  await home.stack.add("core");
  await core?.stop();
  const fox = await home.onOriginchats(name);
  const refused = await fox.ask({ cmd: "message_new", channel: "general", content: "x" }, 20_000);
  assert.equal(refused.cmd, "rate_limit");
  const onSockchat = await home.onSockchat(name);
  onSockchat.say("x");
  assert.equal((await onSockchat.notice("silence"))[3], "0\fsilence");
});
