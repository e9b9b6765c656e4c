/**
 * Bridge table, whisper: as a channel of OriginChats, and to somebody who is not there, told at the next sign-in on Sock
 * Chat, once.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { OriginchatsClient, OriginchatsPacket } from "../support/originchats-client.ts";
import type { SockchatClient, SockchatPacket } from "../support/sockchat-client.ts";
import { stackForTests } from "../support/test-stack.ts";

const home = stackForTests({ config: { graceMs: 300 } });

const isWhisper = (packet: SockchatPacket): boolean => packet.at(-1) === "10011";

const slash = (command: string, args: object) => ({
  cmd: "slash_call",
  channel: "general",
  command,
  args,
});

/** Waits until a session that has signed in was sent all that follows its context. */
async function settled(client: SockchatClient): Promise<readonly SockchatPacket[]> {
  client.send("0", client.userId);
  await client.next("0");
  return client.log.entries.filter(isWhisper);
}

/** What a list of channels says of one; undefined: it is not in it. */
const listed = ({ val }: OriginchatsPacket, name: string) =>
  (val as readonly { readonly name: string; readonly permissions: object }[]).find(
    (channel) => channel.name === name,
  );

test("the first whisper is told without a page, and stays unread until it is opened", async () => {
  await home.stack.operator.addUser("sid");
  const olga = await home.onOriginchats("olga");
  const sid = await home.onSockchat("sid");
  const mark = olga.log.length;
  sid.say("/msg olga psst");
  await olga.sees("psst");
  await olga.ask({ cmd: "ping" });
  assert.deepEqual(
    olga.log.since(mark).map(({ cmd }) => cmd),
    ["channels_get", "message_new", "pong"],
  );
  const lists = olga.log.since(mark).filter(({ cmd }) => cmd === "channels_get");
  const channel = listed(lists[0] as OriginchatsPacket, "@sid");
  // The stock client lists those who have a role of the list's; without one it lists everybody.
  assert.deepEqual(channel?.permissions, { send: ["sid", "olga"] });
  const unreads = await olga.ask({ cmd: "unreads_get" });
  const counts = unreads["unreads"] as Readonly<Record<string, { readonly unread_count: number }>>;
  assert.equal(counts["@sid"]?.unread_count, 1);
});

test("a page comes behind the first whisper where an empty one was asked for", async () => {
  await home.stack.operator.addUser("tom");
  const olga = await home.onOriginchats("olga");
  const tom = await home.onOriginchats("tom");
  const said = await tom.ask(slash("msg", { username: "olga", text: "first" }));
  const { id } = said["message"] as { readonly id: string };
  await tom.ask({ cmd: "message_delete", channel: "@olga", id });
  const empty = await olga.ask({ cmd: "messages_get", channel: "@tom" });
  assert.deepEqual(empty["messages"], []);
  const mark = olga.log.length;
  for (const text of ["second", "third"]) await tom.ask(slash("msg", { username: "olga", text }));
  await olga.sees("third");
  const told = olga.log.since(mark).filter(({ channel }) => channel === "@tom");
  assert.deepEqual(
    told.map(({ cmd }) => cmd),
    ["message_new", "messages_get", "message_new"],
  );
  const [page] = told.filter(({ cmd }) => cmd === "messages_get");
  const texts = ((page?.["messages"] ?? []) as readonly { readonly content: string }[]).map(
    ({ content }) => content,
  );
  assert.deepEqual(texts, ["second"]);
});

test("whispers stand last, are nobody's to change, and go from the list until the next words", async () => {
  await home.stack.operator.addUser("uma");
  const olga = await home.onOriginchats("olga");
  const uma = await home.onSockchat("uma");
  uma.say("/msg olga hello");
  await olga.sees("hello");
  await olga.ask({ cmd: "channel_create", name: "younger", type: "text" });
  const list = async (): Promise<readonly string[]> => {
    const { val } = await olga.ask({ cmd: "channels_get" });
    return (val as readonly { readonly name: string }[]).map(({ name }) => name);
  };
  const before = await list();
  const firstWhisper = before.findIndex((name) => name.startsWith("@"));
  assert.ok(before.includes("younger") && before.includes("@uma"), before.join());
  assert.ok(
    before.slice(firstWhisper).every((name) => name.startsWith("@")),
    before.join(),
  );
  for (const change of [
    { cmd: "channel_update", current_name: "@uma", updates: { description: "mine" } },
    { cmd: "channel_move", name: "@uma", position: 0 },
    { cmd: "channel_delete", name: "@uma" },
  ]) {
    const { val } = await olga.ask(change);
    assert.equal(val, "You do not have permission to change a private channel", change.cmd);
  }
  const mark = olga.log.length;
  const left = await olga.ask(slash("leave", { name: "@uma" }));
  assert.equal(
    (left["message"] as { readonly content: string }).content,
    "@uma is put away until one of you writes there.",
  );
  const closed = olga.log.since(mark).find(({ cmd }) => cmd === "channels_get");
  assert.equal(listed(closed as OriginchatsPacket, "@uma"), undefined);
  const again = olga.log.length;
  uma.say("/msg olga are you there?");
  await olga.sees("are you there?");
  const told = olga.log.since(again).filter(({ cmd }) => cmd !== "unreads_update");
  assert.deepEqual(
    told.map(({ cmd }) => cmd),
    ["channels_get", "message_new"],
  );
  assert.ok((await list()).includes("@uma"));
  const entries = (await olga.ask({ cmd: "modlog_get" }))["entries"];
  assert.ok(!JSON.stringify(entries).includes("whisper"), "nobody reads of it");
});

test("what was heard on Sock Chat is read on OriginChats, and stays unread for whoever is on both", async () => {
  await home.stack.operator.addUser("val");
  const ada = await home.onOriginchats("ada");
  const here = await home.onSockchat("val");
  const whisper = (text: string) => ada.ask(slash("msg", { username: "val", text }));
  for (const text of ["one", "two"]) await whisper(text);
  await here.sees("two");
  const counts = async (by: OriginchatsClient) => {
    const { unreads } = await by.ask({ cmd: "unreads_get" });
    return (unreads as Readonly<Record<string, { readonly unread_count: number }>>)["@ada"];
  };
  const web = await home.onOriginchats("val");
  assert.equal((await counts(web))?.unread_count ?? 0, 0);
  await whisper("three");
  await here.sees("three");
  assert.equal((await counts(web))?.unread_count, 1);
});

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
