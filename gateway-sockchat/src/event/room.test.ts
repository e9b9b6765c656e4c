import assert from "node:assert/strict";
import { test } from "node:test";
import type {
  Channel,
  CredentialId,
  Event,
  Poll,
  PollId,
  Thread,
  ThreadId,
} from "@dragoman/bus-schema";
import { channelId } from "@dragoman/testing/people";
import {
  ada,
  at,
  ben,
  commit,
  connection,
  edgeView,
  firstLine,
  general,
  message,
  mona,
  received,
  session,
} from "../testing/edge.ts";

const forum = {
  ...general,
  channelId: channelId(90),
  kind: "forum",
  name: "forum",
  slug: "forum",
} as const;
const thread: Thread = {
  threadId: "00000000-0000-4000-8000-0000000000aa" as ThreadId,
  channelId: forum.channelId,
  name: "Topic",
  slug: "forum-Topic",
  creatorId: ada.userId,
  createdAtUs: 1,
  locked: false,
  archived: false,
  participantIds: [ada.userId],
};
const place = { channelId: thread.channelId, threadId: thread.threadId };
const now = { name: "Topic", slug: "forum-Topic", locked: false, archived: false };
const updated = (after: Partial<typeof now>, before: Partial<typeof now> = {}): Event => ({
  type: "thread.updated",
  ...place,
  after: { ...now, ...after },
  before: { ...now, ...before },
});
const inside = { ...session(ben, forum), place };
const house = (channel: Channel = forum) => {
  const set = edgeView({ sessions: [inside, session(ada, general)] });
  set.roster.apply({ type: "channel.created", channel }, { term: 1 });
  set.roster.apply({ type: "thread.created", thread }, { term: 1 });
  return set;
};

test("a thread behind a password is listed for those who have not given it", () => {
  const set = house({ ...forum, hasPassword: true, passwordId: "p" as CredentialId });
  const told = (event: Event) =>
    received(commit([event], set), connection(session(ada, general)), set);
  assert.deepEqual(told(updated({ slug: "forum-Else" })), ["4\t1\tforum-Topic\tforum-Else\t1\t0"]);
  assert.deepEqual(told(updated({ archived: true })), ["4\t2\tforum-Topic"]);
  assert.deepEqual(told(updated({}, { archived: true })), ["4\t0\tforum-Topic\t1\t0"]);
  assert.deepEqual(told({ type: "thread.deleted", ...place, before: now }), ["4\t2\tforum-Topic"]);
});

test("a thread's way through the list: added, renamed, closed, opened again, gone", () => {
  const set = house();
  const told = (event: Event) =>
    received(commit([event], set), connection(session(ada, general)), set);
  const other = {
    ...thread,
    threadId: "00000000-0000-4000-8000-0000000000bb" as ThreadId,
    slug: "forum-New",
  };
  assert.deepEqual(told({ type: "thread.created", thread: other }), ["4\t0\tforum-New\t0\t0"]);
  assert.deepEqual(told(updated({ slug: "forum-Else" })), ["4\t1\tforum-Topic\tforum-Else\t0\t0"]);
  assert.deepEqual(told(updated({ locked: true })), []);
  assert.deepEqual(told(updated({ archived: true })), ["4\t2\tforum-Topic"]);
  assert.deepEqual(told(updated({}, { archived: true })), ["4\t0\tforum-Topic\t0\t0"]);
  assert.deepEqual(told({ type: "thread.joined", ...place, userId: ben.userId }), []);
  assert.deepEqual(told({ type: "thread.deleted", ...place, before: now }), ["4\t2\tforum-Topic"]);
});

test("who stands in a thread of a forum that gets a password is in its other threads as before", () => {
  const other = {
    ...thread,
    threadId: "00000000-0000-4000-8000-0000000000bb" as ThreadId,
    slug: "forum-New",
  };
  const elsewhere = { ...session(ada, forum), place: { ...place, threadId: other.threadId } };
  const set = edgeView({
    sessions: [inside, session(ben, undefined, "ben2"), elsewhere, session(mona)],
  });
  set.roster.apply({ type: "channel.created", channel: forum }, { term: 1 });
  for (const each of [thread, other])
    set.roster.apply({ type: "thread.created", thread: each }, { term: 1 });
  const passwordId = "p" as CredentialId;
  const channel = { ...forum, hasPassword: true, passwordId };
  const admitted = (userId: typeof ada.userId): Event => ({
    type: "channel.admitted",
    channelId: forum.channelId,
    userId,
    passwordId,
  });
  const out = commit(
    [
      { type: "channel.updated", channel, before: forum },
      admitted(ben.userId),
      admitted(ada.userId),
    ],
    set,
  );
  const told = received(out, connection(elsewhere), set).map(String);
  const about = ({ number }: typeof ada): readonly string[] =>
    told.filter((packet) => packet.startsWith("5\t") && packet.split("\t")[2] === String(number));
  assert.deepEqual(about(ben), []);
  // Who stands in none of the threads is in none of them now.
  assert.equal(new Set(about(mona)).size, 1);
});

test("a line in a thread is for those who stand in it", () => {
  const set = house();
  const out = commit([{ type: "message.posted", message: message(ben, "here", { place }) }], set);
  assert.deepEqual(received(out, connection(inside), set), [`2\t${at}\t3\there\t7\t10010`]);
  assert.deepEqual(received(out, connection(session(ada, general)), set), []);
});

test("a poll is numbered words, its course the running result", () => {
  const set = house();
  const poll: Poll = {
    pollId: "00000000-0000-4000-8000-0000000000cc" as PollId,
    creatorId: ada.userId,
    createdAtUs: 1,
    question: "Tea <&>?",
    options: [
      { optionId: "a", text: "yes\nplease", votes: 1 },
      { optionId: "b", text: "no", votes: 0 },
    ],
    multi: false,
    endsMs: null,
    endedAtUs: null,
  };
  const asked = message(ada, "", { poll, place });
  const which = { pollId: poll.pollId, messageId: asked.messageId, place };
  const told = (event: Event) => received(commit([event], set), connection(inside), set);
  assert.deepEqual(told({ type: "message.posted", message: asked }), [
    `2\t${at}\t-1\t0\fsay\fada: Tea &lt;&&gt;? <br/> 1. yes please (1) <br/> 2. no (0) <br/> Vote with /vote number\t7\t10010`,
  ]);
  assert.deepEqual(
    told({ type: "poll.voted", ...which, userId: ben.userId, optionIds: ["a"], poll }),
    [
      `2\t${at}\t-1\t0\fsay\fPoll "Tea &lt;&&gt;?": 1. yes please (1), 2. no (0)\t${firstLine}\t10010`,
    ],
  );
  const ended = { ...poll, endedAtUs: 2 };
  assert.deepEqual(
    told({ type: "poll.ended", ...which, byId: null, poll: ended, voters: [[], []] }),
    [
      `2\t${at}\t-1\t0\fsay\fPoll "Tea &lt;&&gt;?" has ended: 1. yes please (1), 2. no (0)\t${firstLine + 1}\t10010`,
    ],
  );
});
