import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Poll, PollId, SessionId } from "@dragoman/bus-schema";
import { Community, eventOf, outcome } from "@dragoman/testing/community";
import { pollByRef, withPoll } from "../state/place.ts";
import { minuteMs, pollOverMs } from "../state/shape.ts";
import { violations } from "../state/violations.ts";
import { decide, timers } from "./index.ts";

function setUp() {
  const community = new Community();
  community.person("ada");
  community.person("ben");
  community.person("mona", "moderator");
  const ada = community.enter("ada", "originchats");
  const ben = community.enter("ben", "sockchat");
  const mona = community.enter("mona", "originchats");
  return { community, ada, ben, mona };
}

const options = ["yes", "no", "perhaps"].map((text, index) => ({ optionId: String(index), text }));

function ask(community: Community, by: SessionId, more: object = {}) {
  const place = community.place("general");
  return community.as(by, {
    type: "poll.create",
    place,
    question: "Tea?",
    options,
    multi: false,
    endsMs: null,
    ...more,
  });
}

function made(community: Community, by: SessionId, more: object = {}): PollId {
  const poll = eventOf(ask(community, by, more), "message.posted")?.message.poll;
  if (poll === undefined) throw new Error("the poll is refused");
  return poll.pollId;
}

const counts = (poll: Poll | undefined) => poll?.options.map(({ votes }) => votes);
const standing = (community: Community, id: PollId) => community.state.polls.get(id)?.poll;

describe("polls", () => {
  it("say that whoever was away is back, as other words do", () => {
    const { community, ada } = setUp();
    community.as(ada, { type: "status.set", status: "idle", text: "tea", afk: true });
    assert.deepEqual(outcome(ask(community, ada)), ["status.changed", "message.posted"]);
  });

  it("are messages; the shape is checked before anything is spent", () => {
    const { community, ada } = setUp();
    assert.deepEqual(outcome(ask(community, ada)), ["message.posted"]);
    assert.deepEqual(outcome(ask(community, ada, { options: options.slice(1, 2) })), {
      code: "invalid",
      field: "options",
      why: "too few",
    });
    assert.deepEqual(outcome(ask(community, ada, { question: "x".repeat(301) })), {
      code: "too_long",
      field: "question",
      max: 300,
    });
    const twice = [options[0], options[0]];
    assert.deepEqual(outcome(ask(community, ada, { options: twice })), {
      code: "invalid",
      field: "options",
      why: "one id twice",
    });
  });

  it("count one choice a person, the last one", () => {
    const { community, ada, ben } = setUp();
    const poll = made(community, ada);
    const vote = (by: SessionId, ...chosen: (string | number)[]) =>
      community.as(by, { type: "poll.vote", poll, options: chosen });
    assert.deepEqual(eventOf(vote(ada, "0", "1"), "poll.voted")?.optionIds, ["1"]);
    assert.deepEqual(outcome(vote(ada, "1")), []);
    vote(ben, 1);
    assert.deepEqual(counts(standing(community, poll)), [1, 1, 0]);
    assert.deepEqual(violations(community.state), []);
  });

  it("with several choices hold exactly what was sent last, or nothing of it", () => {
    const { community, ada } = setUp();
    const poll = made(community, ada, { multi: true });
    const vote = (...chosen: string[]) =>
      community.as(ada, { type: "poll.vote", poll, options: chosen });
    vote("0", "1");
    vote("1", "2", "2");
    assert.deepEqual(counts(standing(community, poll)), [0, 1, 1]);
    assert.deepEqual(outcome(vote("0", "9")), { code: "not_found", what: "option", given: "9" });
    assert.deepEqual(counts(standing(community, poll)), [0, 1, 1]);
  });

  it("are found by a place: the newest open one there", () => {
    const { community, ada, ben } = setUp();
    const older = made(community, ada);
    const newer = made(community, ada);
    const vote = () =>
      eventOf(
        community.as(ben, { type: "poll.vote", poll: community.place("general"), options: [2] }),
        "poll.voted",
      )?.pollId;
    assert.equal(vote(), newer);
    community.as(ada, { type: "poll.end", poll: newer });
    assert.equal(vote(), older);
  });

  it("are ended by their creator or by who manages messages, once", () => {
    const { community, ada, ben, mona } = setUp();
    const poll = made(community, ada);
    community.as(ben, { type: "poll.vote", poll, options: ["0"] });
    const end = (by: SessionId) => community.as(by, { type: "poll.end", poll });
    assert.deepEqual(outcome(end(ben)), {
      code: "not_permitted",
      need: "manageMessages",
      hidden: false,
    });
    const ended = eventOf(end(mona), "poll.ended");
    assert.deepEqual(ended?.voters, [[community.userId("ben")], [], []]);
    assert.deepEqual(outcome(end(ada)), { code: "ended", expired: false });
    const late = community.as(ben, { type: "poll.vote", poll, options: ["0"] });
    assert.deepEqual(outcome(late), { code: "ended", expired: false });
  });

  it("end by themselves when their time is over", () => {
    const { community, ada } = setUp();
    const poll = made(community, ada, { endsMs: community.nowMs + 1_000 });
    const [timer] = timers(community.state);
    assert.deepEqual(timer?.body, { type: "poll.expire", pollId: poll });
    assert.deepEqual(outcome(community.core({ type: "poll.expire", pollId: poll })), []);
    community.nowMs += 1_000;
    const late = community.as(ada, { type: "poll.vote", poll, options: ["0"] });
    assert.deepEqual(outcome(late), { code: "ended", expired: true });
    const ended = eventOf(community.core({ type: "poll.expire", pollId: poll }), "poll.ended");
    assert.deepEqual([ended?.byId, ended?.poll.endedAtUs], [null, community.nowMs * 1000]);
    assert.deepEqual(timers(community.state), []);
    assert.deepEqual(violations(community.state), []);
  });

  it("go with their message", () => {
    const { community, ada } = setUp();
    const poll = made(community, ada, { endsMs: community.nowMs + 1_000 });
    const messageId = community.state.polls.get(poll)?.messageId ?? "";
    community.as(ada, { type: "message.delete", message: messageId });
    assert.equal(pollByRef(community.state, messageId), undefined);
    assert.deepEqual(timers(community.state), []);
    assert.deepEqual(violations(community.state), []);
  });

  it("stand in their message as they are now", () => {
    const { community, ada, ben } = setUp();
    const posted = eventOf(ask(community, ada), "message.posted");
    assert.ok(posted?.message.poll !== undefined);
    const poll = posted.message.poll.pollId;
    community.as(ben, { type: "poll.vote", poll, options: ["1"] });
    assert.deepEqual(counts(withPoll(community.state, posted.message).poll), [0, 1, 0]);
    const edited = community.as(ada, {
      type: "message.edit",
      message: posted.message.messageId,
      content: { text: "Please vote", markup: "markdown" },
    });
    assert.deepEqual(counts(eventOf(edited, "message.edited")?.message.poll), [0, 1, 0]);
  });

  it("name their voters at their end, and who chose what is no longer kept", () => {
    const { community, ada, ben } = setUp();
    const poll = eventOf(ask(community, ada), "message.posted")?.message.poll?.pollId;
    assert.ok(poll !== undefined);
    community.as(ben, { type: "poll.vote", poll, options: ["1"] });
    assert.equal(community.state.votes.get(poll)?.size, 1);
    const ended = eventOf(community.as(ada, { type: "poll.end", poll }), "poll.ended");
    assert.deepEqual(ended?.voters, [[], [community.userId("ben")], []]);
    assert.equal(community.state.votes.size, 0);
    const late = community.as(ben, { type: "poll.vote", poll, options: ["2"] });
    assert.deepEqual(outcome(late), { code: "ended", expired: false });
    assert.deepEqual(violations(community.state), []);
  });

  it("are forgotten a while after their end, and looked up by whoever still asks for them", () => {
    const { community, ada, ben } = setUp();
    const posted = eventOf(ask(community, ada), "message.posted")?.message;
    const [poll, messageId] = [posted?.poll?.pollId, posted?.messageId];
    assert.ok(poll !== undefined && messageId !== undefined);
    community.as(ben, { type: "poll.vote", poll, options: ["1"] });
    community.as(ada, { type: "poll.end", poll });
    community.nowMs += pollOverMs;
    community.posted(ada, "later");
    community.nowMs += minuteMs;
    community.posted(ada, "much later");
    assert.equal(community.state.polls.size, 0);
    const ended = { code: "ended", expired: false };
    for (const ref of [poll, messageId]) {
      const late = community.as(ben, { type: "poll.vote", poll: ref, options: ["2"] });
      assert.deepEqual(outcome(late), ended);
      assert.deepEqual(outcome(community.as(ada, { type: "poll.end", poll: ref })), ended);
    }
    // The message shows it as it ended, also after an edit.
    const edited = community.as(ada, {
      type: "message.edit",
      message: messageId,
      content: { text: "It was tea", markup: "markdown" },
    });
    const shown = eventOf(edited, "message.edited")?.message.poll;
    assert.deepEqual([counts(shown), shown?.endedAtUs === null], [[0, 1, 0], false]);
    assert.deepEqual(violations(community.state), []);
    const message = community.messages.get(messageId) ?? null;
    community.as(ada, { type: "message.delete", message: messageId });
    const late = (through: number) => {
      const command = community.command(ben, { type: "poll.vote", poll, options: ["2"] });
      const inputs = community.inputs(command);
      const lookups = { ...inputs.lookups, polls: new Map([[poll, { through, message }]]) };
      return outcome(decide(community.state, command, { ...inputs, lookups }));
    };
    // What was looked up before the poll was forgotten, or its message deleted, is no proof.
    assert.deepEqual(late(community.state.pollsForgotten - 1), { code: "busy", waitMs: 100 });
    assert.deepEqual(late(community.state.seq - 1), {
      code: "not_found",
      what: "poll",
      given: poll,
    });
  });
});
