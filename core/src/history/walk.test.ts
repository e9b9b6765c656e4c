import assert from "node:assert/strict";
import { test } from "node:test";
import { type Event, exportBytesMax, exportPageMax, type Place } from "@dragoman/bus-schema";
import { ada, deleted, general, message, random, record } from "@dragoman/testing/record";
import { advanceOf } from "./change.ts";
import { Projection } from "./projection.ts";

function filled(events: readonly Event[]): Projection {
  const projection = new Projection(":memory:");
  events.forEach((event, index) => {
    projection.apply([advanceOf(record(index + 1, event))], () => false);
  });
  return projection;
}

const say = (number: number, text: string, place: Place = general): Event => ({
  type: "message.posted",
  message: message(number, place, text),
});

/** All numbers of a place, page by page, and how many each page had. */
function walked(projection: Projection, place: Place) {
  const numbers: number[] = [];
  const pages: number[] = [];
  for (let after: number | null = 0; after !== null; ) {
    const { messages, next }: ReturnType<Projection["walk"]["messages"]> = projection.walk.messages(
      place,
      after,
    );
    numbers.push(...messages.map((json) => (JSON.parse(json) as { number: number }).number));
    pages.push(messages.length);
    after = next;
  }
  return { numbers, pages };
}

test("a walk meets every present message of a place once, in order, in pages that are bounded", () => {
  const count = exportPageMax + 120;
  const events = Array.from({ length: count }, (_, n) =>
    say(n + 1, "words", n % 10 === 0 ? random : general),
  );
  const projection = filled([...events, deleted(3)]);
  const wanted = Array.from({ length: count }, (_, n) => n + 1).filter(
    (number) => (number - 1) % 10 !== 0 && number !== 3,
  );
  const { numbers, pages } = walked(projection, general);
  assert.deepEqual(numbers, wanted);
  assert.deepEqual(pages, [exportPageMax, wanted.length - exportPageMax]);
  const { total, next } = projection.walk.messages(general, Number.MAX_SAFE_INTEGER);
  assert.deepEqual([total, next], [wanted.length, null]);
});

test("a page of long messages ends early, and the walk goes on behind it", () => {
  const long = "x".repeat(10_000);
  const projection = filled(Array.from({ length: 130 }, (_, n) => say(n + 1, long)));
  const { numbers, pages } = walked(projection, general);
  assert.equal(numbers.length, 130);
  assert.equal(new Set(numbers).size, 130);
  assert.ok(pages.length > 1 && Math.max(...pages) * 10_000 < exportBytesMax + 20_000);
});

test("of a place that nobody has spoken in there is nothing", () => {
  const projection = filled([say(1, "words")]);
  assert.deepEqual(projection.walk.messages(random, 0), { messages: [], total: 0, next: null });
  assert.deepEqual(projection.walk.marks([ada]), { marks: [] });
});
