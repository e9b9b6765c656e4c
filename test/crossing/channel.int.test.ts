/** Bridge table, Channels: what a channel, its password, its rank and its end on one side are on the other. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { OriginchatsClient, OriginchatsPacket } from "../support/originchats-client.ts";
import type { SockchatClient } from "../support/sockchat-client.ts";
import { stackForTests } from "../support/test-stack.ts";

const home = stackForTests({
  config: { graceMs: 0, sockchat: { floodWarn: 1000, floodKick: 1000 } },
});
const lists = { view: ["user"], send: ["user"] };

type Listed = Readonly<Record<string, unknown>> & { readonly name: string };
const entries = (packet: OriginchatsPacket) => packet["val"] as readonly Listed[];
const entry = (packet: OriginchatsPacket, name: string) =>
  entries(packet).find((channel) => channel.name === name);

/** The next unasked list in which a channel stands, or no longer stands. */
function list(client: OriginchatsClient, name: string, isThere = true): Promise<OriginchatsPacket> {
  return client.next("channels_get", (p) => (entry(p, name) !== undefined) === isThere);
}

async function join(client: SockchatClient, channel: string, password = ""): Promise<void> {
  client.say(`/join ${channel}${password === "" ? "" : ` ${password}`}`);
  await client.next("5", ([, kind, slug]) => kind === "2" && slug === channel);
}

test("a channel of OriginChats is one on Sock Chat under a name in its alphabet", async () => {
  const olga = await home.onOriginchats("olga");
  const ben = await home.onSockchat("ben");
  const create = { cmd: "channel_create", name: "Café au lait", type: "text", permissions: lists };
  await olga.ask(create);
  assert.deepEqual(await ben.next("4"), ["4", "0", "Cafe_au_lait", "0", "0"]);
  await join(ben, "Cafe_au_lait");
  ben.say("bonjour");
  const posted = await olga.next("message_new", (p) => JSON.stringify(p).includes("bonjour"));
  assert.equal(posted["channel"], "Café au lait");
});

test("a channel of Sock Chat is listed on OriginChats to everybody, with its first line", async () => {
  const ada = await home.onOriginchats("ada");
  const olga = await home.onSockchat("olga");
  olga.say("/create open house");
  const listed = entry(await list(ada, "open_house"), "open_house");
  assert.deepEqual(listed?.["permissions"], lists);
  await ada.sees("#open_house was created by olga.");
});

test("a minimum rank is role names in permissions.view", async () => {
  const mona = await home.onOriginchats("mona");
  const ada = await home.onOriginchats("ada");
  const olga = await home.onSockchat("olga");
  olga.say("/create 5 heights");
  const listed = entry(await list(mona, "heights"), "heights");
  assert.deepEqual(listed?.["permissions"], {
    view: ["owner", "admin", "moderator"],
    send: ["user"],
  });
  await olga.notice("crchan");
  olga.say("/rank 0");
  assert.ok(entry(await list(ada, "heights"), "heights"));
  const update = await mona.next("channel_update");
  assert.deepEqual((update["channel"] as Listed)["permissions"], lists);
});

test("the default channel takes no rank, not even one that all have, nor a password", async () => {
  const olga = await home.onSockchat("olga");
  const web = await home.onOriginchats("olga");
  for (const command of ["/rank 1", "/rank 2", "/password x"]) {
    olga.say(command);
    assert.equal((await olga.notice("namchan"))[3], "1\fnamchan\fgeneral", command);
  }
  const asked = { cmd: "slash_call", channel: "general", command: "rank", args: { rank: 1 } };
  assert.equal((await web.ask(asked))["val"], "The default channel stays open to everybody");
});

test("a channel with a password is not listed until the person enters it, nor after leaving it", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onSockchat("ben");
  ben.say("/create den");
  await list(ada, "den");
  const there = await ben.next("7", ([, kind, count]) => kind === "0" && count === "1");
  assert.equal(there[4], "ada", "who may view it is there");
  await ben.notice("crchan");
  ben.say("/password s3cret");
  await list(ada, "den", false);
  const gone = await ben.next("5", ([, kind]) => kind === "1");
  assert.equal(gone[2], there[3]);
  ben.say("behind the door");
  await ben.sees("behind the door");
  const hidden = await ada.ask({ cmd: "messages_get", channel: "den" });
  assert.equal(hidden["val"], "Channel not found");

  const call = (command: string, args: object): void =>
    ada.send({ cmd: "slash_call", channel: "general", command, args });
  call("join", { name: "den" });
  assert.equal((await ada.next("error"))["val"], "#den needs a password");
  call("join", { name: "den", password: "x" });
  assert.equal((await ada.next("error"))["val"], "Wrong password");
  call("join", { name: "den", password: "s3cret" });
  assert.ok(entry(await list(ada, "den"), "den"));
  await ada.sees("You have entered #den.");
  const came = await ben.next("5", ([, kind]) => kind === "0");
  assert.deepEqual([came[2], came[3]], [gone[2], "ada"]);
  ada.say("den", "let me in");
  await ben.sees("let me in");
  const page = await ada.ask({ cmd: "messages_get", channel: "den" });
  assert.ok(JSON.stringify(page).includes("behind the door"));

  call("leave", { name: "den" });
  await list(ada, "den", false);
  assert.equal((await ben.next("5", ([, kind]) => kind === "1"))[2], gone[2]);
  call("join", { name: "den", password: "s3cret" });
  await list(ada, "den");
  ben.say("/password other");
  await list(ada, "den", false);
});

test("the password stands nowhere on OriginChats, and an entry on one side opens the other", async () => {
  const here = await home.onOriginchats("ada");
  const there = await home.onSockchat("ada");
  const olga = await home.onOriginchats("olga");
  const ben = await home.onSockchat("ben");
  ben.say("/create cellar");
  await list(here, "cellar");
  ben.say("/password hunter2");
  await list(here, "cellar", false);
  await join(there, "cellar", "hunter2");
  await list(here, "cellar");
  const update = await olga.next("channel_update", (p) => p["current_name"] === "cellar");
  assert.ok(update, "who manages channels goes on seeing it");
  for (const client of [here, olga]) {
    assert.ok(!JSON.stringify(client.log.entries).includes("hunter2"));
  }
});

test("who stands in a channel that gets a password stays, sees who is shut out, and loses no list", async () => {
  const mona = await home.onOriginchats("mona");
  const here = await home.onOriginchats("ada");
  const there = await home.onSockchat("ada");
  const ben = await home.onSockchat("ben");
  ben.say("/create attic");
  await ben.notice("crchan");
  await list(here, "attic");
  await join(there, "attic");
  const lists = here.log.entries.filter(({ cmd }) => cmd === "channels_get").length;
  ben.say("/password s3cret");
  await list(mona, "attic", false);
  const listing = there.log.entries.filter(([id, kind]) => id === "7" && kind === "0").at(-1) ?? [];
  const number = listing[listing.indexOf("mona") - 1];
  assert.equal((await there.next("5", ([, kind]) => kind === "1"))[2], number);
  ben.say("among us");
  await here.sees("among us");
  assert.equal(here.log.entries.filter(({ cmd }) => cmd === "channels_get").length, lists);
});

test("a temporary channel of an OriginChats owner says so and goes with the last session", async () => {
  const ada = await home.onOriginchats("ada");
  const olga = await home.onOriginchats("olga");
  const ben = await home.onSockchat("ben");
  ada.send({ cmd: "slash_call", channel: "general", command: "create", args: { name: "brief" } });
  assert.deepEqual(await ben.next("4"), ["4", "0", "brief", "0", "1"]);
  const listed = entry(await list(olga, "brief"), "brief");
  assert.equal(listed?.["description"], "Temporary channel: it goes when ada leaves.");
  await join(ben, "brief");
  const mark = ben.log.length;
  await ada.close();
  await ben.next("4", ([, kind]) => kind === "2");
  const got = ben.log.since(mark).map((packet) => packet.join("\t"));
  assert.ok(got.indexOf("5\t2\tgeneral") < got.indexOf("4\t2\tbrief"), got.join("\n"));
  await list(olga, "brief", false);
});

test("an owner on both protocols keeps a temporary channel until both are gone", async () => {
  const there = await home.onOriginchats("ben");
  const here = await home.onSockchat("ben");
  const mona = await home.onSockchat("mona");
  here.say("/create twofold");
  await mona.next("4", ([, , slug]) => slug === "twofold");
  await join(here, "general");
  await join(here, "twofold");
  await there.close();
  here.say("still there");
  await here.sees("still there");
  assert.ok(!mona.log.entries.some((p) => p.join("\t") === "4\t2\ttwofold"));
  await join(here, "general");
  assert.deepEqual(await mona.next("4"), ["4", "2", "twofold"]);
});

test("a rename is 4.1 from the old name to the new, and 5.2 to whoever stands in it", async () => {
  const olga = await home.onOriginchats("olga");
  const ben = await home.onSockchat("ben");
  const mona = await home.onSockchat("mona");
  await olga.ask({ cmd: "channel_create", name: "before", type: "text", permissions: lists });
  await ben.next("4");
  await join(ben, "before");
  const updates = { name: "after all" };
  await olga.ask({ cmd: "channel_update", current_name: "before", updates });
  assert.deepEqual(await mona.next("4", ([, kind]) => kind === "1"), [
    "4",
    "1",
    "before",
    "after_all",
    "0",
    "0",
  ]);
  assert.deepEqual(await ben.next("4", ([, kind]) => kind === "1"), [
    "4",
    "1",
    "before",
    "after_all",
    "0",
    "0",
  ]);
  assert.deepEqual(await ben.next("5"), ["5", "2", "after_all"]);
  await olga.ask({
    cmd: "channel_update",
    current_name: "after all",
    updates: { description: "D" },
  });
  ben.say("same place");
  await olga.sees("same place");
  const updated = ben.log.entries.filter(([id, kind]) => id === "4" && kind === "1");
  assert.equal(updated.length, 1, "a topic changes no list");
});

test("whoever loses the view of the channel where he stands is moved to the default one", async () => {
  const olga = await home.onOriginchats("olga");
  const ben = await home.onSockchat("ben");
  await olga.ask({ cmd: "channel_create", name: "closing", type: "text", permissions: lists });
  await ben.next("4");
  await join(ben, "closing");
  const mark = ben.log.length;
  const updates = { permissions: { view: ["owner"], send: ["owner"] } };
  await olga.ask({ cmd: "channel_update", current_name: "closing", updates });
  await ben.next("4", ([, kind]) => kind === "2");
  const got = ben.log.since(mark).map((packet) => packet.join("\t"));
  assert.ok(got.includes("8\t3"));
  assert.ok(
    got.some((line) => line.startsWith("7\t1\t")),
    "with its history",
  );
  assert.deepEqual(got.slice(-2), ["5\t2\tgeneral", "4\t2\tclosing"]);
  olga.say("closing", "for my eyes");
  ben.say("I am elsewhere");
  await olga.sees("I am elsewhere");
  assert.ok(!ben.has("for my eyes"));
});

test("a deleted channel is 4.2, and its people stand in the default one", async () => {
  const olga = await home.onOriginchats("olga");
  const ben = await home.onSockchat("ben");
  await olga.ask({ cmd: "channel_create", name: "doomed", type: "text", permissions: lists });
  await ben.next("4");
  await join(ben, "doomed");
  const deleted = await olga.ask({ cmd: "channel_delete", name: "doomed" });
  assert.equal(deleted["deleted"], true);
  assert.deepEqual(await ben.next("5", ([, kind]) => kind === "2"), ["5", "2", "general"]);
  assert.deepEqual(await ben.next("4"), ["4", "2", "doomed"]);
  ben.say("homeless no more");
  await olga.sees("homeless no more");
});

test("gaining and losing the view of a channel is coming and going there on Sock Chat", async () => {
  const olga = await home.onOriginchats("olga");
  await home.onOriginchats("ada");
  const ben = await home.onSockchat("ben");
  await olga.ask({ cmd: "channel_create", name: "hall", type: "text", permissions: lists });
  await ben.next("4");
  await join(ben, "hall");
  const narrow = { permissions: { ...lists, view: ["user"], send: ["owner"] } };
  await olga.ask({ cmd: "channel_update", current_name: "hall", updates: narrow });
  const only = { permissions: { view: ["owner"], send: ["owner"] } };
  await home.stack.operator.addUser("olaf", ["owner"]);
  const olaf = await home.onSockchat("olaf");
  await join(olaf, "hall");
  await olga.ask({ cmd: "channel_update", current_name: "hall", updates: only });
  const left = await olaf.next("5", ([, kind]) => kind === "1");
  await olga.ask({ cmd: "channel_update", current_name: "hall", updates: { permissions: lists } });
  const came = await olaf.next("5", ([, kind, , name]) => kind === "0" && name === "ada");
  assert.equal(left[2], came[2]);
});

test("who is on both sides comes and goes there too, whichever session is the older", async () => {
  const there = await home.onSockchat("ada");
  await home.onOriginchats("ada");
  const olga = await home.onOriginchats("olga");
  await olga.ask({ cmd: "channel_create", name: "attic", type: "text", permissions: lists });
  await home.stack.operator.addUser("oleg", ["owner"]);
  const oleg = await home.onSockchat("oleg");
  await join(oleg, "attic");
  const only = { permissions: { view: ["owner"], send: ["owner"] } };
  await olga.ask({ cmd: "channel_update", current_name: "attic", updates: only });
  const isAda = (kind: string) => (packet: readonly string[]) =>
    packet[1] === kind && packet[2] === there.userId;
  await oleg.next("5", isAda("1"));
  await olga.ask({ cmd: "channel_update", current_name: "attic", updates: { permissions: lists } });
  assert.equal((await oleg.next("5", isAda("0")))[3], "ada");
});
