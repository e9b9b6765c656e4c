/** Bridge table, People: display name, from each side to the other. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { SockchatPacket } from "../support/sockchat-client.ts";
import { stackForTests } from "../support/test-stack.ts";

/** Whoever goes is gone at once. */
const home = stackForTests({ config: { graceMs: 0 } });

const of = (id: string) => (packet: SockchatPacket) => packet[1] === id;
const nick = (nickname?: string) => ({
  cmd: "slash_call",
  channel: "general",
  command: "nick",
  args: nickname === undefined ? {} : { nickname },
});

test("/nick on Sock Chat shows on OriginChats until the last session ends, then what lasts returns", async () => {
  await home.stack.operator.addUser("cyd");
  const web = await home.onOriginchats("cyd");
  const here = await home.onSockchat("cyd");
  const ada = await home.onOriginchats("ada");
  await web.ask(nick("Cydney"));
  assert.equal((await ada.next("nickname_update"))["nickname"], "Cydney");
  here.say("/nick C for now");
  const told = await ada.next("nickname_update");
  assert.deepEqual([told["username"], told["nickname"]], ["cyd", "C_for_now"]);
  await here.close();
  await web.close();
  const back = await ada.next("nickname_update");
  assert.equal(back["nickname"], "Cydney");
  const again = await home.onOriginchats("cyd");
  const ready = again.log.entries.find(({ cmd }) => cmd === "ready");
  const user = ready?.["user"] as { readonly nickname?: string } | undefined;
  assert.equal(user?.nickname, "Cydney");
});

test("a temporary nickname without one that lasts is taken away at the end", async () => {
  await home.stack.operator.addUser("dot");
  const here = await home.onSockchat("dot");
  const ada = await home.onOriginchats("ada");
  here.say("/nick Dotty");
  await ada.next("nickname_update");
  await here.close();
  assert.equal((await ada.next("nickname_remove"))["username"], "dot");
});

test("an OriginChats nickname shows on Sock Chat with a tilde, as notice and packet 10", async () => {
  await home.stack.operator.addUser("eve");
  const here = await home.onSockchat("eve");
  const web = await home.onOriginchats("eve");
  const ben = await home.onSockchat("ben");
  await web.ask(nick("Eve <3"));
  assert.equal((await ben.notice("nick"))[3], "0\fnick\feve\f~Eve_&lt;3");
  assert.deepEqual(await ben.next("10", of(here.userId)), [
    "10",
    here.userId,
    "~Eve_&lt;3",
    "inherit",
    "1\f0\f0\f1\f1",
  ]);
  ben.say("/msg ~Eve_<3 psst");
  await here.sees("psst");
  await web.ask(nick());
  assert.equal((await ben.notice("nick"))[3], "0\fnick\f~Eve_&lt;3\feve");
});

test("a nickname that a moderator gives on OriginChats is packet 10 without a notice", async () => {
  await home.stack.operator.addUser("fay");
  const here = await home.onSockchat("fay");
  const ben = await home.onSockchat("ben");
  const mona = await home.onOriginchats("mona");
  await mona.ask({ cmd: "user_update", user: "fay", updates: { nickname: "Faye" } });
  assert.equal((await ben.next("10", of(here.userId)))[2], "~Faye");
  assert.ok(!ben.log.entries.some(([, , , body]) => body?.startsWith("0\fnick")));
});

test("another's account name is packet 10 on Sock Chat, and the person stays who they are", async () => {
  await home.stack.operator.addUser("gil");
  const here = await home.onSockchat("gil");
  const ben = await home.onSockchat("ben");
  const olga = await home.onOriginchats("olga");
  await olga.ask({ cmd: "user_update", user: "gil", updates: { username: "Gilbert" } });
  assert.equal((await ben.next("10", of(here.userId)))[2], "Gilbert");
  here.say("still me");
  await ben.sees("still me");
  await olga.sees("still me");
  assert.equal(olga.messages().at(-1)?.user, "Gilbert");
});
