/** OriginChats 3, section 10: `voice_join`, `voice_leave`, `voice_mute`, `voice_unmute`, `voice_state`. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { OriginchatsClient, OriginchatsPacket } from "../../support/originchats-client.ts";
import { stackForTests } from "../../support/test-stack.ts";

const home = stackForTests({
  furnished: async (stack) => {
    for (const name of ["lounge", "attic"]) {
      const view = ["user"];
      await stack.operator.addChannel(name, view, "voice");
    }
    await stack.operator.addChannel("back room", ["owner"], "voice");
  },
});

const userId = (packet: OriginchatsPacket): string =>
  (packet["user"] as { readonly id: string }).id;

/** Enters and reads the reply. */
const enter = (client: OriginchatsClient, channel: string, peer: string) =>
  client.ask({ cmd: "voice_join", channel, peer_id: peer });

test("voice_join tells the viewers, the peer id only to those inside, and the joiner whom to call", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onOriginchats("ben");
  const mona = await home.onOriginchats("mona");
  ada.send({ cmd: "voice_join", channel: "lounge", peer_id: "peer-ada", listener: "l" });
  assert.deepEqual(await ada.next("voice_join"), {
    cmd: "voice_join",
    channel: "lounge",
    participants: [],
    listener: "l",
  });
  const seen = await mona.next("voice_user_joined");
  assert.deepEqual(seen, {
    cmd: "voice_user_joined",
    channel: "lounge",
    user: { id: userId(seen), username: "ada", muted: false },
    global: true,
  });
  const reply = await enter(ben, "lounge", "peer-ben");
  assert.deepEqual(reply["participants"], [{ username: "ada", peer_id: "peer-ada", muted: false }]);
  assert.ok(
    !ben.log.entries.some(({ cmd, user }) => cmd === "voice_user_joined" && user === "ben"),
  );
  const inside = await ada.next("voice_user_joined");
  assert.deepEqual(inside["user"], {
    id: userId(inside),
    username: "ben",
    muted: false,
    peer_id: "peer-ben",
  });
  assert.deepEqual(Object.keys(inside), ["cmd", "channel", "user", "global"]);

  ben.send({ cmd: "voice_mute", listener: "m" });
  const updated = await ben.next("voice_user_updated");
  assert.deepEqual(updated["user"], {
    id: userId(updated),
    username: "ben",
    muted: true,
    peer_id: "peer-ben",
  });
  const muted = await ben.next("voice_mute");
  assert.deepEqual(muted, { cmd: "voice_mute", channel: "lounge", muted: true, listener: "m" });
  const outside = await mona.next("voice_user_updated");
  assert.deepEqual(outside["user"], { id: userId(outside), username: "ben", muted: true });

  const known = await ben.ask({ cmd: "voice_state", channel: "lounge" });
  const [first] = known["participants"] as readonly { readonly id: string }[];
  assert.deepEqual(known["participants"], [
    { id: first?.id, username: "ada", muted: false, peer_id: "peer-ada" },
    { id: userId(updated), username: "ben", muted: true, peer_id: "peer-ben" },
  ]);
  const bare = await mona.ask({ cmd: "voice_state", channel: "lounge" });
  assert.deepEqual(bare["participants"], [
    { id: first?.id, username: "ada", muted: false },
    { id: userId(updated), username: "ben", muted: true },
  ]);
  const list = await mona.ask({ cmd: "channels_get" });
  const lounge = (list["val"] as readonly Record<string, unknown>[]).find(
    ({ name }) => name === "lounge",
  );
  assert.deepEqual(lounge?.["voice_state"], [
    { username: "ada", muted: false },
    { username: "ben", muted: true },
  ]);
  const unmuted = await ben.ask({ cmd: "voice_unmute" });
  assert.deepEqual([unmuted.cmd, unmuted["muted"]], ["voice_unmute", false]);
  await ada.ask({ cmd: "voice_leave" });
  await ben.ask({ cmd: "voice_leave" });
});

test("whoever joins again or elsewhere leaves first, and leaves by voice_leave", async () => {
  const ben = await home.onOriginchats("ben");
  const mona = await home.onOriginchats("mona");
  await enter(ben, "lounge", "p1");
  await mona.next("voice_user_joined");
  await enter(ben, "attic", "p2");
  const left = { cmd: "voice_user_left", channel: "lounge", username: "ben", global: true };
  assert.deepEqual(await mona.next("voice_user_left"), left);
  assert.equal((await mona.next("voice_user_joined"))["channel"], "attic");
  ben.send({ cmd: "voice_leave", listener: "l" });
  assert.deepEqual(await mona.next("voice_user_left"), { ...left, channel: "attic" });
  assert.deepEqual(await ben.next("voice_user_left", ({ channel }) => channel === "attic"), {
    ...left,
    channel: "attic",
  });
  assert.deepEqual(await ben.next("voice_leave"), {
    cmd: "voice_leave",
    channel: "attic",
    listener: "l",
  });
});

test("voice commands refuse in the original's words", async () => {
  const ada = await home.onOriginchats("ada");
  const refused = async (packet: { cmd: string; [field: string]: unknown }): Promise<unknown> => {
    const answer = await ada.ask(packet);
    assert.deepEqual([answer.cmd, answer["src"]], ["error", packet.cmd]);
    return answer["val"];
  };
  const denied = "You do not have permission to access this voice channel";
  const join = (more: object) => refused({ cmd: "voice_join", ...more });
  assert.equal(await join({ channel: "lounge" }), "Peer ID is required");
  assert.equal(await join({ peer_id: "p" }), "Channel name is required");
  assert.equal(await join({ peer_id: "p", channel: "nope" }), denied);
  assert.equal(await join({ peer_id: "p", channel: "back room" }), denied);
  assert.equal(await join({ peer_id: "p", channel: "general" }), "This is not a voice channel");
  assert.equal(await refused({ cmd: "voice_state" }), "Channel name is required");
  assert.equal(await refused({ cmd: "voice_state", channel: "nope" }), denied);
  const general = { cmd: "voice_state", channel: "general" };
  assert.equal(await refused(general), "This is not a voice channel");
  for (const cmd of ["voice_leave", "voice_mute", "voice_unmute"]) {
    assert.equal(await refused({ cmd }), "You are not in a voice channel");
  }
});

test("a connection that ends leaves its voice channel before its person leaves", async () => {
  await home.stack.operator.addUser("dot");
  const dot = await home.onOriginchats("dot");
  const mona = await home.onOriginchats("mona");
  await enter(dot, "lounge", "p");
  await mona.next("voice_user_joined");
  const mark = mona.log.length;
  await dot.close();
  await mona.next("user_disconnect", ({ username }) => username === "dot");
  const told = mona.log
    .since(mark)
    .filter(({ username }) => username === "dot")
    .map(({ cmd }) => cmd);
  assert.deepEqual(told, ["voice_user_left", "user_disconnect"]);
});

test("a second session replaces the first in the same channel, and its end is the person's", async () => {
  const one = await home.onOriginchats("ben");
  const two = await home.onOriginchats("ben");
  const ada = await home.onOriginchats("ada");
  await enter(one, "lounge", "x1");
  await enter(two, "lounge", "x2");
  const state = await ada.ask({ cmd: "voice_state", channel: "lounge" });
  assert.equal((state["participants"] as readonly unknown[]).length, 1);
  const mark = ada.log.length;
  await one.close();
  await two.close();
  await ada.next("voice_user_left");
  const after = await ada.ask({ cmd: "voice_state", channel: "lounge" });
  assert.deepEqual(after["participants"], []);
  const lefts = ada.log.since(mark).filter(({ cmd }) => cmd === "voice_user_left");
  assert.equal(lefts.length, 1);
});

test("one person is in ten voice channels at once, by as many connections", async () => {
  const rooms = Array.from({ length: 11 }, (_, n) => `room ${n}`);
  for (const name of rooms) await home.stack.operator.addChannel(name, ["user"], "voice");
  const ada = await home.onOriginchats("ada");
  for (const name of rooms.slice(0, 10)) {
    const answer = await enter(await home.onOriginchats("ben"), name, name);
    assert.equal(answer.cmd, "voice_join", name);
  }
  const refused = await enter(await home.onOriginchats("ben"), "room 10", "p");
  assert.deepEqual([refused.cmd, refused["val"]], ["error", "Too many voice channels"]);
  const state = await ada.ask({ cmd: "voice_state", channel: "room 9" });
  assert.equal((state["participants"] as readonly unknown[]).length, 1);
});

test("a channel that goes, or may be viewed no longer, lets its voices go", async () => {
  const olga = await home.onOriginchats("olga");
  const ada = await home.onOriginchats("ada");
  const ben = await home.onOriginchats("ben");
  await olga.ask({
    cmd: "channel_create",
    name: "den",
    type: "voice",
    permissions: { view: ["user"] },
  });
  await ada.next("channels_get");
  await enter(ada, "den", "p");
  await enter(ben, "den", "q");
  olga.send({
    cmd: "channel_update",
    current_name: "den",
    updates: { permissions: { view: ["owner"] } },
  });
  const left = await olga.next("voice_user_left");
  assert.equal(left["channel"], "den");
  await olga.next("voice_user_left");
  const gone = await ada.ask({ cmd: "voice_leave" });
  assert.equal(gone["val"], "You are not in a voice channel");
  await enter(olga, "den", "o");
  const mark = olga.log.length;
  await olga.ask({ cmd: "channel_delete", name: "den" });
  const cmds = olga.log.since(mark).map(({ cmd }) => cmd);
  assert.ok(cmds.indexOf("voice_user_left") >= 0);
  assert.ok(cmds.indexOf("voice_user_left") < cmds.indexOf("channels_get"));
});
