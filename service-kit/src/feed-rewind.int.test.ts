/** What proves to a feed that its journal went back, and what does not. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { subject } from "@dragoman/bus-schema";
import { within } from "@dragoman/testing/deadline";
import { community } from "@dragoman/testing/nats";
import { bytesOf, feedForTests, limitMs, stream, upTo } from "./testing/feed.ts";

const home = feedForTests();

test("a record that follows another one than was applied is a rewind", async () => {
  await home.store(1, 2);
  home.feed.listen();
  home.feed.start({ seq: 1, id: "another" });
  home.feed.prove(2, "");
  assert.match(
    await within(limitMs, "the rewind", home.rewound),
    /record 2 follows r1, not another/,
  );
  assert.deepEqual(home.given(), []);
});

test("a proof with another id at an applied place is a rewind, where the journal says so too", async () => {
  await home.store(1, 2);
  home.feed.start({ seq: 0, id: "" });
  await home.reached(2);
  await home.replaceJournal();
  home.feed.prove(1, "new");
  assert.match(
    await within(limitMs, "the rewind", home.rewound),
    /record 1 is new, applied was r1/,
  );
});

test("a proof that is false, and an event that was torn, are not believed", async () => {
  await home.store(1, 2);
  home.feed.listen();
  home.feed.start({ seq: 0, id: "" });
  await home.reached(2);
  home.feed.prove(2, "other");
  const torn = { "Nats-Stream": stream, "Nats-Sequence": "1" };
  home.writer.publish(subject.event(community), bytesOf("torn", ""), torn);
  await home.writer.flush();
  await home.reader.flush();
  await home.store(3, 3);
  home.feed.prove(3, "r3");
  await home.reached(3);
  assert.deepEqual(home.given(), upTo(3));
  assert.equal(home.feed.halt, undefined);
});

test("a proof that repeats what is applied is none", async () => {
  await home.store(1, 2);
  home.feed.listen();
  home.feed.start({ seq: 0, id: "" });
  await home.reached(2);
  home.feed.prove(2, "r2");
  home.feed.prove(1, "r1");
  await home.store(3, 3);
  await home.reached(3);
  assert.deepEqual(home.given(), upTo(3));
});

test("a record written anew at an applied place is a rewind", async () => {
  await home.store(1, 2);
  home.feed.listen();
  await home.reader.flush();
  home.feed.start({ seq: 0, id: "" });
  await home.reached(2);
  await home.replaceJournal();
  assert.match(await within(limitMs, "the rewind", home.rewound), /record 1 was written anew/);
});

test("more missing records than it is worth to fetch are a rewind", async () => {
  home.begin({ gapMax: 3 });
  await home.store(1, 8);
  home.feed.start({ seq: 2, id: "r2" });
  home.feed.prove(8, "r8");
  assert.match(await within(limitMs, "the rewind", home.rewound), /6 records are missing/);
  assert.deepEqual(home.given(), []);
});

test("a record that is no longer kept is a rewind, once a later one is at hand", async () => {
  await home.store(1, 3);
  const manager = await home.manager();
  // A journal is trimmed from its start: records 1 and 2 go.
  await manager.streams.purge(stream, { seq: 3 });
  home.feed.listen();
  home.feed.start({ seq: 1, id: "r1" });
  home.feed.prove(3, "r3");
  assert.match(await within(limitMs, "the rewind", home.rewound), /record 2 is no longer kept/);
  assert.deepEqual(home.given(), []);
});

test("a journal that was trimmed beyond what is applied is a rewind, however far that is", async () => {
  await home.store(1, 3);
  home.feed.start({ seq: 0, id: "" });
  await home.reached(3);
  await home.store(4, 200);
  const manager = await home.manager();
  await manager.streams.purge(stream, { seq: 190 });
  home.feed.prove(200, "r200");
  assert.match(await within(limitMs, "the rewind", home.rewound), /4 is no longer kept/);
});
