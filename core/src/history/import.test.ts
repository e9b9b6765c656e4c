/** What came in from another server, in the projection. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Carried, Event, EventOf, Message, OptionId, PollId } from "@dragoman/bus-schema";
import { messageId, userId } from "@dragoman/testing/people";
import { ada, general, marked, message, posted, random, record } from "@dragoman/testing/record";
import { advanceOf } from "./change.ts";
import { Projection } from "./projection.ts";

const always = (): boolean => false;
const ben = userId("ben");

function filled(...events: Event[]): Projection {
  const projection = new Projection(":memory:");
  events.forEach((event, index) => {
    projection.apply([advanceOf(record(index + 1, event))], always);
  });
  return projection;
}

const stored = (
  events: readonly Carried[],
  votes?: EventOf<"import.stored">["votes"],
): EventOf<"import.stored"> => ({
  type: "import.stored",
  events: [...events],
  ...(votes === undefined ? {} : { votes }),
});
const posting = (whole: Message): Carried => ({ type: "message.posted", message: whole });
const page = (projection: Projection, place = general): Message[] =>
  projection
    .page({ type: "message.page", place, limit: 10 })
    .messages.map((json) => JSON.parse(json) as Message);

test("messages come in with their pins and reactions, and a search finds them", () => {
  const reactions = [{ emoji: "👍", userIds: [ada, ben] }];
  const whole: Message = { ...message(1), pinned: true, reactions };
  const projection = filled(stored([posting(whole), posting(message(2))]));
  assert.deepEqual(page(projection), [whole, message(2)]);
  assert.equal(projection.counts(ada, [general]).places[0]?.unread, 2);
  const found = projection.reading.search({
    place: general,
    text: "LINE 2",
    limit: 10,
  });
  assert.equal(found.messages.length, 1);
  projection.close();
});

test("a message whose id is there already is passed over, and what would come with it", () => {
  const again: Message = {
    ...message(5, random, "another"),
    messageId: messageId(1),
    pinned: true,
    reactions: [{ emoji: "x", userIds: [ada] }],
  };
  const projection = filled(posted(1), stored([posting(again), posting(message(6))]));
  assert.deepEqual(page(projection), [message(1), message(6)]);
  assert.deepEqual(page(projection, random), []);
  assert.equal(projection.counts(ada, [random]).places[0]?.total, 0);
  projection.close();
});

test("of many messages those whose ids are there already are passed over, and they alone", () => {
  const many = Array.from({ length: 100 }, (_, n) => message(n + 3));
  const again = [10, 60, 95].map((n) => messageId(n));
  const projection = filled(
    stored(many.filter(({ messageId: id }) => again.includes(id)).map(posting)),
    stored(many.map((each) => posting({ ...each, number: (each.number + 200) as never }))),
  );
  const { total } = projection.page({ type: "message.page", place: general, limit: 1 });
  assert.equal(total, 100);
  for (const { messageId: id, number } of many) {
    const kept = JSON.parse(projection.lookup(id) ?? "") as Message;
    assert.equal(kept.number, again.includes(id) ? number : number + 200);
    const text = `line ${number}`;
    const query = { place: general, text, limit: 100 } as const;
    const found = projection.reading.search(query).messages.map((json) => JSON.parse(json));
    assert.ok(found.some((each: Message) => each.messageId === id));
  }
  projection.close();
});

test("a mark that came along moves nobody back", () => {
  const mark = (n: number): Carried => ({
    type: "unread.marked",
    userId: ada,
    place: general,
    messageId: messageId(n),
  });
  const unread = (...events: Event[]): number | undefined => {
    const projection = filled(posted(1), posted(2), posted(3), ...events);
    const [counted] = projection.counts(ada, [general]).places;
    projection.close();
    return counted?.unread;
  };
  assert.equal(unread(stored([mark(2)])), 1);
  assert.equal(unread(marked(3), stored([mark(2)])), 0);
  assert.equal(unread(marked(1), stored([mark(2)])), 1);
});

test("a poll that was over comes in as over, with who chose what", () => {
  const pollId = messageId(50) as never as PollId;
  const yes = "yes" as OptionId;
  const whole: Message = {
    ...message(1, general, ""),
    poll: {
      pollId,
      creatorId: ada,
      createdAtUs: 1,
      question: "Tea?",
      options: [{ optionId: yes, text: "yes", votes: 1 }],
      multi: false,
      endsMs: null,
      endedAtUs: 2,
    },
  };
  const projection = filled(stored([posting(whole)], [{ pollId, userId: ben, optionIds: [yes] }]));
  assert.equal(projection.endedPoll(pollId), projection.lookup(messageId(1)));
  assert.deepEqual(projection.votes.of(ben, [pollId]), [{ pollId, userId: ben, optionIds: [yes] }]);
  projection.close();
});
