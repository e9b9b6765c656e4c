/** The feed over a real journal: every record once, in order. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { gistHeader, subject } from "@dragoman/bus-schema";
import { within } from "@dragoman/testing/deadline";
import { community } from "@dragoman/testing/nats";
import { bytesOf, feedForTests, limitMs, stream, upTo } from "./testing/feed.ts";

const home = feedForTests();

test("what is there before and what comes live is applied once, in order", async () => {
  await home.store(1, 3);
  home.feed.listen();
  await home.reader.flush();
  await home.store(4, 5);
  home.feed.start({ seq: 0, id: "" });
  await home.reached(5);
  await home.store(6, 8);
  await home.reached(8);
  assert.deepEqual(home.given(), upTo(8));
  assert.deepEqual(home.feed.position, { seq: 8, id: "r8" });
  assert.equal(home.feed.lag, 0);
});

test("of a record with a gist who needs no more reads that alone, live and fetched, and core the whole", async () => {
  const gist = (id: string, prev: string): string =>
    Buffer.from(bytesOf(id, prev)).toString().replace(`"coreId":"${id}"`, '"coreId":"in short"');
  const storeBoth = async (id: string, prev: string, inShort: string): Promise<void> => {
    const headers = { [gistHeader]: inShort };
    await home.writer.request(subject.journal(community), bytesOf(id, prev), {
      timeoutMs: limitMs,
      headers,
    });
  };
  const coresIn = (): readonly unknown[] =>
    home.applied
      .map(({ batch }) => batch.commits[0]?.events[0])
      .map((event) => event?.type === "leader.started" && event.coreId);
  await storeBoth("r1", "", gist("r1", ""));
  home.begin({ gistIsEnough: true });
  home.feed.listen();
  await home.reader.flush();
  home.feed.start({ seq: 0, id: "" });
  await home.reached(1);
  await storeBoth("r2", "r1", gist("r2", "r1"));
  await home.reached(2);
  // One that cannot be read is passed over for the record.
  await storeBoth("r3", "r2", "{");
  await home.reached(3);
  assert.deepEqual(coresIn(), ["in short", "in short", "r3"]);
  home.begin();
  home.feed.listen();
  home.feed.start({ seq: 0, id: "" });
  await home.reached(3);
  assert.deepEqual(coresIn(), ["r1", "r2", "r3"]);
});

test("a feed goes on from where it is told to", async () => {
  await home.store(1, 4);
  home.feed.listen();
  home.feed.start({ seq: 2, id: "r2" });
  await home.reached(4);
  assert.deepEqual(home.given(), [3, 4]);
});

test("a live record that never came is fetched once a proof names it", async () => {
  await home.store(1, 3);
  home.feed.start({ seq: 0, id: "" });
  home.feed.prove(3, "r3");
  await home.reached(3);
  assert.deepEqual(home.given(), upTo(3));
});

test("live records that come out of order wait for the one that is missing", async () => {
  await home.store(1, 2);
  home.feed.start({ seq: 0, id: "" });
  await home.reached(2);
  // Stored while the feed does not listen.
  await home.store(3, 3);
  home.feed.listen();
  await home.reader.flush();
  await home.store(4, 6);
  await home.reached(6);
  assert.deepEqual(home.given(), upTo(6));
});

test("a journal that was trimmed up to what is applied goes on", async () => {
  await home.store(1, 6);
  const manager = await home.manager();
  await manager.streams.purge(stream, { seq: 4 });
  home.feed.start({ seq: 3, id: "r3" });
  await home.reached(6);
  assert.deepEqual(home.given(), [4, 5, 6]);
});

test("what is missing is fetched as there is room for it", async () => {
  await home.store(1, 300);
  let makeRoom: () => void = () => undefined;
  let asked = 0;
  home.begin({
    room: () => {
      asked += 1;
      return asked === 1 ? Promise.resolve() : new Promise((resolve) => (makeRoom = resolve));
    },
  });
  home.feed.start({ seq: 0, id: "" });
  void home.feed.reached(300);
  await home.reached(64);
  await home.reader.flush();
  assert.equal(home.applied.length, 64);
  while (home.feed.position.seq < 300) {
    const { seq } = home.feed.position;
    makeRoom();
    await home.reached(Math.min(300, seq + 64));
  }
  assert.deepEqual(home.given(), upTo(300));
});

test("what a copy that lags has not seen is waited for, though a later record has come live", async () => {
  let looks = 0;
  let tellLooked: () => void = () => undefined;
  const looked = new Promise<void>((resolve) => (tellLooked = resolve));
  home.begin({
    room: async () => {
      looks += 1;
      if (looks === 5) tellLooked();
    },
  });
  await home.store(1, 1);
  home.feed.listen();
  home.feed.start({ seq: 0, id: "" });
  await home.reached(1);
  // As the stream's leader sends it, while the stream that is asked ends with the first.
  const ofLeader = { "Nats-Stream": stream, "Nats-Sequence": "3" };
  home.writer.publish(subject.event(community), bytesOf("r3", "r2"), ofLeader);
  home.feed.prove(3, "r3");
  await within(limitMs, "several looks", looked);
  assert.equal(home.feed.halt, undefined);
  await home.store(2, 3);
  await home.reached(3);
  assert.deepEqual(home.given(), upTo(3));
});

test("a copy that has lost a record, and shows each later one a place too early, is not believed", async () => {
  await home.store(1, 8);
  const { streams } = await home.manager();
  await streams.update(stream, { allow_direct: false });
  const copy = await home.connect("copy");
  copy.serve(`$JS.API.DIRECT.GET.${stream}`, (message) => {
    const { seq } = JSON.parse(new TextDecoder().decode(message.data)) as { seq: number };
    copy.respond(
      message,
      seq < 4
        ? bytesOf(`r${seq}`, seq === 1 ? "" : `r${seq - 1}`)
        : bytesOf(`r${seq + 1}`, `r${seq}`),
    );
  });
  await copy.flush();
  home.feed.listen();
  home.feed.start({ seq: 0, id: "" });
  await home.reached(8);
  assert.deepEqual(home.given(), upTo(8));
  assert.equal(home.feed.halt, undefined);
  assert.deepEqual(home.feed.position, { seq: 8, id: "r8" });
  await copy.close();
});
