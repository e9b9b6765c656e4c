import assert from "node:assert/strict";
import { test } from "node:test";
import type { ChannelId } from "@dragoman/bus-schema";
import { channelId } from "@dragoman/testing/people";
import { general, message, random, record } from "@dragoman/testing/record";
import { advanceOf } from "./change.ts";
import type { KeptSince } from "./old.ts";
import { Projection } from "./projection.ts";

const always = (): boolean => false;

/** A hundred messages in each of two channels, a microsecond apart. */
function full(): Projection {
  const projection = new Projection(":memory:");
  for (let n = 1; n <= 200; n += 1) {
    const place = n % 2 === 0 ? random : general;
    const posted = { ...message(n, place, `line ${n}`), createdAtUs: n };
    projection.apply([advanceOf(record(n, { type: "message.posted", message: posted }))], always);
  }
  return projection;
}

/** Asks to the end, as the leader does; what is found is deleted before the next question. */
function forgotten(projection: Projection, since: KeptSince, limit: number): readonly number[] {
  const numbers: number[] = [];
  let seq = projection.position.seq;
  for (let behind: number | null = 0; behind !== null; ) {
    const { messages, next } = projection.old.find(behind, since, limit);
    assert.ok(messages.length <= limit);
    for (const old of messages) {
      numbers.push(old.number);
      seq += 1;
      const event = { type: "message.deleted", ...old, byId: null, expired: true } as const;
      projection.apply([advanceOf(record(seq, event))], always);
    }
    behind = next;
  }
  return numbers.sort((a, b) => a - b);
}

const upTo = (last: number, step = 1, first = 1): readonly number[] =>
  Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, n) => first + n * step);

test("what was created before is found in pieces, from the oldest on, and nothing else", () => {
  for (const limit of [1, 7, 50, 1_000]) {
    const projection = full();
    assert.deepEqual(forgotten(projection, { atUs: 101, channels: [] }, limit), upTo(100));
    assert.deepEqual(forgotten(projection, { atUs: 101, channels: [] }, limit), []);
    const page = projection.page({ type: "message.page", place: general, limit: 100 });
    assert.deepEqual([page.messages.length, page.total, page.older], [50, 50, 0]);
  }
});

test("a channel may have a time of its own, and one may be kept for ever", () => {
  const own = (atUs: number | null): readonly (readonly [ChannelId, number | null])[] => [
    [channelId(2), atUs],
  ];
  assert.deepEqual(forgotten(full(), { atUs: 51, channels: own(null) }, 10), upTo(49, 2));
  assert.deepEqual(forgotten(full(), { atUs: null, channels: own(21) }, 10), upTo(20, 2, 2));
  assert.deepEqual(forgotten(full(), { atUs: null, channels: [] }, 10), []);
});
