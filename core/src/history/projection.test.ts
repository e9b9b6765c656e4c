import assert from "node:assert/strict";
import { test } from "node:test";
import type {
  Event,
  Message,
  OptionId,
  Place,
  Poll,
  PollId,
  QueryOf,
  ThreadId,
  UserId,
} from "@dragoman/bus-schema";
import { messageId, userId } from "@dragoman/testing/people";
import {
  ada,
  deleted,
  edited,
  general,
  marked,
  message,
  posted,
  random,
  record,
} from "@dragoman/testing/record";
import fc from "fast-check";
import { advanceOf } from "./change.ts";
import { Projection, RewoundError } from "./projection.ts";

const always = (): boolean => false;
const places = [general, random];

function filled(...events: Event[]): Projection {
  const projection = new Projection(":memory:");
  events.forEach((event, index) => {
    projection.apply([advanceOf(record(index + 1, event))], always);
  });
  return projection;
}

const page = (projection: Projection, query: Omit<QueryOf<"message.page">, "type">) => {
  const found = projection.page({ type: "message.page", ...query });
  return { ...found, messages: found.messages.map((json) => JSON.parse(json) as Message) };
};

const numbers = (found: { messages: readonly Message[] }): number[] =>
  found.messages.map(({ number }) => number);

test("a page is oldest first and says what is older and newest", () => {
  const projection = filled(...[1, 2, 3, 4, 5].map((n) => posted(n)));
  const found = page(projection, { place: general, limit: 2 });
  assert.deepEqual(found.messages, [message(4), message(5)]);
  assert.deepEqual(
    { total: found.total, older: found.older, newestId: found.newestId },
    { total: 5, older: 3, newestId: messageId(5) },
  );
  assert.deepEqual(numbers(page(projection, { place: general, limit: 2, skip: 4 })), [1]);
  assert.deepEqual(numbers(page(projection, { place: general, limit: 2, skip: 5 })), []);
  assert.equal(page(projection, { place: general, limit: 0 }).older, 5);
  projection.close();
});

test("before an unknown message, or one of another place, there is nothing", () => {
  const projection = filled(posted(1), posted(2, random), posted(3));
  for (const before of [messageId(2), messageId(9), "nonsense", ""]) {
    const found = page(projection, { place: general, limit: 10, before });
    assert.deepEqual([numbers(found), found.total, found.older], [[], 2, 0]);
  }
  assert.deepEqual(
    numbers(page(projection, { place: general, limit: 10, before: messageId(3) })),
    [1],
  );
  projection.close();
});

test("what is said behind the end of a thread is where it was said", () => {
  const { channelId } = random;
  const threadId = "00000000-0000-4000-8000-0000000000aa" as ThreadId;
  const before = { name: "t", slug: "t", locked: false, archived: false };
  const ended: Event = { type: "thread.deleted", channelId, threadId, before };
  const projection = filled(posted(1), ended, posted(2), ended);
  projection.apply([advanceOf(record(5, ended, posted(3))), advanceOf(record(6, ended))], always);
  assert.deepEqual(numbers(page(projection, { place: general, limit: 10 })), [1, 2, 3]);
  projection.close();
});

test("a thread is a place of its own beside its channel", () => {
  const thread = { ...general, threadId: messageId(77) } as unknown as Place;
  const projection = filled(posted(1), posted(2, thread));
  assert.deepEqual(numbers(page(projection, { place: general, limit: 10 })), [1]);
  assert.deepEqual(numbers(page(projection, { place: thread, limit: 10 })), [2]);
  projection.close();
});

test("an edit changes the message in its place; a deletion takes it away", () => {
  const projection = filled(posted(1), posted(2), posted(3), edited(2, "better"), deleted(3));
  const found = page(projection, { place: general, limit: 10 });
  assert.deepEqual(found.messages, [message(1), message(2, general, "better")]);
  assert.deepEqual([found.total, found.newestId], [2, messageId(2)]);
  assert.equal(projection.lookup(messageId(3)), null);
  assert.equal(projection.lookup("3"), null);
  assert.equal(projection.lookup("2"), projection.lookup(messageId(2)));
  assert.equal(projection.lookup("02"), null);
  projection.close();
});

test("who became part of another account has read and chosen as that account", () => {
  const [cleo, ben] = [userId("cleo"), userId("ben")];
  const pollId = "tea" as PollId;
  const vote = (by: UserId, option: string): Event => ({
    type: "poll.voted",
    pollId,
    messageId: messageId(1),
    place: general,
    userId: by,
    optionIds: [option as OptionId],
    poll: {} as Poll,
  });
  const read = (by: UserId, n: number, place: Place): Event => ({
    type: "unread.marked",
    userId: by,
    place,
    messageId: messageId(n),
  });
  const projection = filled(
    ...[1, 2, 3, 4].map((n) => posted(n, n > 2 ? random : general)),
    ...[read(cleo, 1, general), read(ada, 2, general), read(ada, 3, random)],
    ...[vote(cleo, "yes"), vote(ben, "no")],
    { type: "user.merged", intoId: ada, fromId: cleo, roleIds: [], color: null },
    { type: "user.merged", intoId: ben, fromId: ada, roleIds: [], color: null },
  );
  const unread = (by: UserId) =>
    projection.counts(by, places).places.map((state) => [state.unread, state.lastReadId]);
  assert.deepEqual(unread(ben), [
    [0, messageId(2)],
    [1, messageId(3)],
  ]);
  assert.deepEqual(unread(ada), [
    [2, null],
    [2, null],
  ]);
  // Ben has chosen by himself.
  assert.deepEqual(
    projection.votes.in(pollId, 9).map(({ userId: by, optionIds }) => [by, ...optionIds]),
    [
      [ada, "yes"],
      [ben, "no"],
    ],
  );
  projection.close();
});

test("unread counts what is newer than the mark, also when the marked message is gone", () => {
  const projection = filled(...[1, 2, 3, 4].map((n) => posted(n)), posted(5, random), marked(2));
  const counts = () => projection.counts(ada, places).places;
  assert.deepEqual(counts(), [
    { place: general, lastReadId: messageId(2), unread: 2, total: 4 },
    { place: random, lastReadId: null, unread: 1, total: 1 },
  ]);
  projection.apply([advanceOf(record(7, deleted(2), deleted(3)))], always);
  assert.deepEqual(counts()[0], {
    place: general,
    lastReadId: messageId(2),
    unread: 1,
    total: 2,
  });
  projection.apply([advanceOf(record(8, marked(1)))], always);
  assert.equal(counts()[0]?.unread, 1);
  projection.apply([advanceOf(record(9, marked(4)))], always);
  assert.equal(counts()[0]?.unread, 0);
  projection.close();
});

test("records at or below the position are passed over, one that does not follow is refused", () => {
  const projection = filled(posted(1), posted(2));
  const replayed = [1, 2, 3].map((n) => advanceOf(record(n, posted(n))));
  assert.equal(projection.apply(replayed, always), 3);
  assert.deepEqual(projection.position, { seq: 3, id: "record-3" });
  assert.equal(page(projection, { place: general, limit: 10 }).total, 3);

  const good = advanceOf(record(4, posted(4)));
  const foreign = { ...advanceOf(record(5, posted(5))), prev: "another" };
  assert.throws(() => projection.apply([good, foreign], always), RewoundError);
  assert.equal(projection.position.seq, 4, "what came before is stored");
  const rewritten = { ...advanceOf(record(4, posted(4))), id: "another" };
  assert.throws(() => projection.apply([rewritten], always), RewoundError);
  assert.throws(() => projection.apply([advanceOf(record(9))], always), RewoundError);
  projection.close();
});

test("a failed transaction leaves nothing behind", () => {
  const projection = filled(posted(1));
  const twice = advanceOf(record(2, posted(2), posted(2)));
  assert.throws(() => projection.apply([twice], always), /UNIQUE/);
  assert.equal(projection.position.seq, 1);
  assert.equal(page(projection, { place: general, limit: 10 }).total, 1);
  projection.close();
});

/** A random life of two places: posts with gaps that cross counted blocks, edits and deletions. */
const life = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant("post" as const), step: fc.nat(3_000) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("delete" as const), step: fc.nat(60) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("edit" as const), step: fc.nat(60) }) },
  ),
  { maxLength: 60 },
);

function eventsOf(steps: typeof life extends fc.Arbitrary<infer T> ? T : never): {
  events: Event[];
  present: Message[];
} {
  const events: Event[] = [];
  let present: Message[] = [];
  let number = 0;
  for (const { do: act, step } of steps) {
    if (act === "post") {
      number += step + 1;
      const place = step % 2 === 0 ? general : random;
      events.push(posted(number, place));
      present.push(message(number, place));
      continue;
    }
    const old = present[step % Math.max(1, present.length)];
    if (old === undefined) continue;
    if (act === "edit") {
      events.push(edited(old.number, "edited", old.place));
      present = present.map((m) => (m === old ? message(m.number, m.place, "edited") : m));
    } else {
      events.push(deleted(old.number, old.place));
      present = present.filter((m) => m !== old);
    }
  }
  return { events, present };
}

test("pages and counts are those of a plain array, whatever was posted, edited and deleted", () => {
  fc.assert(
    fc.property(
      life,
      fc.nat(15),
      fc.nat(20),
      fc.option(fc.nat(59)),
      fc.nat(59),
      fc.integer({ min: 1, max: 9 }),
      (steps, limit, skip, beforeIndex, markIndex, together) => {
        const { events, present } = eventsOf(steps);
        const mark = present[markIndex % Math.max(1, present.length)];
        if (mark !== undefined) events.push(marked(mark.number, mark.place));
        const projection = new Projection(":memory:");
        const records = events.map((event, index) => advanceOf(record(index + 1, event)));
        for (let at = 0; at < records.length; at += together) {
          projection.apply(records.slice(at, at + together), always);
        }
        for (const place of places) {
          const all = present.filter((m) => m.place.channelId === place.channelId);
          const before = beforeIndex === null ? undefined : present[beforeIndex]?.messageId;
          const end =
            before === undefined ? all.length : all.findIndex((m) => m.messageId === before);
          const upper = Math.max(0, end - skip);
          const wanted = end < 0 ? [] : all.slice(Math.max(0, upper - limit), upper);
          const found = page(projection, {
            place,
            limit,
            ...(skip === 0 ? {} : { skip }),
            ...(before === undefined ? {} : { before }),
          });
          assert.deepEqual(found.messages, wanted);
          assert.equal(found.total, all.length);
          assert.equal(found.older, end < 0 ? 0 : Math.max(0, upper - limit));
          assert.equal(found.newestId, all.at(-1)?.messageId ?? null);
          const [count] = projection.counts(ada, [place]).places;
          const read = mark?.place === place ? mark.number : 0;
          assert.equal(count?.unread, all.filter((m) => m.number > read).length);
        }
        projection.close();
      },
    ),
    { numRuns: 150 },
  );
});

test("a poll that has ended stands in its message, and is found by its id while that is there", () => {
  const poll = { pollId: "tea" as PollId, question: "Tea?", endedAtUs: null } as Poll;
  const plain = posted(1);
  if (plain.type !== "message.posted") throw new Error("no message");
  const over = { ...poll, endedAtUs: 7 };
  const ended: Event = {
    type: "poll.ended",
    pollId: poll.pollId,
    messageId: messageId(1),
    place: general,
    byId: null,
    poll: over,
    voters: [],
  };
  const events = [{ ...plain, message: { ...plain.message, poll } }, posted(2), ended];
  const projection = filled(...events);
  const pollOf = (json: string | null) => (JSON.parse(json ?? "null") as Message | null)?.poll;
  assert.equal(filled(...events.slice(0, 2)).endedPoll("tea"), null, "it is open");
  for (const ref of ["tea", messageId(1)]) {
    assert.deepEqual(pollOf(projection.endedPoll(ref)), over);
  }
  assert.equal(projection.endedPoll(messageId(2)), null);
  assert.deepEqual(page(projection, { place: general, limit: 2 }).messages[0]?.poll, over);
  projection.apply([advanceOf(record(4, deleted(1)))], always);
  assert.equal(projection.endedPoll("tea"), null);
  projection.close();
});
