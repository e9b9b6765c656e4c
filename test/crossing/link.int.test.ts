/** Bridge table, People: linking, a site's number for ever, guests. */
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { type SiteStand, siteSecret, startSite } from "../support/site.ts";
import { SockchatClient, type SockchatPacket } from "../support/sockchat-client.ts";
import { portOf, type Stack, startStack } from "../support/stack.ts";

let site: SiteStand;
let stack: Stack;
const open: (SockchatClient | OriginchatsClient)[] = [];

before(async () => {
  site = await startSite("sharpchat");
  stack = await startStack({
    sockchat: 1,
    originchats: 1,
    config: {
      accounts: { providers: ["local", "token", "guest", "site"] },
      site: { url: site.base, secret: siteSecret, cacheMs: 0 },
    },
  });
});
afterEach(() => {
  for (const client of open.splice(0)) client.socket.terminate();
});
after(async () => {
  await stack.stop();
  await site.stop();
});

async function onSite(...fields: string[]): Promise<[SockchatClient, SockchatPacket]> {
  const client = await SockchatClient.connect(portOf(stack.sockchat));
  open.push(client);
  client.send("1", ...fields);
  const packet = await client.next("1");
  if (packet[1] === "y") await client.next("5", ([, kind]) => kind === "2");
  return [client, packet];
}

async function onWeb(name: string): Promise<OriginchatsClient> {
  const client = await OriginchatsClient.signIn(portOf(stack.originchats), name);
  open.push(client);
  return client;
}

async function codeOnWeb(client: OriginchatsClient): Promise<string> {
  client.send({ cmd: "slash_call", channel: "general", command: "link", args: {} });
  const answer = await client.next("message_new", (packet) =>
    JSON.stringify(packet).includes("Your code"),
  );
  const { content } = answer["message"] as { content: string };
  return /`([0-9a-z]+-[0-9a-z]+)`/.exec(content)?.[1] ?? "";
}

test("a site's name that no account can have is called safely on either side", async () => {
  site.members.set("tok-61", { id: 61, name: "Foo Bar <b>", token: "tok-61", color: "inherit" });
  const ada = await onWeb("ada");
  const [there, packet] = await onSite("61", "tok-61");
  assert.equal(packet[3], "Foo_Bar_&lt;b&gt;");
  const { user } = await ada.next("user_connect", ({ user }) =>
    (user as { username: string }).username.startsWith("Foo"),
  );
  assert.equal((user as { username: string }).username, "Foo_Bar_b");
  there.socket.terminate();
  await ada.next("user_disconnect", (gone) => gone["username"] === "Foo_Bar_b");
});

test("a code from OriginChats makes a site's person the same one, who keeps the site's number", async () => {
  site.members.set("tok-47", { id: 47, name: "Flashwave", token: "tok-47", color: "#8559a5" });
  const ada = await onWeb("ada");
  const [there, packet] = await onSite("47", "tok-47");
  assert.equal(packet[3], "Flashwave");
  const code = await codeOnWeb(ada);
  there.send("2", "47", `/link ${code}`);
  const roles = await ada.next("user_roles_get", ({ user }) => user === "ada");
  assert.equal(roles["color"], "#8559a5");
  await ada.next("user_disconnect", (gone) => gone["username"] === "Flashwave");
  await ada.next("user_leave", (gone) => gone["username"] === "Flashwave");
  // Closed without packet 9: the client is to come back.
  await there.closed();
  assert.ok(!there.log.entries.some(([id]) => id === "9"));
  const [again, welcome] = await onSite("47", "tok-47");
  assert.deepEqual(welcome.slice(1, 5), ["y", "47", "ada", "#8559a5"]);
  again.send("2", "47", "one and the same");
  const message = (await ada.next("message_new"))["message"] as Record<string, unknown>;
  assert.deepEqual([message["user"], message["content"]], ["ada", "one and the same"]);
  await again.next("2", (line) => line[3] === "one and the same");
  const online = await ada.ask({ cmd: "users_online" });
  assert.equal((online["users"] as unknown[]).length, 1);
});

test("a code from Sock Chat works on OriginChats, once, and both passwords stay", async () => {
  await stack.operator.addUser("carol", ["user"], "carols");
  await stack.operator.addUser("carla", ["moderator"], "carlas");
  const [carol, packet] = await onSite("Local", "carol", "carols");
  carol.send("2", packet[2] ?? "", "/link");
  const text = (await carol.notice("say"))[3] ?? "";
  const code = /code is (\S+),/.exec(text)?.[1] ?? "";
  const carla = await OriginchatsClient.signIn(portOf(stack.originchats), "carla", "carlas");
  open.push(carla);
  carla.send({ cmd: "slash_call", channel: "general", command: "link", args: { code } });
  assert.equal((await carla.closed()).code, 1012);
  for (const [name, password] of [
    ["carla", "carlas"],
    ["carol", "carols"],
  ] as const) {
    const client = await OriginchatsClient.signIn(portOf(stack.originchats), name, password);
    open.push(client);
    const ready = client.log.entries.find(({ cmd }) => cmd === "ready");
    const user = ready?.["user"] as Record<string, unknown>;
    assert.equal(user["username"], "carol", name);
    assert.deepEqual(user["roles"], ["user", "moderator"]);
  }
  const ben = await onWeb("ben");
  ben.send({ cmd: "slash_call", channel: "general", command: "link", args: { code } });
  assert.equal((await ben.next("error"))["val"], "This code is not valid");
});

test("a code that is made up, and one's own, are refused on either side", async () => {
  const [ben, packet] = await onSite("Local", "ben", "dragoman");
  ben.send("2", packet[2] ?? "", "/link x-abcdefgh");
  assert.equal((await ben.notice("say"))[3], "0\fsay\fThis code is not valid.");
  ben.send("2", packet[2] ?? "", "/link");
  const code = /code is (\S+),/.exec((await ben.notice("say"))[3] ?? "")?.[1] ?? "";
  ben.send("2", packet[2] ?? "", `/link ${code}`);
  assert.match((await ben.notice("say"))[3] ?? "", /This code is your own/);
  assert.ok(ben.isOpen);
});

test("an identity can be taken away again, but not the only way in", async () => {
  site.members.set("tok-48", { id: 48, name: "lone", token: "tok-48" });
  const [lone] = await onSite("48", "tok-48");
  lone.send("2", "48", "/link remove rotur");
  assert.equal(
    (await lone.notice("say"))[3],
    "0\fsay\fNo rotur identity is linked to your account.",
  );
  lone.send("2", "48", "/link remove site");
  assert.equal((await lone.notice("say"))[3], "0\fsay\fThis is the only way in to your account.");
  site.members.set("tok-49", { id: 49, name: "second", token: "tok-49" });
  const mona = await onWeb("mona");
  const [second] = await onSite("49", "tok-49");
  second.send("2", "49", `/link ${await codeOnWeb(mona)}`);
  await second.closed();
  mona.send({
    cmd: "slash_call",
    channel: "general",
    command: "link",
    args: { code: "remove site" },
  });
  await mona.next("message_new", (p) => JSON.stringify(p).includes("no longer linked"));
  const [, anew] = await onSite("49", "tok-49");
  assert.equal(anew[3], "second-2");
});

test("a guest needs a name and nothing else, and is the same one again", async () => {
  const [, packet] = await onSite("Guest", "visitor");
  assert.deepEqual([packet[1], packet[3]], ["y", "visitor"]);
  const [, again] = await onSite("guest", "visitor");
  assert.equal(again[2], packet[2]);
  assert.deepEqual((await onSite("Guest", "olga"))[1].slice(3, 4), ["olga-2"]);
  assert.deepEqual((await onSite("Guest", "a b"))[1], ["1", "n", "authfail"]);
});
