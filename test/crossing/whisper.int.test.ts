/** Bridge table, whisper: to somebody who is not there, told at the next sign-in on Sock Chat, once. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { SockchatClient, SockchatPacket } from "../support/sockchat-client.ts";
import { stackForTests } from "../support/test-stack.ts";

const home = stackForTests({ config: { graceMs: 300 } });

const isWhisper = (packet: SockchatPacket): boolean => packet.at(-1) === "10011";

/** Waits until a session that has signed in was sent all that follows its context. */
async function settled(client: SockchatClient): Promise<readonly SockchatPacket[]> {
  client.send("0", client.userId);
  await client.next("0");
  return client.log.entries.filter(isWhisper);
}

test("whispers to somebody who is nowhere wait for the next sign-in, and come once", async () => {
  await home.stack.operator.addUser("gone");
  const ada = await home.onOriginchats("ada");
  const ben = await home.onSockchat("ben");
  ben.say("/msg gone are you <there>?");
  const own = await ben.next("2", isWhisper);
  assert.equal(own[3], "gone are you &lt;there&gt;?");
  ada.send({
    cmd: "slash_call",
    channel: "general",
    command: "msg",
    args: { username: "gone", text: "psst" },
  });
  await ada.sees("psst");

  const gone = await home.onSockchat("gone");
  const told = await settled(gone);
  const shape = ([, , , id, name, , , body, , notify, flags]: SockchatPacket) => [
    id === ben.userId ? "ben" : name,
    body,
    notify,
    flags,
  ];
  assert.deepEqual(told.map(shape), [
    ["ben", "are you &lt;there&gt;?", "1", "10011"],
    ["ada", "psst", "1", "10011"],
  ]);
  assert.ok(told.every((packet) => packet[0] === "7" && packet[1] === "1"));
  gone.say("/msg ben yes");
  assert.equal((await ben.next("2", (p) => isWhisper(p) && p[2] !== ben.userId))[3], "yes");
  await gone.close();
  await ben.next("3", ([, id]) => id === gone.userId);

  const again = await home.onSockchat("gone");
  assert.deepEqual(await settled(again), []);
});

test("what was whispered within the grace of a lost connection is told on coming back", async () => {
  await home.stack.operator.addUser("brief");
  const ben = await home.onSockchat("ben");
  const brief = await home.onSockchat("brief");
  await ben.next("1", ([, kind, , name]) => kind !== "y" && name === "brief");
  await brief.close();
  ben.say("/msg brief back soon?");
  await ben.next("2", isWhisper);
  const back = await home.onSockchat("brief");
  assert.deepEqual(
    (await settled(back)).map(([, , , id, , , , body]) => [id, body]),
    [[ben.userId, "back soon?"]],
  );
});

test("whoever was on OriginChats meanwhile had them there, and is not told again", async () => {
  const ben = await home.onSockchat("ben");
  const mona = await home.onOriginchats("mona");
  ben.say("/msg mona seen already");
  await mona.sees("seen already");
  assert.deepEqual(await settled(await home.onSockchat("mona")), []);
});
