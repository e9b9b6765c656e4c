import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { SessionId, Thread } from "@dragoman/bus-schema";
import { violations } from "../state/violations.ts";
import { eventOf, House, outcome } from "./given.ts";

const lists = { view: ["user"], send: ["user"], create_thread: ["user"] };

/** A house with a forum, somebody on each side, and somebody who manages threads. */
function given() {
  const house = new House();
  house.person("ada");
  house.person("ben");
  house.person("olga", "owner");
  house.operator({ type: "channel.create", kind: "forum", name: "forum", permissions: lists });
  const ada = house.enter("ada", "originchats");
  const ben = house.enter("ben", "sockchat");
  const olga = house.enter("olga", "originchats");
  return { house, ada, ben, olga };
}

function made(house: House, by: SessionId, name: string): Thread {
  const { channelId } = house.place("forum");
  const event = eventOf(house.as(by, { type: "thread.create", channelId, name }), "thread.created");
  if (event === undefined) throw new Error(`${name} is refused`);
  return event.thread;
}

const at = ({ channelId, threadId }: Thread) => ({ channelId, threadId });
const post = (house: House, by: SessionId, thread: Thread) =>
  house.as(by, {
    type: "message.post",
    place: at(thread),
    kind: "text",
    content: { text: "hi", markup: "markdown" },
  });

describe("threads", () => {
  it("have a slug of their own in the space of the channels' slugs", () => {
    const { house, ada } = given();
    house.operator({ type: "channel.create", kind: "text", name: "forum-Topic", permissions: {} });
    const one = made(house, ada, "  Topic ");
    assert.deepEqual([one.name, one.slug], ["Topic", "forum-Topic-2"]);
    assert.equal(made(house, ada, "Topic").slug, "forum-Topic-3");
    const again = house.operator({
      type: "channel.create",
      kind: "text",
      name: "forum-topic-2",
      permissions: {},
    });
    assert.deepEqual(outcome(again), {
      code: "already_exists",
      what: "channel",
      given: "forum-topic-2",
    });
  });

  it("stand in forums alone, for those whom the forum's list lets make them", () => {
    const { house, ada } = given();
    house.operator({
      type: "channel.create",
      kind: "forum",
      name: "news",
      permissions: { view: ["user"] },
    });
    const create = (channel: string) =>
      outcome(
        house.as(ada, {
          type: "thread.create",
          channelId: house.place(channel).channelId,
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
    const { house, ada, ben, olga } = given();
    const { threadId } = made(house, ada, "Topic");
    const update = (by: SessionId, change: object) =>
      outcome(house.as(by, { type: "thread.update", threadId, ...change }));
    assert.deepEqual(update(ben, { name: "Mine" }), {
      code: "not_permitted",
      need: "modify_thread",
      hidden: false,
    });
    assert.deepEqual(update(ada, { locked: true }), []);
    assert.deepEqual(update(olga, { locked: true }), ["thread.updated"]);
    assert.deepEqual(update(ada, { name: "Renamed" }), ["thread.updated"]);
    assert.equal(house.state.threads.get(threadId)?.slug, "forum-Renamed");
    assert.deepEqual(violations(house.state), []);
  });

  it("take no message while they are locked, and are opened again by one when archived", () => {
    const { house, ada, olga } = given();
    const thread = made(house, ada, "Topic");
    const { threadId } = thread;
    house.as(olga, { type: "thread.update", threadId, locked: true });
    assert.deepEqual(outcome(post(house, ada, thread)), { code: "locked", archived: false });
    house.as(olga, { type: "thread.update", threadId, locked: false, archived: true });
    assert.deepEqual(outcome(post(house, ada, thread)), [
      "thread.updated",
      "message.posted",
      "unread.marked",
    ]);
    assert.equal(house.state.threads.get(threadId)?.archived, false);
  });

  it("hold Sock Chat sessions, which are moved out before the thread closes", () => {
    const { house, ada, ben } = given();
    const thread = made(house, ada, "Topic");
    const moved = eventOf(
      house.as(ben, { type: "session.move", channel: "FORUM-topic" }),
      "session.moved",
    );
    assert.deepEqual(moved?.to, at(thread));
    const { threadId } = thread;
    const closed = house.as(ada, { type: "thread.update", threadId, archived: true });
    assert.deepEqual(outcome(closed), ["session.moved", "thread.updated"]);
    assert.deepEqual(eventOf(closed, "session.moved")?.from, at(thread));
    assert.deepEqual(house.state.sessions.get(ben)?.session.place, house.place("general"));
    const back = house.as(ben, { type: "session.move", channel: "forum-Topic" });
    assert.deepEqual(outcome(back), { code: "not_found", what: "channel", given: "forum-Topic" });
    assert.deepEqual(violations(house.state), []);
  });

  it("go with all that stands in them", () => {
    const { house, ada } = given();
    const thread = made(house, ada, "Topic");
    post(house, ada, thread);
    house.as(ada, {
      type: "poll.create",
      place: at(thread),
      question: "Q",
      options: ["a", "b"].map((text) => ({ optionId: text, text })),
      multi: false,
      endsMs: house.nowMs + 1_000,
    });
    house.as(ada, { type: "thread.delete", threadId: thread.threadId });
    const { threads, threadSlugs, polls, timers, rings } = house.state;
    assert.equal(threads.size + threadSlugs.size + polls.size + timers.size, 0);
    assert.ok([...rings.keys()].every((key) => !key.includes(thread.threadId)));
    assert.deepEqual(violations(house.state), []);
  });

  it("go with their forum", () => {
    const { house, ada, ben, olga } = given();
    made(house, ada, "Topic");
    house.as(ben, { type: "session.move", channel: "forum-Topic" });
    const gone = house.as(olga, { type: "channel.delete", channel: "forum" });
    assert.deepEqual(outcome(gone), ["session.moved", "channel.deleted"]);
    assert.equal(house.state.threads.size, 0);
    assert.deepEqual(violations(house.state), []);
  });

  it("list who joined; the creator stays", () => {
    const { house, ada, ben, olga } = given();
    const { threadId } = made(house, ada, "Topic");
    const join = (by: SessionId) => outcome(house.as(by, { type: "thread.join", threadId }));
    const leave = (by: SessionId) => outcome(house.as(by, { type: "thread.leave", threadId }));
    assert.deepEqual([join(ben), join(ben)], [["thread.joined"], []]);
    assert.deepEqual([leave(ben), leave(ben), leave(ada)], [["thread.left"], [], []]);
    house.as(olga, { type: "thread.update", threadId, locked: true });
    assert.deepEqual(join(ben), { code: "locked", archived: false });
  });

  it("are told to nobody whose forum is hidden", () => {
    const { house, ada, olga } = given();
    const owners = { view: ["owner"], send: ["owner"], create_thread: ["owner"] };
    house.operator({ type: "channel.create", kind: "forum", name: "vault", permissions: owners });
    const { channelId } = house.place("vault");
    const event = eventOf(
      house.as(olga, { type: "thread.create", channelId, name: "S" }),
      "thread.created",
    );
    assert.ok(event !== undefined);
    const { threadId } = event.thread;
    assert.deepEqual(outcome(house.as(ada, { type: "thread.join", threadId })), {
      code: "not_permitted",
      need: "view_thread",
      hidden: false,
    });
    assert.deepEqual(outcome(post(house, ada, event.thread)), {
      code: "not_found",
      what: "thread",
      given: threadId,
    });
  });
});
