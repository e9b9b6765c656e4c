/** Bridge table, People: away and invisible, from each side to the other. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { OriginchatsClient } from "../support/originchats-client.ts";
import type { SockchatPacket } from "../support/sockchat-client.ts";
import { stackForTests } from "../support/test-stack.ts";

const home = stackForTests();

async function newcomer(name: string): Promise<OriginchatsClient> {
  await home.stack.operator.addUser(name);
  return home.onOriginchats(name);
}

const of = (id: string) => (packet: SockchatPacket) => packet[1] === id;
const numberOf = async (name: string): Promise<string> => {
  const client = await home.onSockchat(name);
  const id = client.userId;
  await client.close();
  return id;
};

test("/afk on Sock Chat is idle with its text on OriginChats, and posting on either side ends it", async () => {
  const cyd = await newcomer("cyd");
  const here = await home.onSockchat("cyd");
  const ada = await home.onOriginchats("ada");
  const ben = await home.onSockchat("ben");
  here.say("/afk lunch break");
  const status = { status: "idle", text: "lunch break" };
  assert.deepEqual(await ada.next("status_get"), {
    cmd: "status_get",
    username: "cyd",
    status,
    global: true,
  });
  assert.equal((await ben.next("10", of(here.userId)))[2], "&lt;LUNCH&gt;_cyd");
  // Two blanks: the first word, of which the mark is made, is empty.
  here.say("/afk  spaced out");
  await ben.next("10", ([, id, name]) => id === here.userId && name === "&lt;AFK&gt;_cyd");
  const spaced = await ada.next("status_get", ({ status: now }) => {
    return (now as { readonly status: string }).status === "idle";
  });
  assert.deepEqual(spaced["status"], { status: "idle", text: " spaced out" });
  cyd.say("general", "from the web");
  const back = await ada.next("status_get");
  assert.deepEqual(back["status"], { status: "online", text: "" });
  assert.equal((await ben.next("10", of(here.userId)))[2], "cyd");
  await ben.sees("from the web");
  here.say("/afk");
  assert.deepEqual((await ada.next("status_get"))["status"], { status: "idle", text: "" });
  here.say("back here");
  assert.deepEqual((await ada.next("status_get"))["status"], { status: "online", text: "" });
});

test("a status with a text marks the name; the bare idle of a hidden tab does not show", async () => {
  const id = await numberOf("olga");
  const olga = await home.onOriginchats("olga");
  const ben = await home.onSockchat("ben");
  await olga.ask({ cmd: "status_set", status: "idle" });
  await olga.ask({ cmd: "status_set", status: "online", text: "listening" });
  await olga.ask({ cmd: "status_set", status: "dnd", text: "in a meeting" });
  const marked = await ben.next("10", of(id));
  assert.deepEqual(marked, ["10", id, "&lt;IN&gt;_olga", "#9400D3", "10\f1\f1\f1\f2"]);
  olga.say("general", "posting does not end it");
  await ben.sees("posting does not end it");
  await olga.ask({ cmd: "status_set", status: "online" });
  assert.equal((await ben.next("10", of(id)))[2], "olga");
  const updates = ben.log.entries.filter((packet) => packet[0] === "10" && packet[1] === id);
  assert.equal(updates.length, 2);
});

test("who goes invisible leaves Sock Chat's list, and what they post carries their name", async () => {
  const id = await numberOf("mona");
  const mona = await home.onOriginchats("mona");
  const ben = await home.onSockchat("ben");
  await mona.ask({ cmd: "status_set", status: "invisible" });
  const left = await ben.next("3", of(id));
  assert.deepEqual([left[2], left[3]], ["mona", "leave"]);
  mona.say("general", "a voice from nowhere");
  await ben.sees("a voice from nowhere");
  const line = ben.lines().find(({ text }) => text === "a voice from nowhere");
  assert.deepEqual([line?.authorId, line?.live], [id, false]);
  const later = await home.onSockchat("ada");
  const list = later.log.entries.find((packet) => packet[0] === "7" && packet[1] === "0") ?? [];
  assert.ok(!list.includes(id));
  await mona.ask({ cmd: "status_set", status: "offline" });
  await mona.ask({ cmd: "status_set", status: "online", text: "here" });
  const come = await ben.next("1", ([, , who]) => who === id);
  assert.equal(come[3], "mona");
  const about = ben.log.entries.filter(
    (packet) => packet[0] === "10" || (packet[0] === "3" && packet[1] === id),
  );
  assert.equal(about.length, 1);
});

test("a hidden person's own Sock Chat session stays, unseen by the others", async () => {
  const dot = await newcomer("dot");
  const here = await home.onSockchat("dot");
  const ben = await home.onSockchat("ben");
  await dot.ask({ cmd: "status_set", status: "invisible" });
  await ben.next("3", of(here.userId));
  here.say("still able to write");
  await ben.sees("still able to write");
  await here.sees("still able to write");
});
