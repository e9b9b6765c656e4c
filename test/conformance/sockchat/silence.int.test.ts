/**
 * Sock Chat 4.1 and 4.2: `/silence` and `/unsilence` in all their refusals (transcript 80), and what a silenced
 * person may still do (16, 80); each other try gets the `silence` notice (bridge table).
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { SockchatClient } from "../../support/sockchat-client.ts";
import { stackForTests } from "../../support/test-stack.ts";

const home = stackForTests();

async function newcomer(name: string, role = "user"): Promise<SockchatClient> {
  await home.stack.operator.addUser(name, [role]);
  return home.onSockchat(name);
}

/** Types a command and gives the body of the notice that answers it. */
async function answer(by: SockchatClient, text: string): Promise<string | undefined> {
  by.log.skip();
  by.say(text);
  const packet = await by.next("2", ([, , author]) => author === "-1");
  return packet[3];
}

/** The bodies of the lines that a client was sent live since then. */
function said(by: SockchatClient, mark: number): readonly (string | undefined)[] {
  return by.log
    .since(mark)
    .filter(([id]) => id === "2")
    .map((packet) => packet[3]);
}

test("/silence and /unsilence refuse in the reference's order", async () => {
  const mona = await home.onSockchat("mona");
  const bob = await newcomer("bob");
  await newcomer("dan", "moderator");
  for (const verb of ["silence", "unsilence"]) {
    assert.equal(await answer(bob, `/${verb} mona`), `1\fcmdna\f/${verb}`);
    assert.equal(await answer(bob, `/${verb}`), `1\fcmdna\f/${verb}`);
    assert.equal(await answer(mona, `/${verb}`), "1\fusernf\fUser");
    assert.equal(await answer(mona, `/${verb} nobody`), "1\fusernf\fnobody");
    assert.equal(await answer(mona, `/${verb} ada`), "1\fusernf\fada", "ada is not online");
  }
  assert.equal(await answer(mona, "/silence mona"), "1\fsilself");
  assert.equal(await answer(mona, "/silence mona soon"), "1\fsilself");
  assert.equal(await answer(mona, "/silence dan"), "1\fsilperr");
  assert.equal(await answer(mona, "/silence dan soon"), "1\fsilperr");
  for (const time of ["soon", "0", "-2", "1e3", "0x5"]) {
    assert.equal(await answer(mona, `/silence bob ${time}`), "1\fcmderr", time);
  }
  assert.equal(await answer(mona, "/unsilence bob"), "1\fusilerr");
  assert.equal(await answer(mona, "/unsilence dan"), "1\fusilperr");
  assert.equal(await answer(mona, "/unsilence mona"), "1\fusilperr");
});

test("silence goes to the person, silok to the moderator, and nothing to others", async () => {
  const mona = await home.onSockchat("mona");
  const cal = await newcomer("cal");
  const other = await home.onSockchat("ben");
  const mark = other.log.length;
  assert.equal(await answer(mona, "/silence cal"), "0\fsilok\fcal");
  assert.equal((await cal.notice("silence"))[3], "0\fsilence");
  assert.equal(await answer(mona, "/silence cal"), "1\fsilerr");
  assert.equal(await answer(mona, "/silence cal soon"), "1\fsilerr");
  for (const text of ["hello?", "/me waves", "/msg mona psst", "/who", "/nonsense", "/say x"]) {
    assert.equal(await answer(cal, text), "0\fsilence", text);
  }
  assert.equal(await answer(cal, "/join nowhere"), "1\fnochan\fnowhere");
  assert.equal(await answer(cal, "/whois mona"), "1\fcmdna\f/whois");
  assert.equal(await answer(cal, "/ip mona"), "1\fcmdna\f/ip");
  assert.deepEqual(said(other, mark), []);
  const again = await home.onSockchat("cal");
  assert.equal(await answer(again, "still dropped"), "0\fsilence", "it outlives a reconnect");
  assert.equal(await answer(mona, "/unsilence CAL"), "0\fusilok\fcal");
  for (const session of [cal, again]) assert.equal((await session.notice("unsil"))[3], "0\funsil");
  cal.say("free");
  await other.sees("free");
});

test("a time is seconds, -1 is for ever, and a silence that ends by itself is told as one that is lifted", async () => {
  const mona = await home.onSockchat("mona");
  const eli = await newcomer("eli");
  assert.equal(await answer(mona, "/silence eli 0.7"), "0\fsilok\feli");
  await eli.notice("silence");
  assert.equal((await eli.next("2"))[3], "0\fsay\fThe silence ends in 1 second");
  assert.equal(await answer(eli, "dropped"), "0\fsilence");
  await eli.notice("unsil");
  const mark = eli.log.length;
  eli.say("heard");
  await eli.sees("heard");
  assert.deepEqual(said(eli, mark), ["heard"]);
  assert.equal(await answer(mona, "/unsilence eli"), "1\fusilerr");
  assert.equal(await answer(mona, "/silence eli -1"), "0\fsilok\feli");
  assert.equal(await answer(mona, "/unsilence eli"), "0\fusilok\feli");
});

test("a silenced moderator goes on moderating, but is not heard", async () => {
  const dot = await newcomer("dot", "moderator");
  const olga = await home.onSockchat("olga");
  const ben = await home.onSockchat("ben");
  assert.equal(await answer(olga, "/silence dot"), "0\fsilok\fdot");
  await dot.notice("silence");
  assert.equal(await answer(dot, "hello?"), "0\fsilence");
  assert.equal(await answer(dot, "/unsilence dot"), "1\fusilperr");
  assert.equal(await answer(dot, "/silence ben"), "0\fsilok\fben");
  await ben.notice("silence");
  assert.equal(await answer(dot, "/unsilence ben"), "0\fusilok\fben");
});
