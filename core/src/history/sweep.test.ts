import assert from "node:assert/strict";
import { test } from "node:test";
import type { Event, Message, Place, Poll, PollId, ThreadId } from "@dragoman/bus-schema";
import { channelId, messageId } from "@dragoman/testing/people";
import { ada, general, marked, message, random, record } from "@dragoman/testing/record";
import Database from "libsql";
import { advanceOf } from "./change.ts";
import { tables } from "./layout.ts";
import { tokensOf } from "./mention.ts";
import { Projection } from "./projection.ts";
import { sweptMax } from "./sweep.ts";

const always = (): boolean => false;
const thread: Place = { ...random, threadId: messageId(77) as unknown as ThreadId };
const needle = "the needle @ben";

const saying = (number: number, place: Place): Event => ({
  type: "message.posted",
  message: message(number, place, needle),
});
const channelGone: Event = {
  type: "channel.deleted",
  channel: {
    channelId: channelId(2),
    kind: "text",
    name: "random",
    slug: "random",
    permissions: {},
    minRank: 0,
    hasPassword: false,
    temporary: false,
  },
  why: "deleted",
};

const pollIn = ({ channelId: id }: Place): PollId => id as string as PollId;

/** A poll in a place, and a vote in it. */
function asking(number: number, place: Place): readonly Event[] {
  const pollId = pollIn(place);
  const poll: Poll = {
    pollId,
    creatorId: ada,
    createdAtUs: 0,
    question: "Tea?",
    options: ["yes", "no"].map((text) => ({ optionId: text, text, votes: 0 })),
    multi: false,
    endsMs: null,
    endedAtUs: null,
  };
  const asked = { ...message(number, place, ""), poll };
  const { messageId } = asked;
  return [
    { type: "message.posted", message: asked },
    { type: "poll.voted", pollId, messageId, place, userId: ada, optionIds: ["yes"], poll },
  ];
}

class Journal {
  readonly projection: Projection;
  #seq: number;

  /** @param db also one that another journal was projected into: the core has started again */
  constructor(db: Database.Database) {
    this.projection = new Projection(db, { waitMs: 0, smallMax: 0 });
    this.#seq = this.projection.position.seq;
  }

  store(...events: readonly Event[]): void {
    this.#seq += 1;
    this.projection.apply([advanceOf(record(this.#seq, ...events))], always);
  }

  /** How many transactions it took. */
  sweep(): number {
    let count = 0;
    for (; this.projection.littered; count += 1) this.projection.sweep();
    return count;
  }

  found(place: Place): number {
    const { reading } = this.projection;
    const { messages } = reading.search({ place, text: needle, limit: 50 });
    return messages.length;
  }
}

/** How many rows each table has. */
function rows(db: Database.Database): Record<string, number> {
  const counts = tables.map((table) => {
    const row = db.prepare(`SELECT count(*) AS count FROM ${table}`).get() as { count: number };
    return [table, row.count] as const;
  });
  return Object.fromEntries(counts);
}

test("of a channel that is gone nothing is found at once, and nothing is left when it has been swept", () => {
  const db = new Database(":memory:");
  const journal = new Journal(db);
  const { projection } = journal;
  const count = sweptMax * 2 + 50;
  journal.store(saying(1, general));
  const lines = Array.from({ length: count }, (_, n) => n + 2);
  journal.store(...lines.map((n) => saying(n, n % 3 === 0 ? thread : random)));
  journal.store(marked(2, random), marked(3, thread), marked(1));
  journal.store(...[random, general].flatMap((place, n) => asking(9_001 + n, place)));
  journal.store(channelGone);
  assert.ok(projection.littered);
  assert.deepEqual([projection.lookup("2"), projection.lookup(messageId(3))], [null, null]);
  assert.deepEqual(
    [journal.found(random), journal.found(thread), journal.found(general)],
    [0, 0, 1],
  );
  const page = projection.page({ type: "message.page", place: random, limit: 10 });
  assert.deepEqual([page.messages, page.total, page.newestId], [[], 0, null]);
  assert.deepEqual(projection.counts(ada, [random]).places[0]?.lastReadId, null);
  const tokens = tokensOf(JSON.parse(projection.lookup("1") ?? "") as Message);
  const pings = { limit: 10, offset: 0 };
  const mine = projection.reading.pings(tokens, [channelId(1), channelId(2)], pings);
  assert.equal(mine.total, 1);

  const asked = [pollIn(random), pollIn(general)];
  assert.equal(projection.votes.of(ada, asked).length, 2);

  assert.ok(journal.sweep() >= Math.ceil(count / sweptMax), "in pieces");
  const left = rows(db);
  const kept = { places: 1, messages: 2, texts: 1, mentions: 1, blocks: 2, marks: 1, votes: 1 };
  assert.deepEqual({ ...left, ...kept }, left);
  assert.equal(left["gone"], 0);
  assert.deepEqual(
    projection.votes.of(ada, asked).map(({ pollId }) => pollId),
    [pollIn(general)],
  );
  assert.equal(left["audit"], 1, "the deletion itself stays in the log");
  projection.close();
});

test("new messages and a new place are not touched by a sweep, which goes on after a restart", () => {
  const db = new Database(":memory:");
  const first = new Journal(db);
  const lines = Array.from({ length: sweptMax + 10 }, (_, n) => n + 1);
  first.store(...lines.map((n) => saying(n, random)));
  first.store(channelGone);
  first.projection.sweep();
  const second = new Journal(db);
  assert.ok(second.projection.littered, "it is known from the database");
  second.store(saying(1_000, general), saying(1_001, { channelId: channelId(3) }));
  assert.ok(second.sweep() > 0);
  assert.deepEqual([second.found(general), second.found({ channelId: channelId(3) })], [1, 1]);
  assert.equal(second.found(random), 0);
  second.projection.close();
});
