import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { SessionId, Thread } from "@dragoman/bus-schema";
import { Community, eventOf, outcome } from "@dragoman/testing/community";
import { violations } from "../state/violations.ts";

const lists = { view: ["user"], send: ["user"], create_thread: ["user"] };

/** A community with a forum, somebody on each side, and somebody who manages threads. */
function setUp() {
  const community = new Community();
  community.person("ada");
  community.person("ben");
  community.person("olga", "owner");
  community.operator({ type: "channel.create", kind: "forum", name: "forum", permissions: lists });
  const ada = community.enter("ada", "originchats");
  const ben = community.enter("ben", "sockchat");
  const olga = community.enter("olga", "originchats");
  return { community, ada, ben, olga };
}

function made(community: Community, by: SessionId, name: string): Thread {
  const { channelId } = community.place("forum");
  const event = eventOf(
    community.as(by, { type: "thread.create", channelId, name }),
    "thread.created",
  );
  if (event === undefined) throw new Error(`${name} is refused`);
  return event.thread;
}

const at = ({ channelId, threadId }: Thread) => ({ channelId, threadId });
const post = (community: Community, by: SessionId, thread: Thread) =>
  community.as(by, {
    type: "message.post",
    place: at(thread),
    kind: "text",
    content: { text: "hi", markup: "markdown" },
  });

describe("threads", () => {
  it("has so many open ones of one person at most, of a manager any number", () => {
    const { community, ada, olga } = setUp();
    const { channelId } = community.place("forum");
    const create = (by: SessionId, name: string) => {
      community.nowMs += 60_000;
      return community.as(by, { type: "thread.create", channelId, name });
    };
    const first = made(community, ada, "first");
    for (let n = 1; n < 50; n += 1) create(ada, `thread ${n}`);
    const full = { code: "limit_reached", what: "threads", max: 50 };
    assert.deepEqual(outcome(create(ada, "one more")), full);
    const archive = (archived: boolean) =>
      community.as(ada, { type: "thread.update", threadId: first.threadId, archived });
    archive(true);
    assert.notDeepEqual(outcome(create(ada, "in its place")), full);
    assert.deepEqual(outcome(archive(false)), full);
    for (let n = 0; n < 50; n += 1) create(olga, `ruled ${n}`);
    assert.notDeepEqual(outcome(create(olga, "one more of a manager")), full);
  });

  it("have a name of which something shows, on one line and without marks of direction", () => {
    const { community, ada } = setUp();
    const { channelId } = community.place("forum");
    const thread = made(community, ada, " My\u202e \u200bown\nthread ");
    assert.equal(thread.name, "My own thread");
    const wrong = { code: "invalid", field: "name", why: "empty" };
    for (const name of ["\u3164", "\u0301", "\u202e"]) {
      const create = { type: "thread.create", channelId, name } as const;
      assert.deepEqual(outcome(community.as(ada, create)), wrong);
      const rename = { type: "thread.update", threadId: thread.threadId, name } as const;
      assert.deepEqual(outcome(community.as(ada, rename)), wrong);
    }
    // One of before may be called so, and is closed all the same.
    community.state.threads.set(thread.threadId, { ...thread, name: "\u3164" });
    const close = { type: "thread.update", threadId: thread.threadId, archived: true } as const;
    assert.deepEqual(outcome(community.as(ada, close)), ["thread.updated"]);
  });

  it("have a slug of their own in the space of the channels' slugs", () => {
    const { community, ada } = setUp();
    community.operator({
      type: "channel.create",
      kind: "text",
      name: "forum-Topic",
      permissions: {},
    });
    const one = made(community, ada, "  Topic ");
    assert.deepEqual([one.name, one.slug], ["Topic", "forum-Topic-2"]);
    assert.equal(made(community, ada, "Topic").slug, "forum-Topic-3");
    const again = community.operator({
      type: "channel.create",
      kind: "text",
      name: "forum-topic-2",
      permissions: {},
    });
    assert.equal(eventOf(again, "channel.created")?.channel.slug, "forum-topic-2-2");
  });

  it("stand in forums alone, for those whom the forum's list lets make them", () => {
    const { community, ada } = setUp();
    community.operator({
      type: "channel.create",
      kind: "forum",
      name: "news",
      permissions: { view: ["user"] },
    });
    const create = (channel: string) =>
      outcome(
        community.as(ada, {
          type: "thread.create",
          channelId: community.place(channel).channelId,
          name: "x",
        }),
      );
    assert.deepEqual(create("general"), { code: "invalid", field: "channel", why: "no forum" });
    assert.deepEqual(create("news"), {
      code: "not_permitted",
      need: "create_thread",
      hidden: false,
    });
  });

  it("are changed by their creator, and locked by those who manage threads", () => {
    const { community, ada, ben, olga } = setUp();
    const { threadId } = made(community, ada, "Topic");
    const update = (by: SessionId, change: object) =>
      outcome(community.as(by, { type: "thread.update", threadId, ...change }));
    assert.deepEqual(update(ben, { name: "Mine" }), {
      code: "not_permitted",
      need: "modify_thread",
      hidden: false,
    });
    assert.deepEqual(update(ada, { locked: true }), []);
    assert.deepEqual(update(olga, { locked: true }), ["thread.updated"]);
    assert.deepEqual(update(ada, { name: "Renamed" }), ["thread.updated"]);
    for (const target of ["ada", "olga"]) {
      community.operator({ type: "moderation.silence", target, replace: false });
    }
    assert.deepEqual(update(ada, { name: "olga lies" }), { code: "silenced", untilMs: null });
    assert.deepEqual(update(olga, { name: "Renamed" }), []);
    assert.equal(community.state.threads.get(threadId)?.slug, "forum-Renamed");
    assert.deepEqual(violations(community.state), []);
  });

  it("take no message while they are locked, and are opened again by one when archived", () => {
    const { community, ada, olga } = setUp();
    const thread = made(community, ada, "Topic");
    const { threadId } = thread;
    community.as(olga, { type: "thread.update", threadId, locked: true });
    assert.deepEqual(outcome(post(community, ada, thread)), { code: "locked", archived: false });
    community.as(olga, { type: "thread.update", threadId, locked: false, archived: true });
    assert.deepEqual(outcome(post(community, ada, thread)), [
      "thread.updated",
      "message.posted",
      "unread.marked",
    ]);
    assert.equal(community.state.threads.get(threadId)?.archived, false);
  });

  it("hold Sock Chat sessions, which are moved out before the thread closes", () => {
    const { community, ada, ben } = setUp();
    const thread = made(community, ada, "Topic");
    const moved = eventOf(
      community.as(ben, { type: "session.move", channel: "FORUM-topic" }),
      "session.moved",
    );
    assert.deepEqual(moved?.to, at(thread));
    const { threadId } = thread;
    const closed = community.as(ada, { type: "thread.update", threadId, archived: true });
    assert.deepEqual(outcome(closed), ["session.moved", "thread.updated"]);
    assert.deepEqual(eventOf(closed, "session.moved")?.from, at(thread));
    assert.deepEqual(community.state.sessions.get(ben)?.session.place, community.place("general"));
    const back = community.as(ben, { type: "session.move", channel: "forum-Topic" });
    assert.deepEqual(outcome(back), { code: "not_found", what: "channel", given: "forum-Topic" });
    assert.deepEqual(violations(community.state), []);
  });

  it("go with all that stands in them", () => {
    const { community, ada } = setUp();
    const thread = made(community, ada, "Topic");
    post(community, ada, thread);
    community.as(ada, {
      type: "poll.create",
      place: at(thread),
      question: "Q",
      options: ["a", "b"].map((text) => ({ optionId: text, text })),
      multi: false,
      endsMs: community.nowMs + 1_000,
    });
    community.as(ada, { type: "thread.delete", threadId: thread.threadId });
    const { threads, threadSlugs, polls, timers, rings } = community.state;
    assert.equal(threads.size + threadSlugs.size + polls.size + timers.size, 0);
    assert.ok([...rings.keys()].every((key) => !key.includes(thread.threadId)));
    assert.deepEqual(violations(community.state), []);
  });

  it("go with their forum", () => {
    const { community, ada, ben, olga } = setUp();
    made(community, ada, "Topic");
    community.as(ben, { type: "session.move", channel: "forum-Topic" });
    const gone = community.as(olga, { type: "channel.delete", channel: "forum" });
    assert.deepEqual(outcome(gone), ["session.moved", "channel.deleted"]);
    assert.equal(community.state.threads.size, 0);
    assert.deepEqual(violations(community.state), []);
  });

  it("list who joined; the creator stays", () => {
    const { community, ada, ben, olga } = setUp();
    const { threadId } = made(community, ada, "Topic");
    const join = (by: SessionId) => outcome(community.as(by, { type: "thread.join", threadId }));
    const leave = (by: SessionId) => outcome(community.as(by, { type: "thread.leave", threadId }));
    assert.deepEqual([join(ben), join(ben)], [["thread.joined"], []]);
    assert.deepEqual([leave(ben), leave(ben), leave(ada)], [["thread.left"], [], []]);
    community.as(olga, { type: "thread.update", threadId, locked: true });
    assert.deepEqual(join(ben), { code: "locked", archived: false });
  });

  it("are told to nobody whose forum is hidden", () => {
    const { community, ada, olga } = setUp();
    const owners = { view: ["owner"], send: ["owner"], create_thread: ["owner"] };
    community.operator({
      type: "channel.create",
      kind: "forum",
      name: "vault",
      permissions: owners,
    });
    const { channelId } = community.place("vault");
    const event = eventOf(
      community.as(olga, { type: "thread.create", channelId, name: "S" }),
      "thread.created",
    );
    assert.ok(event !== undefined);
    const { threadId } = event.thread;
    assert.deepEqual(outcome(community.as(ada, { type: "thread.join", threadId })), {
      code: "not_found",
      what: "thread",
      given: threadId,
    });
    assert.deepEqual(outcome(post(community, ada, event.thread)), {
      code: "not_found",
      what: "thread",
      given: threadId,
    });
  });
});
