/** OriginChats part 2, section 13: polls. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { OriginchatsClient, OriginchatsPacket } from "../../support/originchats-client.ts";
import { stackForTests } from "../../support/test-stack.ts";

const home = stackForTests({
  furnished: async ({ operator }) => {
    const make = { type: "channel.create" } as const;
    const everybody = { view: ["user"], send: ["user"], create_thread: ["user"] };
    await operator.mustAccept({ ...make, kind: "forum", name: "forum", permissions: everybody });
    const listeners = { view: ["user"], send: ["owner"] };
    await operator.mustAccept({ ...make, kind: "text", name: "news", permissions: listeners });
  },
});

type Fields = Readonly<Record<string, unknown>>;

const tea = { question: "Tea?", options: ["yes", { id: "n", text: "no", emoji: "🚫" }] };

async function create(by: OriginchatsClient, fields: Fields = {}): Promise<OriginchatsPacket> {
  const packet = await by.ask({ cmd: "poll_create", channel: "general", ...tea, ...fields });
  assert.equal(packet.cmd, "poll_create", String(packet["val"]));
  return packet;
}

async function refused(by: OriginchatsClient, cmd: string, fields: Fields): Promise<unknown> {
  const answer = await by.ask({ cmd, ...fields });
  assert.equal(answer.cmd, "error", JSON.stringify(answer));
  return answer["val"];
}

const ofPoll = (made: OriginchatsPacket) => (packet: OriginchatsPacket) =>
  packet["poll_id"] === made["poll_id"];

/** Votes by option id. */
function votesIn(packet: OriginchatsPacket): Fields {
  const { results } = packet["results"] as { results: { id: string; votes: number }[] };
  return Object.fromEntries(results.map(({ id, votes }) => [id, votes]));
}

/** The poll in the embed of the newest message. */
async function embedded(by: OriginchatsClient): Promise<Fields> {
  const page = await by.ask({ cmd: "messages_get", channel: "general", limit: 1 });
  const [message] = page["messages"] as { embeds: { type: string; poll: Fields }[] }[];
  assert.equal(message?.embeds[0]?.type, "poll");
  return message.embeds[0].poll;
}

test("poll_create is a message_new in both forms, then the reply", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onOriginchats("ben");
  const made = await create(ada);
  const { poll_id: id, message_id: messageId } = made;
  assert.deepEqual(made, {
    cmd: "poll_create",
    poll_id: id,
    message_id: messageId,
    channel: "general",
    thread_id: null,
    question: "Tea?",
    options: [
      { id: "0", text: "yes" },
      { id: "n", text: "no", emoji: "🚫" },
    ],
    allow_multiselect: false,
    expires_at: null,
    listener: made["listener"],
  });
  const told = await ben.next("message_new", ofPoll(made));
  const message = told["message"] as Fields;
  const embed = {
    type: "poll",
    poll: {
      id,
      question: "Tea?",
      options: made["options"],
      allow_multiselect: false,
      expires_at: null,
      results: [
        { id: "0", text: "yes", emoji: null, votes: 0 },
        { id: "n", text: "no", emoji: "🚫", votes: 0 },
      ],
      total_votes: 0,
      ended: false,
      ended_at: null,
    },
    title: "Tea?",
  };
  assert.deepEqual(told, {
    cmd: "message_new",
    message: {
      user: "ada",
      content: "",
      timestamp: message["timestamp"],
      id: messageId,
      embeds: [embed],
      pinned: false,
      type: "message",
      interaction: null,
      pings: { users: [], roles: [], replies: [] },
    },
    channel: "general",
    thread_id: null,
    global: true,
    id: messageId,
    user: "ada",
    content: "",
    timestamp: message["timestamp"],
    embeds: [embed],
    poll_id: id,
  });
});

test("poll_create is refused in the reference's words, in its order", async () => {
  const ada = await home.onOriginchats("ada");
  const create = (fields: Fields): Promise<unknown> => refused(ada, "poll_create", fields);
  const channel = "general";
  const question = "q";
  const options = ["a", "b"];
  assert.equal(await create({ question, options }), "Channel or thread_id is required");
  assert.equal(await create({ channel, options }), "Question is required");
  const few = "At least 2 options are required";
  assert.equal(await create({ channel, question }), few);
  assert.equal(await create({ channel, question, options: ["a"] }), few);
  const many = Array.from({ length: 11 }, () => "x");
  assert.equal(
    await create({ channel, question, options: many }),
    "Cannot have more than 10 options",
  );
  assert.equal(
    await create({ channel, question, options: [{ x: 1 }, "b"] }),
    "Option 0 must have 'text'",
  );
  assert.equal(await create({ channel: "nope", question, options }), "Channel not found");
  assert.equal(await create({ channel: "staff", question, options }), "Channel not found");
  assert.equal(await create({ thread_id: "nope", question, options }), "Thread not found");
  assert.equal(
    await create({ channel: "news", question, options }),
    "You do not have permission to send messages in this channel",
  );
  assert.equal(
    await create({ channel: "forum", question, options }),
    "Cannot send messages in this channel type",
  );
  assert.equal(await create({ channel, question, options: "ab" }), "Invalid request: options");
  const long = (length: number): string => "x".repeat(length);
  assert.equal(
    await create({ channel, question: long(301), options }),
    "Question cannot exceed 300 characters",
  );
  assert.equal(
    await create({ channel, question, options: [long(101), "b"] }),
    "Option text cannot exceed 100 characters",
  );
  assert.equal(
    await create({ channel, question, options: [{ id: long(51), text: "a" }, "b"] }),
    "Option id cannot exceed 50 characters",
  );
  assert.equal(
    await create({ channel, question, options: [{ id: "1", text: "a" }, "b"] }),
    "Option ids must be unique",
  );
});

test("poll_vote counts one choice, the last one, and tells everybody without names", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onOriginchats("ben");
  const made = await create(ada);
  const answer = await ben.ask({
    cmd: "poll_vote",
    poll_id: made["poll_id"],
    option_ids: ["0", "n"],
  });
  const results = {
    poll_id: made["poll_id"],
    question: "Tea?",
    allow_multiselect: false,
    ended: false,
    ended_at: null,
    total_votes: 1,
    results: [
      { id: "0", text: "yes", emoji: null, votes: 0, voters: [] },
      { id: "n", text: "no", emoji: "🚫", votes: 1, voters: [] },
    ],
  };
  assert.deepEqual(answer, {
    cmd: "poll_vote",
    poll_id: made["poll_id"],
    option_ids: ["0", "n"],
    results,
    listener: answer["listener"],
  });
  assert.deepEqual(await ada.next("poll_vote_update", ofPoll(made)), {
    cmd: "poll_vote_update",
    poll_id: made["poll_id"],
    message_id: made["message_id"],
    channel: "general",
    thread_id: null,
    user: "ben",
    option_ids: ["n"],
    results,
  });
  const changed = await ben.ask({
    cmd: "poll_vote",
    message_id: made["message_id"],
    option_id: "0",
  });
  assert.deepEqual(votesIn(changed), { "0": 1, n: 0 });
  const again = await ben.ask({ cmd: "poll_vote", poll_id: made["poll_id"], option_id: ["0"] });
  assert.deepEqual(votesIn(again), { "0": 1, n: 0 });
});

test("with several choices a vote sets exactly the ids that are sent, all or nothing", async () => {
  const ada = await home.onOriginchats("ada");
  const made = await create(ada, { options: ["a", "b", "c"], allow_multiselect: true });
  const vote = (ids: readonly string[]): Promise<OriginchatsPacket> =>
    ada.ask({ cmd: "poll_vote", poll_id: made["poll_id"], option_ids: ids });
  assert.deepEqual(votesIn(await vote(["0", "1"])), { "0": 1, "1": 1, "2": 0 });
  assert.deepEqual(votesIn(await vote(["1", "2"])), { "0": 0, "1": 1, "2": 1 });
  assert.equal((await vote(["0", "zzz"]))["val"], "Invalid option: zzz");
  assert.deepEqual(votesIn(await vote(["2"])), { "0": 0, "1": 0, "2": 1 });
});

test("what is asked of a poll is refused in the reference's words", async () => {
  const ada = await home.onOriginchats("ada");
  const olga = await home.onOriginchats("olga");
  const made = await create(ada);
  const hidden = await create(olga, { channel: "staff" });
  for (const cmd of ["poll_vote", "poll_end", "poll_results", "poll_get"]) {
    assert.equal(await refused(ada, cmd, {}), "poll_id or message_id is required");
    const unknown = { poll_id: "nope", option_id: "0" };
    assert.equal(await refused(ada, cmd, unknown), "Poll not found");
  }
  for (const cmd of ["poll_vote", "poll_results", "poll_get"]) {
    const fields = { poll_id: hidden["poll_id"], option_id: "0" };
    assert.equal(await refused(ada, cmd, fields), "Poll not found");
  }
  const poll = { poll_id: made["poll_id"] };
  const none = "option_id or option_ids is required";
  assert.equal(await refused(ada, "poll_vote", poll), none);
  assert.equal(await refused(ada, "poll_vote", { ...poll, option_id: 0 }), none);
  assert.equal(
    await refused(ada, "poll_vote", { ...poll, option_id: 1 }),
    "Invalid request: option_id",
  );
  assert.equal(
    await refused(ada, "poll_vote", { ...poll, option_id: "zzz" }),
    "Invalid option: zzz",
  );
});

test("poll_end is for its creator and those who manage messages, once", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onOriginchats("ben");
  const made = await create(ada);
  const poll = { poll_id: made["poll_id"] };
  await ben.ask({ cmd: "poll_vote", ...poll, option_id: "0" });
  assert.equal(
    await refused(ben, "poll_end", poll),
    "Access denied: 'manage_messages' permission required",
  );
  const ended = await ada.ask({ cmd: "poll_end", message_id: made["message_id"] });
  const results = ended["results"] as { ended: boolean; ended_at: number; results: unknown[] };
  assert.equal(results.ended, true);
  assert.equal(typeof results.ended_at, "number");
  assert.deepEqual(results.results, [
    { id: "0", text: "yes", emoji: null, votes: 1, voters: ["ben"] },
    { id: "n", text: "no", emoji: "🚫", votes: 0, voters: [] },
  ]);
  assert.deepEqual(await ben.next("poll_end", ofPoll(made)), {
    cmd: "poll_end",
    ...poll,
    message_id: made["message_id"],
    channel: "general",
    thread_id: null,
    results,
  });
  const both = ada.log.entries.filter((packet) => packet.cmd === "poll_end");
  assert.deepEqual(
    both.map((packet) => "listener" in packet),
    [false, true],
  );
  assert.equal(await refused(ada, "poll_end", poll), "Poll has already ended");
  assert.equal(await refused(ben, "poll_vote", { ...poll, option_id: "0" }), "Poll has ended");
});

test("a poll ends by itself when its time is over", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onOriginchats("ben");
  const made = await create(ada, { expires_at: 1000, duration_hours: 1 });
  assert.equal(made["expires_at"], 1000);
  const ended = await ben.next("poll_end", ofPoll(made));
  assert.equal((ended["results"] as { ended: boolean }).ended, true);
  const poll = { poll_id: made["poll_id"] };
  assert.equal(await refused(ben, "poll_vote", { ...poll, option_id: "0" }), "Poll has expired");
  // Late enough that a busy machine votes before.
  const soon = await create(ada, { expires_at: Date.now() / 1000 + 2 });
  await ben.ask({ cmd: "poll_vote", poll_id: soon["poll_id"], option_id: "n" });
  const over = await ben.next("poll_end", ofPoll(soon));
  assert.deepEqual(votesIn(over), { "0": 0, n: 1 });
});

test("duration_hours may be a fraction", async () => {
  const ada = await home.onOriginchats("ada");
  const made = await create(ada, { duration_hours: 0.5 });
  const leftMs = Number(made["expires_at"]) * 1000 - Date.now();
  assert.ok(leftMs > 29 * 60_000 && leftMs <= 30 * 60_000, String(leftMs));
});

test("poll_results and poll_get say how it stands and what the asker chose", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onOriginchats("ben");
  const made = await create(ada);
  const poll = { poll_id: made["poll_id"] };
  await ben.ask({ cmd: "poll_vote", ...poll, option_id: "n" });
  const results = await ben.ask({ cmd: "poll_results", ...poll });
  assert.equal(results["message_id"], made["message_id"]);
  assert.deepEqual((results["results"] as Fields)["results"], [
    { id: "0", text: "yes", emoji: null, votes: 0, voters: [], voted: false },
    { id: "n", text: "no", emoji: "🚫", votes: 1, voters: [], voted: true },
  ]);
  const got = await ben.ask({ cmd: "poll_get", message_id: made["message_id"] });
  const { created_at: at, ...rest } = got["poll"] as Fields;
  assert.equal(typeof at, "number");
  assert.deepEqual(rest, {
    id: made["poll_id"],
    message_id: made["message_id"],
    channel: "general",
    thread_id: null,
    question: "Tea?",
    options: made["options"],
    allow_multiselect: false,
    expires_at: null,
    created_by: "ada",
    ended: false,
    ended_at: null,
    user_votes: ["n"],
  });
  await ada.ask({ cmd: "poll_end", ...poll });
  const named = await ada.ask({ cmd: "poll_results", ...poll });
  const options = (named["results"] as { results: { voters: string[] }[] }).results;
  assert.deepEqual(
    options.map(({ voters }) => voters),
    [[], ["ben"]],
  );
});

test("in history the embed carries the results and the asker's votes", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onOriginchats("ben");
  const made = await create(ada);
  await ben.ask({ cmd: "poll_vote", poll_id: made["poll_id"], option_id: "0" });
  const mine = await embedded(ben);
  assert.deepEqual(mine["results"], [
    { id: "0", text: "yes", emoji: null, votes: 1, voted: true },
    { id: "n", text: "no", emoji: "🚫", votes: 0, voted: false },
  ]);
  assert.deepEqual(
    [mine["id"], mine["total_votes"], mine["ended"], mine["user_votes"]],
    [made["poll_id"], 1, false, ["0"]],
  );
  assert.deepEqual((await embedded(ada))["user_votes"], []);
  await ada.ask({ cmd: "poll_end", poll_id: made["poll_id"] });
  const over = await embedded(ben);
  assert.deepEqual([over["results"], over["user_votes"]], [mine["results"], ["0"]]);
  assert.equal(over["ended"], true);
  assert.deepEqual((await embedded(ada))["user_votes"], []);
});

test("a poll goes with its message", async () => {
  const ada = await home.onOriginchats("ada");
  const made = await create(ada);
  await ada.ask({ cmd: "message_delete", channel: "general", id: made["message_id"] });
  const poll = { poll_id: made["poll_id"] };
  assert.equal(await refused(ada, "poll_get", poll), "Poll not found");
});

test("a poll in a thread is told to the forum's viewers under its channel", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onOriginchats("ben");
  const opened = await ada.ask({ cmd: "thread_create", channel: "forum", name: "Polls" });
  const { id: threadId } = opened["thread"] as { id: string };
  const made = await create(ada, { channel: undefined, thread_id: threadId });
  assert.deepEqual([made["channel"], made["thread_id"]], ["forum", threadId]);
  const told = await ben.next("message_new", ofPoll(made));
  assert.deepEqual([told["channel"], told["thread_id"]], ["forum", threadId]);
  await ben.ask({ cmd: "poll_vote", poll_id: made["poll_id"], option_id: "0" });
  const update = await ada.next("poll_vote_update", ofPoll(made));
  assert.deepEqual([update["channel"], update["thread_id"]], ["forum", threadId]);
});
