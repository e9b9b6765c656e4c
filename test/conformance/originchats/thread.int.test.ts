/** OriginChats part 2, section 12: threads of forums, and the commands that take a `thread_id` (9.0, 3 to 5, 8, 11). */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { OriginchatsClient, OriginchatsPacket } from "../../support/originchats-client.ts";
import { stackForTests } from "../../support/test-stack.ts";

const everybody = { view: ["user"], send: ["user"], create_thread: ["user"] };
const nobody = { view: ["user"], send: ["owner"], create_thread: ["owner"] };
const owners = { view: ["owner"], send: ["owner"], create_thread: ["owner"] };

const home = stackForTests({
  furnished: async ({ operator }) => {
    const forums = { forum: everybody, quiet: nobody, vault: owners };
    for (const [name, permissions] of Object.entries(forums)) {
      await operator.mustAccept({ type: "channel.create", kind: "forum", name, permissions });
    }
  },
});

interface Thread {
  readonly id: string;
  readonly name: string;
  readonly locked: boolean;
  readonly archived: boolean;
  readonly participants: readonly string[];
  readonly last_message: number | null;
  readonly last_message_id: string | null;
}

const threadIn = (packet: OriginchatsPacket): Thread => packet["thread"] as Thread;

async function create(by: OriginchatsClient, name: string, channel = "forum"): Promise<Thread> {
  const packet = await by.ask({ cmd: "thread_create", channel, name });
  assert.equal(packet.cmd, "thread_create", String(packet["val"]));
  return threadIn(packet);
}

async function refused(
  by: OriginchatsClient,
  packet: { readonly cmd: string; readonly [field: string]: unknown },
): Promise<unknown> {
  const answer = await by.ask(packet);
  assert.equal(answer.cmd, "error", JSON.stringify(answer));
  assert.equal(answer["src"], packet.cmd);
  return answer["val"];
}

const about = (thread: Thread) => (packet: OriginchatsPacket) =>
  packet["thread_id"] === thread.id || (packet["thread"] as Thread | undefined)?.id === thread.id;

test("thread_create tells the forum's viewers of a thread without messages", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onOriginchats("ben");
  const packet = await ada.ask({ cmd: "thread_create", channel: "forum", name: "  Topic one  " });
  const thread = threadIn(packet);
  const { created_at: at, ...rest } = packet["thread"] as Record<string, unknown>;
  assert.equal(typeof at, "number");
  assert.deepEqual(rest, {
    id: thread.id,
    name: "Topic one",
    parent_channel: "forum",
    created_by: "ada",
    locked: false,
    archived: false,
    participants: ["ada"],
    last_message: null,
    last_message_id: null,
  });
  const { listener: _, ...broadcast } = packet;
  assert.deepEqual(await ben.next("thread_create", about(thread)), broadcast);
  assert.deepEqual(Object.keys(broadcast), ["cmd", "thread", "channel", "global"]);
});

test("thread_create is refused in the reference's words", async () => {
  const ada = await home.onOriginchats("ada");
  const create = (fields: object): Promise<unknown> =>
    refused(ada, { cmd: "thread_create", ...fields });
  assert.equal(await create({}), "Channel and thread name are required");
  assert.equal(await create({ channel: "forum" }), "Channel and thread name are required");
  assert.equal(
    await create({ channel: "forum", name: "" }),
    "Channel and thread name are required",
  );
  assert.equal(await create({ channel: "forum", name: "  " }), "Thread name cannot be empty");
  assert.equal(await create({ channel: "nope", name: "x" }), "Channel not found");
  assert.equal(await create({ channel: "vault", name: "x" }), "Channel not found");
  assert.equal(
    await create({ channel: "general", name: "x" }),
    "Threads can only be created in forum channels",
  );
  assert.equal(
    await create({ channel: "quiet", name: "x" }),
    "You do not have permission to create threads in this channel",
  );
  assert.equal(await create({ channel: "forum", name: 5 }), "Invalid request: name");
  assert.equal(
    await create({ channel: "forum", name: "x".repeat(101) }),
    "Thread name cannot exceed 100 characters",
  );
});

test("thread_get and thread_messages answer the asker alone and mark nothing as read", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onOriginchats("ben");
  const thread = await create(ada, "Reading");
  for (const content of ["one", "two", "three"]) {
    await ada.ask({ cmd: "message_new", thread_id: thread.id, content });
  }
  const got = threadIn(await ben.ask({ cmd: "thread_get", thread_id: thread.id }));
  assert.equal(got.name, "Reading");
  assert.equal(typeof got.last_message, "number");
  const read = async (fields: object): Promise<readonly string[]> => {
    const packet = await ben.ask({ cmd: "thread_messages", thread_id: thread.id, ...fields });
    assert.deepEqual(Object.keys(packet).slice(0, 3), ["cmd", "thread_id", "messages"]);
    return (packet["messages"] as { content: string }[]).map(({ content }) => content);
  };
  assert.deepEqual(await read({}), ["one", "two", "three"]);
  assert.deepEqual(await read({ start: null }), ["one", "two", "three"]);
  assert.deepEqual(await read({ start: 1, limit: 1 }), ["two"]);
  assert.deepEqual(await read({ start: got.last_message_id }), ["one", "two"]);
  assert.deepEqual(await read({ start: "nope" }), []);
  const counted = await ben.ask({ cmd: "unreads_count", thread_id: thread.id });
  assert.deepEqual(
    { thread: counted["thread_id"], unread: counted["unread_count"], read: counted["last_read"] },
    { thread: thread.id, unread: 3, read: null },
  );
});

test("what is asked of a thread is refused in the reference's words", async () => {
  const ada = await home.onOriginchats("ada");
  const olga = await home.onOriginchats("olga");
  const secret = await create(olga, "Secret", "vault");
  const shown = await create(olga, "Shown", "quiet");
  for (const cmd of ["thread_get", "thread_messages", "thread_join", "thread_leave"]) {
    assert.equal(await refused(ada, { cmd }), "Thread ID is required");
    assert.equal(await refused(ada, { cmd, thread_id: "nope" }), "Thread not found");
  }
  for (const cmd of [
    "thread_get",
    "thread_messages",
    "thread_join",
    "thread_leave",
    "messages_get",
  ]) {
    assert.equal(await refused(ada, { cmd, thread_id: secret.id }), "Thread not found");
  }
  for (const cmd of ["thread_update", "thread_delete"]) {
    assert.equal(await refused(ada, { cmd }), "Thread ID is required");
    assert.equal(await refused(ada, { cmd, thread_id: "nope" }), "Thread not found");
    assert.equal(
      await refused(ada, { cmd, thread_id: shown.id }),
      "You do not have permission to modify this thread",
    );
    assert.equal(await refused(ada, { cmd, thread_id: secret.id }), "Thread not found");
  }
  for (const cmd of ["message_new", "typing"]) {
    assert.equal(
      await refused(ada, { cmd, thread_id: shown.id, content: "x" }),
      "You do not have permission to send messages in this thread",
    );
    const hidden = { cmd, thread_id: secret.id, content: "x" };
    assert.equal(await refused(ada, hidden), "Thread not found");
  }
});

test("thread_update renames, archives and locks; locking is for those who manage threads", async () => {
  const ada = await home.onOriginchats("ada");
  const olga = await home.onOriginchats("olga");
  const thread = await create(ada, "Before");
  const update = async (by: OriginchatsClient, fields: object): Promise<Thread> => {
    const packet = await by.ask({ cmd: "thread_update", thread_id: thread.id, ...fields });
    assert.equal(packet["channel"], "forum");
    return threadIn(packet);
  };
  assert.equal((await update(ada, { name: " After " })).name, "After");
  const seen = await olga.next("thread_update", about(thread));
  assert.deepEqual(
    [seen["channel"], seen["global"], threadIn(seen).name],
    ["forum", true, "After"],
  );
  assert.equal((await update(ada, { locked: true })).locked, false);
  assert.equal((await update(ada, { archived: 1 })).archived, true);
  assert.equal((await update(ada, { archived: false })).archived, false);
  assert.equal((await update(olga, { locked: true })).locked, true);
  assert.equal(
    await refused(ada, { cmd: "thread_update", thread_id: thread.id, name: " " }),
    "Thread name cannot be empty",
  );
  assert.equal(
    await refused(ada, { cmd: "thread_update", thread_id: thread.id, name: 5 }),
    "Invalid request: name",
  );
});

test("an update that changes nothing is answered to its asker alone", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onOriginchats("ben");
  const thread = await create(ada, "Same");
  const answer = await ada.ask({ cmd: "thread_update", thread_id: thread.id, name: "Same" });
  assert.equal(threadIn(answer).name, "Same");
  await ada.ask({ cmd: "thread_update", thread_id: thread.id, name: "Other" });
  assert.equal(threadIn(await ben.next("thread_update", about(thread))).name, "Other");
});

test("thread_join and thread_leave keep a list; the creator stays", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onOriginchats("ben");
  const thread = await create(ada, "People");
  const joined = await ben.ask({ cmd: "thread_join", thread_id: thread.id });
  assert.deepEqual(threadIn(joined).participants, ["ada", "ben"]);
  const told = await ada.next("thread_join", about(thread));
  assert.deepEqual(
    [told["thread_id"], told["channel"], told["user"], told["global"]],
    [thread.id, "forum", "ben", true],
  );
  const twice = await ben.ask({ cmd: "thread_join", thread_id: thread.id });
  assert.equal(twice["user"], "ben");
  const stayed = await ada.ask({ cmd: "thread_leave", thread_id: thread.id });
  assert.deepEqual(threadIn(stayed).participants, ["ada", "ben"]);
  const left = await ben.ask({ cmd: "thread_leave", thread_id: thread.id });
  assert.deepEqual(threadIn(left).participants, ["ada"]);
  assert.equal((await ada.next("thread_leave", about(thread)))["user"], "ben");
  assert.equal(ada.log.entries.filter(({ cmd }) => cmd === "thread_join").length, 1);
});

test("a locked thread takes no message, change or member, and is read like any other", async () => {
  const ada = await home.onOriginchats("ada");
  const olga = await home.onOriginchats("olga");
  const thread = await create(ada, "Locked");
  const posted = await ada.ask({ cmd: "message_new", thread_id: thread.id, content: "said" });
  const { id } = posted["message"] as { id: string };
  await olga.ask({ cmd: "thread_update", thread_id: thread.id, locked: true });
  const at = { thread_id: thread.id };
  const locked = "This thread is locked";
  assert.equal(await refused(ada, { cmd: "message_new", ...at, content: "x" }), locked);
  assert.equal(await refused(ada, { cmd: "message_edit", ...at, id, content: "x" }), locked);
  assert.equal(await refused(ada, { cmd: "message_delete", ...at, id }), locked);
  assert.equal(await refused(ada, { cmd: "message_react_add", ...at, id, emoji: "👍" }), locked);
  assert.equal(await refused(olga, { cmd: "thread_join", ...at }), locked);
  const poll = { cmd: "poll_create", ...at, question: "Q", options: ["a", "b"] };
  assert.equal(await refused(ada, poll), locked);
  const page = await ada.ask({ cmd: "messages_get", ...at });
  assert.equal((page["messages"] as unknown[]).length, 1);
});

test("a message opens an archived thread again; until then nothing there is changed", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onOriginchats("ben");
  const thread = await create(ada, "Archived");
  const posted = await ada.ask({ cmd: "message_new", thread_id: thread.id, content: "said" });
  const { id } = posted["message"] as { id: string };
  await ada.ask({ cmd: "thread_update", thread_id: thread.id, archived: true });
  const edit = { cmd: "message_edit", thread_id: thread.id, id, content: "x" };
  assert.equal(await refused(ada, edit), "This thread is archived");
  await ben.ask({ cmd: "message_new", thread_id: thread.id, content: "wake up" });
  const opened = await ada.next("thread_update", (packet) => !threadIn(packet).archived);
  assert.equal(threadIn(opened).id, thread.id);
  assert.equal((await ada.ask(edit)).cmd, "message_edit");
});

test("messages in a thread carry the forum and the thread, whatever channel was named", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onOriginchats("ben");
  const thread = await create(ada, "Talk");
  const at = { thread_id: thread.id };
  const posted = await ada.ask({ cmd: "message_new", ...at, channel: "general", content: "hello" });
  const { id } = posted["message"] as { id: string };
  const packets = [
    await ben.next("message_new", about(thread)),
    await ada.ask({ cmd: "message_edit", ...at, id, content: "hello!" }),
    await ben.ask({ cmd: "message_react_add", ...at, id, emoji: "👍" }),
    await ben.ask({ cmd: "messages_get", ...at }),
    await ben.ask({ cmd: "message_get", channel: "forum", id }),
    await ben.ask({ cmd: "messages_around", channel: "forum", around: id }),
    await ben.ask({ cmd: "typing", ...at }),
    await ada.ask({ cmd: "message_delete", ...at, id }),
  ];
  for (const packet of packets) {
    assert.deepEqual([packet["channel"], packet["thread_id"]], ["forum", thread.id], packet.cmd);
  }
});

test("a forum itself takes no messages and has none to read", async () => {
  const ada = await home.onOriginchats("ada");
  assert.equal(
    await refused(ada, { cmd: "message_new", channel: "forum", content: "x" }),
    "Cannot send messages in this channel type",
  );
  assert.equal(
    await refused(ada, { cmd: "messages_get", channel: "forum" }),
    "Access denied to this channel",
  );
});

test("read marks of a thread name the thread and no channel", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onOriginchats("ben");
  const thread = await create(ada, "Marks");
  const posted = await ada.ask({ cmd: "message_new", thread_id: thread.id, content: "one" });
  const { id } = posted["message"] as { id: string };
  const unreads = await ben.ask({ cmd: "unreads_get" });
  const entries = unreads["unreads"] as Record<string, unknown>;
  assert.deepEqual(entries[`thread/${thread.id}`], {
    last_read: null,
    unread_count: 1,
    total_messages: 1,
    parent_channel: "forum",
  });
  assert.ok(!("forum" in entries));
  const acked = await ben.ask({ cmd: "unreads_ack", thread_id: thread.id });
  assert.deepEqual([acked["thread_id"], acked["last_read"]], [thread.id, id]);
  assert.ok(!("channel" in acked));
  const update = ben.log.entries.filter(({ cmd }) => cmd === "unreads_update").at(-1);
  assert.deepEqual(update, { cmd: "unreads_update", last_read: id, thread_id: thread.id });
});

test("thread_delete takes the thread and its messages away", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onOriginchats("ben");
  const thread = await create(ada, "Gone");
  await ada.ask({ cmd: "message_new", thread_id: thread.id, content: "gone with it" });
  const answer = await ada.ask({ cmd: "thread_delete", thread_id: thread.id });
  const { listener: _, ...broadcast } = answer;
  assert.deepEqual(broadcast, {
    cmd: "thread_delete",
    thread_id: thread.id,
    channel: "forum",
    global: true,
  });
  assert.deepEqual(await ben.next("thread_delete", about(thread)), broadcast);
  assert.equal(await refused(ada, { cmd: "thread_get", thread_id: thread.id }), "Thread not found");
  assert.equal(
    await refused(ada, { cmd: "messages_get", thread_id: thread.id }),
    "Thread not found",
  );
});

test("channels_get lists a forum's threads, the newest activity first", async () => {
  const ada = await home.onOriginchats("ada");
  const older = await create(ada, "Older");
  const newer = await create(ada, "Newer");
  const listed = async (): Promise<readonly string[]> => {
    const packet = await ada.ask({ cmd: "channels_get" });
    const channels = packet["val"] as { name: string; type: string; threads?: Thread[] }[];
    const forum = channels.find(({ name }) => name === "forum");
    assert.equal(forum?.type, "forum");
    const ids = (forum?.threads ?? []).map(({ id }) => id);
    return ids.filter((id) => id === older.id || id === newer.id);
  };
  assert.deepEqual(await listed(), [newer.id, older.id]);
  await ada.ask({ cmd: "message_new", thread_id: older.id, content: "up again" });
  assert.deepEqual(await listed(), [older.id, newer.id]);
});
