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
  await packet(ben, "4 0 forum-Uber_uns_alles__mehr_dav 0 0");
  assert.ok(!ben.log.entries.some(([, , slug]) => slug?.startsWith("vault")));
  const late = await home.onSockchat("mona");
  const listed = listedAt(late);
  assert.ok(listed.includes("forum-Uber_uns_alles__mehr_dav"), String(listed));
  assert.ok(!listed.includes("forum") && !listed.includes("vault-Secret"), String(listed));
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
