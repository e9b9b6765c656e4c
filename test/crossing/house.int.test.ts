/** Bridge table, names, passwords, the log, hidden places, the end of an account, and what OriginChats alone has. */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { portOf } from "../support/stack.ts";
import { stackForTests } from "../support/test-stack.ts";

const open: { readonly socket: { terminate(): void } }[] = [];
afterEach(() => {
  for (const { socket } of open.splice(0)) socket.terminate();
});
const home = stackForTests({
  config: { graceMs: 100, accounts: { providers: ["local", "token", "guest"] } },
});

async function guest(
  name: string,
): Promise<{ client: SockchatClient; welcome: readonly string[] }> {
  const client = await SockchatClient.connect(portOf(home.stack.sockchat));
  open.push(client);
  client.send("1", "Guest", name);
  return { client, welcome: await client.next("1") };
}

const usernameOf = (packet: { readonly [field: string]: unknown }): unknown =>
  (packet["user"] as { readonly username: string }).username;

test("one name is one person's on both sides, also for whoever looks alike", async () => {
  const ada = await home.onOriginchats("ada");
  const { welcome } = await guest("ada");
  assert.deepEqual([welcome[1], welcome[3]], ["y", "ada-2"], welcome.join(" "));
  const came = await ada.next("user_connect", (packet) => usernameOf(packet) !== "ada");
  assert.equal(usernameOf(came), "ada-2");
  const ben = await home.onSockchat("ben");
  for (const name of ["ada", "аda", "ad\u200ba", "ada-2"]) {
    ben.log.skip();
    ben.say(`/nick ${name}`);
    await ben.notice("nameinuse");
  }
  const stranger = await OriginchatsClient.connect(portOf(home.stack.originchats));
  open.push(stranger);
  stranger.send({ cmd: "register", username: "bеn", password: "secret" });
  const refused = await stranger.next("auth_error");
  assert.match(String(refused["val"]), /^Username (?:already taken|can only contain)/);
});

test("a new password ends the sessions of both sides but the one that asked", async () => {
  await home.stack.operator.addUser("pass");
  const asking = await home.onOriginchats("pass");
  const other = await home.onOriginchats("pass");
  const sock = await home.onSockchat("pass");
  const args = { current: "dragoman", wanted: "hunter22" };
  asking.send({ cmd: "slash_call", channel: "general", command: "passwd", args });
  const ended = await other.next("disconnect");
  assert.equal(ended["reason"], "Your password was changed");
  assert.equal((await other.closed()).code, 1000);
  assert.equal((await sock.next("9"))[0], "9");
  await sock.closed();
  assert.equal((await asking.ask({ cmd: "ping" })).cmd, "pong");
  const again = await SockchatClient.signIn(portOf(home.stack.sockchat), "pass", "hunter22");
  open.push(again);
  assert.equal(again.name, "pass");
});

test("what is done on either side stands in the log that OriginChats reads", async () => {
  const olga = await home.onOriginchats("olga");
  const mona = await home.onSockchat("mona");
  const ben = await home.onSockchat("ben");
  mona.say("/silence ben 60 noise");
  await ben.notice("silence");
  await olga.ask({ cmd: "user_timeout", user: "ben", timeout: 0 });
  const log = await olga.ask({ cmd: "modlog_get", category: "user_moderation", limit: 2 });
  const entries = log["entries"] as readonly {
    readonly action: string;
    readonly actor_name: string;
    readonly target_name: string;
    readonly details: { readonly protocol?: string; readonly reason?: string };
  }[];
  assert.deepEqual(
    entries.map(({ action, actor_name, target_name }) => [action, actor_name, target_name]),
    [
      ["user_timeout", "olga", "ben"],
      ["user_timeout", "mona", "ben"],
    ],
  );
  assert.equal(entries[1]?.details.protocol, "sockchat");
  assert.equal(entries[1]?.details.reason, "noise");
});

test("a hidden channel is to either side like one that is not there", async () => {
  const olga = await home.onOriginchats("olga");
  const ada = await home.onOriginchats("ada");
  const ben = await home.onSockchat("ben");
  await olga.ask({
    cmd: "channel_create",
    name: "line",
    type: "separator",
    permissions: { view: ["user"] },
  });
  const told = async (channel: string): Promise<unknown> =>
    (await ada.ask({ cmd: "message_new", channel, content: "x" }))["val"];
  assert.equal(await told("staff"), "Channel not found");
  assert.equal(await told("nosuch"), "Channel not found");
  for (const name of ["staff", "nosuch", "line"]) {
    ben.log.skip();
    ben.say(`/join ${name}`);
    assert.equal((await ben.notice("nochan"))[3], `1\fnochan\f${name}`);
  }
  assert.ok(!ben.log.entries.some(([id, , name]) => id === "4" && name === "line"));
});

test("whoever leaves for good is gone on both sides, and what they said stays", async () => {
  await home.stack.operator.addUser("goner");
  const web = await home.onOriginchats("goner");
  const sock = await home.onSockchat("goner");
  const ada = await home.onOriginchats("ada");
  const ben = await home.onSockchat("ben");
  web.say("general", "so long");
  await ben.sees("so long");
  web.send({ cmd: "user_leave" });
  assert.equal((await ada.next("user_leave"))["username"], "goner");
  await ben.next("3", ([, id]) => id === sock.userId);
  assert.equal((await sock.next("9"))[0], "9");
  await web.closed();
  const page = await ada.ask({ cmd: "messages_get", channel: "general", limit: 100 });
  const messages = page["messages"] as readonly { user: string; content: string }[];
  assert.equal(messages.find(({ content }) => content === "so long")?.user, "goner");
});

test("what has no place on Sock Chat sends nothing there", async () => {
  const olga = await home.onOriginchats("olga");
  const ada = await home.onOriginchats("ada");
  const ben = await home.onSockchat("ben");
  ben.send("0", ben.userId);
  await ben.next("0");
  const before = ben.log.length;
  await olga.ask({ cmd: "server_update", name: "Another house" });
  assert.equal((await ada.next("server_update"))["name"], "Another house");
  assert.equal((await ada.ask({ cmd: "pfp_set", url: "https://e.org/a.png" })).cmd, "pfp_set");
  assert.equal((await olga.ask({ cmd: "pfp_get", username: "ada" }))["val"], "https://e.org/a.png");
  await ada.ask({ cmd: "push_get_vapid" });
  await ada.ask({ cmd: "push_unsubscribe", endpoint: "https://e.org/push" });
  await olga.ask({ cmd: "plugins_list" });
  await olga.ask({ cmd: "plugins_reload" });
  ada.say("general", "and that is all");
  await ben.sees("and that is all");
  assert.deepEqual(
    ben.log.since(before).map(([id]) => id),
    ["2"],
  );
});
