import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Poll, PollId, SessionId } from "@dragoman/bus-schema";
import { pollByRef, withPoll } from "../state/place.ts";
import { violations } from "../state/violations.ts";
import { eventOf, House, outcome } from "./given.ts";
import { timers } from "./index.ts";

function given() {
  const house = new House();
  house.person("ada");
  house.person("ben");
  house.person("mona", "moderator");
  const ada = house.enter("ada", "originchats");
  const ben = house.enter("ben", "sockchat");
  const mona = house.enter("mona", "originchats");
  return { house, ada, ben, mona };
}

const options = ["yes", "no", "perhaps"].map((text, index) => ({ optionId: String(index), text }));

function ask(house: House, by: SessionId, more: object = {}) {
  const place = house.place("general");
  return house.as(by, {
    type: "poll.create",
    place,
    question: "Tea?",
    options,
    multi: false,
    endsMs: null,
    ...more,
  });
}

function made(house: House, by: SessionId, more: object = {}): PollId {
  const poll = eventOf(ask(house, by, more), "message.posted")?.message.poll;
  if (poll === undefined) throw new Error("the poll is refused");
  return poll.pollId;
}

const counts = (poll: Poll | undefined) => poll?.options.map(({ votes }) => votes);
const standing = (house: House, id: PollId) => house.state.polls.get(id)?.poll;

describe("polls", () => {
  it("are messages; the shape is checked before anything is spent", () => {
    const { house, ada } = given();
    assert.deepEqual(outcome(ask(house, ada)), ["message.posted"]);
    assert.deepEqual(outcome(ask(house, ada, { options: options.slice(1, 2) })), {
      code: "invalid",
      field: "options",
      why: "too few",
    });
    assert.deepEqual(outcome(ask(house, ada, { question: "x".repeat(301) })), {
      code: "too_long",
      field: "question",
      max: 300,
    });
    const twice = [options[0], options[0]];
    assert.deepEqual(outcome(ask(house, ada, { options: twice })), {
      code: "invalid",
      field: "options",
      why: "one id twice",
    });
  });

  it("count one choice a person, the last one", () => {
    const { house, ada, ben } = given();
    const poll = made(house, ada);
    const vote = (by: SessionId, ...chosen: (string | number)[]) =>
      house.as(by, { type: "poll.vote", poll, options: chosen });
    assert.deepEqual(eventOf(vote(ada, "0", "1"), "poll.voted")?.optionIds, ["1"]);
    assert.deepEqual(outcome(vote(ada, "1")), []);
    vote(ben, 1);
    assert.deepEqual(counts(standing(house, poll)), [1, 1, 0]);
    assert.deepEqual(violations(house.state), []);
  });

  it("with several choices hold exactly what was sent last, or nothing of it", () => {
    const { house, ada } = given();
    const poll = made(house, ada, { multi: true });
    const vote = (...chosen: string[]) =>
      house.as(ada, { type: "poll.vote", poll, options: chosen });
    vote("0", "1");
    vote("1", "2", "2");
    assert.deepEqual(counts(standing(house, poll)), [0, 1, 1]);
    assert.deepEqual(outcome(vote("0", "9")), { code: "not_found", what: "option", given: "9" });
    assert.deepEqual(counts(standing(house, poll)), [0, 1, 1]);
  });

  it("are found by a place: the newest open one there", () => {
    const { house, ada, ben } = given();
    const older = made(house, ada);
    const newer = made(house, ada);
    const vote = () =>
      eventOf(
        house.as(ben, { type: "poll.vote", poll: house.place("general"), options: [2] }),
        "poll.voted",
      )?.pollId;
    assert.equal(vote(), newer);
    house.as(ada, { type: "poll.end", poll: newer });
    assert.equal(vote(), older);
  });

  it("are ended by their creator or by who manages messages, once", () => {
    const { house, ada, ben, mona } = given();
    const poll = made(house, ada);
    house.as(ben, { type: "poll.vote", poll, options: ["0"] });
    const end = (by: SessionId) => house.as(by, { type: "poll.end", poll });
    assert.deepEqual(outcome(end(ben)), {
      code: "not_permitted",
      need: "manageMessages",
      hidden: false,
    });
    const ended = eventOf(end(mona), "poll.ended");
    assert.deepEqual(ended?.voters, [[house.userId("ben")], [], []]);
    assert.deepEqual(outcome(end(ada)), { code: "ended", expired: false });
    const late = house.as(ben, { type: "poll.vote", poll, options: ["0"] });
    assert.deepEqual(outcome(late), { code: "ended", expired: false });
  });

  it("end by themselves when their time is over", () => {
    const { house, ada } = given();
    const poll = made(house, ada, { endsMs: house.nowMs + 1_000 });
    const [timer] = timers(house.state);
    assert.deepEqual(timer?.body, { type: "poll.expire", pollId: poll });
    assert.deepEqual(outcome(house.core({ type: "poll.expire", pollId: poll })), []);
    house.nowMs += 1_000;
    const late = house.as(ada, { type: "poll.vote", poll, options: ["0"] });
    assert.deepEqual(outcome(late), { code: "ended", expired: true });
    const ended = eventOf(house.core({ type: "poll.expire", pollId: poll }), "poll.ended");
    assert.deepEqual([ended?.byId, ended?.poll.endedAtUs], [null, house.nowMs * 1000]);
    assert.deepEqual(timers(house.state), []);
    assert.deepEqual(violations(house.state), []);
  });

  it("go with their message", () => {
    const { house, ada } = given();
    const poll = made(house, ada, { endsMs: house.nowMs + 1_000 });
    const messageId = house.state.polls.get(poll)?.messageId ?? "";
    house.as(ada, { type: "message.delete", message: messageId });
    assert.equal(pollByRef(house.state, messageId), undefined);
    assert.deepEqual(timers(house.state), []);
    assert.deepEqual(violations(house.state), []);
  });

  it("stand in their message as they are now", () => {
    const { house, ada, ben } = given();
    const posted = eventOf(ask(house, ada), "message.posted");
    assert.ok(posted?.message.poll !== undefined);
    const poll = posted.message.poll.pollId;
    house.as(ben, { type: "poll.vote", poll, options: ["1"] });
    assert.deepEqual(counts(withPoll(house.state, posted.message).poll), [0, 1, 0]);
    const edited = house.as(ada, {
      type: "message.edit",
      message: posted.message.messageId,
      content: { text: "Please vote", markup: "markdown" },
    });
    assert.deepEqual(counts(eventOf(edited, "message.edited")?.message.poll), [0, 1, 0]);
  });

  it("name their voters at their end, and who chose what is no longer kept", () => {
    const { house, ada, ben } = given();
    const poll = eventOf(ask(house, ada), "message.posted")?.message.poll?.pollId;
    assert.ok(poll !== undefined);
    house.as(ben, { type: "poll.vote", poll, options: ["1"] });
    assert.equal(house.state.votes.get(poll)?.size, 1);
    const ended = eventOf(house.as(ada, { type: "poll.end", poll }), "poll.ended");
    assert.deepEqual(ended?.voters, [[], [house.userId("ben")], []]);
    assert.equal(house.state.votes.size, 0);
    const late = house.as(ben, { type: "poll.vote", poll, options: ["2"] });
    assert.deepEqual(outcome(late), { code: "ended", expired: false });
    assert.deepEqual(violations(house.state), []);
  });
});
