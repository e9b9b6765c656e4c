/** Records that a feed cannot apply, or that nobody wrote: it halts, or passes them over. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { subject } from "@dragoman/bus-schema";
import { within } from "@dragoman/testing/deadline";
import { community } from "@dragoman/testing/nats";
import { bytesOf, feedForTests, limitMs, skipOf, stream, upTo } from "./testing/feed.ts";

const home = feedForTests();

const nonsense = new TextEncoder().encode("no JSON");

test("a forged event, without the stream's own headers, is passed over", async () => {
  home.feed.listen();
  home.feed.start({ seq: 0, id: "" });
  await home.reader.flush();
  const event = subject.event(community);
  const forged = bytesOf("forged", "");
  home.writer.publish(event, forged);
  home.writer.publish(event, forged, { "Nats-Stream": stream, "Nats-Sequence": "0" });
  home.writer.publish(event, forged, { "Nats-Stream": "OTHER", "Nats-Sequence": "1" });
  await home.writer.flush();
  await home.store(1, 1);
  await home.reached(1);
  assert.deepEqual(home.ids(), ["r1"]);
});

test("a place that a stored header names is no record's place, live or fetched", async () => {
  await home.storeRaw(bytesOf("r1", ""), {});
  await home.storeRaw(bytesOf("r2", "r1"), { "Nats-Sequence": "1", "Nats-Stream": stream });
  home.feed.listen();
  await home.reader.flush();
  home.feed.start({ seq: 0, id: "" });
  home.feed.prove(2, "r2");
  await home.reached(2);
  await home.storeRaw(bytesOf("r3", "r2"), { "Nats-Sequence": "1" });
  home.feed.prove(3, "r3");
  await home.reached(3);
  assert.deepEqual(home.given(), upTo(3));
});

test("what cannot be read halts the feed, which keeps what it has", async () => {
  await home.store(1, 1);
  home.feed.listen();
  await home.reader.flush();
  home.feed.start({ seq: 0, id: "" });
  await home.storeRaw(nonsense);
  const { seq, why } = await within(limitMs, "the halt", home.halted);
  assert.equal(seq, 2);
  assert.match(why, /cannot be read/);
  assert.deepEqual(home.feed.position, { seq: 1, id: "r1" });
});

test("a record that follows none of ours halts the feed, for the journal did not go back", async () => {
  await home.store(1, 1);
  home.feed.listen();
  home.feed.start({ seq: 0, id: "" });
  await home.storeRaw(bytesOf("odd", "none of ours"));
  home.feed.prove(2, "odd");
  const { seq, why } = await within(limitMs, "the halt", home.halted);
  assert.equal(seq, 2);
  assert.match(why, /follows none of ours, not r1/);
});

test("a halted feed goes on once the journal says that the record is passed over", async () => {
  await home.store(1, 1);
  home.feed.listen();
  await home.reader.flush();
  home.feed.start({ seq: 0, id: "" });
  await home.storeRaw(nonsense);
  await within(limitMs, "the halt", home.halted);
  // Others stand behind it already: the word comes later.
  await home.storeRaw(bytesOf("r3", "r2"));
  await home.storeRaw(skipOf(2, "r2", "r3"));
  await home.reached(4);
  assert.equal(home.feed.halt, undefined);
  assert.deepEqual(home.ids(), ["r1", "r2", "r3", "skip-of-2"]);
  assert.deepEqual(home.applied[1]?.batch.commits, []);
});

test("a replay passes over what was skipped, far behind the record as well", async () => {
  await home.store(1, 1);
  await home.storeRaw(nonsense);
  for (let n = 3; n <= 150; n += 1) await home.storeRaw(bytesOf(`r${n}`, `r${n - 1}`));
  await home.storeRaw(skipOf(2, "r2", "r150"));
  home.feed.start({ seq: 0, id: "" });
  home.feed.prove(151, "");
  await home.reached(151);
  assert.deepEqual(home.given(), upTo(151));
});

test("what was applied and is passed over later is a rewind, after which it is known", async () => {
  await home.store(1, 2);
  home.feed.start({ seq: 0, id: "" });
  await home.reached(2);
  await home.storeRaw(skipOf(2, "r2", "r2"));
  home.feed.prove(3, "");
  assert.match(await within(limitMs, "the rewind", home.rewound), /record 2 was applied/);
});
