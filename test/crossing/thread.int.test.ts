/** Bridge table, forum and threads: on Sock Chat each open thread is a channel that one may stand in. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { OriginchatsClient } from "../support/originchats-client.ts";
import type { SockchatClient, SockchatPacket } from "../support/sockchat-client.ts";
import { stackForTests } from "../support/test-stack.ts";

const everybody = { view: ["user"], send: ["user"], create_thread: ["user"] };
const owners = { view: ["owner"], send: ["owner"], create_thread: ["owner"] };

const home = stackForTests({
  furnished: async ({ operator }) => {
    const forums = { forum: everybody, vault: owners };
    for (const [name, permissions] of Object.entries(forums)) {
      await operator.mustAccept({ type: "channel.create", kind: "forum", name, permissions });
    }
  },
});

async function create(by: OriginchatsClient, name: string, channel = "forum"): Promise<string> {
  const packet = await by.ask({ cmd: "thread_create", channel, name });
  return (packet["thread"] as { id: string }).id;
}

/** A packet 4.x or 5.x by its text. */
function packet(client: SockchatClient, text: string): Promise<SockchatPacket> {
  const fields = text.split(" ");
  return client.next(fields[0] ?? "", (got) => got.join(" ") === text);
}

async function join(client: SockchatClient, slug: string): Promise<void> {
  client.say(`/join ${slug}`);
  await packet(client, `5 2 ${slug}`);
}

/** The names in the list that a session is given when it signs in. */
function listedAt(client: SockchatClient): readonly string[] {
  const list = client.log.entries.find(([id, kind]) => id === "7" && kind === "2") ?? [];
  return list.slice(3).filter((_, index) => index % 3 === 0);
}

test("a new thread is added to the list of those who may view its forum", async () => {
  const ben = await home.onSockchat("ben");
  const olga = await home.onSockchat("olga");
  const ada = await home.onOriginchats("ada");
  const owner = await home.onOriginchats("olga");
  await create(owner, "Secret", "vault");
  await packet(olga, "4 0 vault-Secret 0 0");
  await create(ada, "Über uns: alles & mehr davon");
  await packet(ben, "4 0 forum-Ueber_uns_alles__mehr_da 0 0");
  assert.ok(!ben.log.entries.some(([, , slug]) => slug?.startsWith("vault")));
  const late = await home.onSockchat("mona");
  const listed = listedAt(late);
  assert.ok(listed.includes("forum-Ueber_uns_alles__mehr_da"), String(listed));
  assert.ok(!listed.includes("forum") && !listed.includes("vault-Secret"), String(listed));
});

test("whoever writes into a thread from Sock Chat takes part in it on OriginChats, once", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onSockchat("ben");
  const threadId = await create(ada, "Taking part");
  await join(ben, "forum-Taking_part");
  ben.say("first words");
  const joined = await ada.next("thread_join");
  assert.deepEqual(
    [joined["thread_id"], joined["channel"], joined["user"]],
    [threadId, "forum", "ben"],
  );
  const { participants } = joined["thread"] as { readonly participants: readonly string[] };
  assert.deepEqual(participants, ["ada", "ben"]);
  await ada.sees("first words");
  ben.say("more words");
  await ada.sees("more words");
  assert.equal(ada.log.entries.filter(({ cmd }) => cmd === "thread_join").length, 1);
  const mona = await home.onOriginchats("mona");
  await mona.ask({ cmd: "message_new", thread_id: threadId, content: "mona joins by herself" });
  await ada.sees("mona joins by herself");
  assert.equal(ada.log.entries.filter(({ cmd }) => cmd === "thread_join").length, 1);
});

test("the first words in a thread that is open and empty come with a page, to nobody else", async () => {
  const ada = await home.onOriginchats("ada");
  const mona = await home.onOriginchats("mona");
  const olga = await home.onOriginchats("olga");
  const ben = await home.onSockchat("ben");
  const threadId = await create(ada, "Empty");
  const at = { cmd: "messages_get", channel: "forum", thread_id: threadId };
  for (const who of [ada, mona]) assert.deepEqual((await who.ask(at))["messages"], []);
  // Mona has opened another place since.
  await mona.ask({ cmd: "messages_get", channel: "general" });
  const people = [ada, mona, olga];
  const marks = people.map(({ log }) => log.length);
  await join(ben, "forum-Empty");
  for (const text of ["the first", "the second"]) ben.say(text);
  for (const who of people) await who.sees("the second");
  const told = people.map((who, index) =>
    who.log
      .since(marks[index] ?? 0)
      .filter(({ cmd, thread_id: id }) => cmd.startsWith("message") && id === threadId),
  );
  assert.deepEqual(
    told.map((packets) => packets.map(({ cmd }) => cmd)),
    [
      ["message_new", "messages_get", "message_new"],
      ["message_new", "message_new"],
      ["message_new", "message_new"],
    ],
  );
  const [first, page] = told[0] ?? [];
  const { pings: _, ...shown } = (first?.["message"] ?? {}) as Readonly<Record<string, unknown>>;
  assert.deepEqual(page, { ...at, messages: [shown], range: { start: 0, end: 100 } });
  assert.equal(shown["content"], "the first");
});

test("one's own first words in an empty thread, and those behind its last deletion, come with a page", async () => {
  const ada = await home.onOriginchats("ada");
  const threadId = await create(ada, "Own");
  const empty = async (): Promise<void> => {
    const page = await ada.ask({ cmd: "messages_get", thread_id: threadId });
    assert.deepEqual(page["messages"], []);
  };
  const pages = (): number =>
    ada.log.entries.filter(
      ({ cmd, thread_id: id, listener }) =>
        cmd === "messages_get" && id === threadId && listener === undefined,
    ).length;
  await empty();
  const said = await ada.ask({ cmd: "message_new", thread_id: threadId, content: "mine" });
  assert.equal(pages(), 1);
  const { id } = said["message"] as { readonly id: string };
  await ada.ask({ cmd: "message_delete", channel: "forum", thread_id: threadId, id });
  await empty();
  await ada.ask({ cmd: "message_new", thread_id: threadId, content: "mine again" });
  assert.equal(pages(), 2);
});

test("one may stand in a thread, hear it alone, and be heard from there", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onSockchat("ben");
  const mona = await home.onSockchat("mona");
  const threadId = await create(ada, "Talk");
  await create(ada, "Elsewhere");
  await ada.ask({ cmd: "message_new", thread_id: threadId, content: "from before" });
  await join(ben, "forum-Talk");
  await join(mona, "forum-Elsewhere");
  assert.ok(ben.has("from before"));
  ben.say("from the thread");
  const posted = await ada.next("message_new", ({ thread_id: id, message }) =>
    id === threadId ? (message as { user: string }).user === "ben" : false,
  );
  assert.deepEqual([posted["channel"], posted["thread_id"]], ["forum", threadId]);
  await ada.ask({ cmd: "message_new", thread_id: threadId, content: "to the thread" });
  await ben.sees("to the thread");
  mona.say("somewhere else");
  await mona.sees("somewhere else");
  assert.ok(!mona.has("from the thread") && !mona.has("to the thread"));
  assert.ok(!ben.has("somewhere else"));
});

test("whoever comes into a thread and goes is told there; people of OriginChats are in it", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onSockchat("ben");
  const mona = await home.onSockchat("mona");
  await create(ada, "People");
  await join(ben, "forum-People");
  const list = ben.log.entries.filter(([id, kind]) => id === "7" && kind === "0").at(-1) ?? [];
  assert.ok(list.includes("ada"), list.join(" "));
  await join(mona, "forum-People");
  await ben.next("5", ([, kind, number]) => kind === "0" && number === mona.userId);
  await join(mona, "general");
  await ben.next("5", ([, kind, number]) => kind === "1" && number === mona.userId);
});

test("a renamed thread has a new name in the list, and for those in it", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onSockchat("ben");
  const threadId = await create(ada, "First");
  await join(ben, "forum-First");
  await ada.ask({ cmd: "thread_update", thread_id: threadId, name: "Second" });
  await packet(ben, "4 1 forum-First forum-Second 0 0");
  await packet(ben, "5 2 forum-Second");
});

test("an archived thread leaves the list, its people are moved first; a message brings it back", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onSockchat("ben");
  const threadId = await create(ada, "Closing");
  await join(ben, "forum-Closing");
  await ada.ask({ cmd: "thread_update", thread_id: threadId, archived: true });
  await packet(ben, "5 2 general");
  await packet(ben, "4 2 forum-Closing");
  ben.say("/join forum-Closing");
  assert.equal((await ben.notice("nochan"))[3], "1\fnochan\fforum-Closing");
  await ada.ask({ cmd: "message_new", thread_id: threadId, content: "open again" });
  await packet(ben, "4 0 forum-Closing 0 0");
});

test("a locked thread stays in the list; what is written there is refused in words", async () => {
  const ada = await home.onOriginchats("ada");
  const olga = await home.onOriginchats("olga");
  const ben = await home.onSockchat("ben");
  const threadId = await create(ada, "Locked");
  await join(ben, "forum-Locked");
  await olga.ask({ cmd: "thread_update", thread_id: threadId, locked: true });
  ben.say("too late");
  assert.equal((await ben.notice("say"))[3], "0\fsay\fThis thread is locked");
});

test("a deleted thread leaves the list, its people are moved first", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onSockchat("ben");
  const threadId = await create(ada, "Deleted");
  await join(ben, "forum-Deleted");
  await ada.ask({ cmd: "thread_delete", thread_id: threadId });
  await packet(ben, "5 2 general");
  await packet(ben, "4 2 forum-Deleted");
});

test("whoever was cut off comes back into the thread", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onSockchat("ben");
  const threadId = await create(ada, "Return");
  await join(ben, "forum-Return");
  ben.socket.terminate();
  const again = await home.onSockchat("ben");
  const welcome = again.log.entries.find(([id, kind]) => id === "1" && kind === "y");
  assert.equal(welcome?.[6], "forum-Return");
  await ada.ask({ cmd: "message_new", thread_id: threadId, content: "welcome back" });
  await again.sees("welcome back");
});

test("typing in a thread is told in the thread", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onSockchat("ben");
  const threadId = await create(ada, "Typing");
  await join(ben, "forum-Typing");
  ben.send("4");
  const typing = await ada.next("typing");
  assert.deepEqual([typing["channel"], typing["thread_id"]], ["forum", threadId]);
});

test("a forum's end takes its threads from both lists", async () => {
  const olga = await home.onOriginchats("olga");
  const ben = await home.onSockchat("ben");
  const made = { cmd: "channel_create", name: "short", type: "forum", permissions: everybody };
  assert.equal((await olga.ask(made)).cmd, "channel_create");
  await create(olga, "Lived", "short");
  await join(ben, "short-Lived");
  await olga.ask({ cmd: "channel_delete", name: "short" });
  await packet(ben, "5 2 general");
  await packet(ben, "4 2 short-Lived");
});
