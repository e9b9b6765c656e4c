import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "@dragoman/testing/line-client";
import { tcpPair } from "@dragoman/testing/tcp-pair";
import { OutboundBytes } from "./outbound.ts";
import { Outbox, OutboxPump } from "./outbox.ts";
import type { LongFrame } from "./transport/transport.ts";

const roomy = { outboxBytes: 1_000_000, outboxMs: 60_000 };

test("what is pushed in one turn goes out in one write, in order", async () => {
  const { near, far, close } = await tcpPair();
  let writes = 0;
  const sink = {
    get writable() {
      return near.writable;
    },
    get writableNeedDrain() {
      return near.writableNeedDrain;
    },
    write: (bytes: Uint8Array) => {
      writes += 1;
      return near.write(bytes);
    },
    once: (event: "drain", listener: () => void) => near.once(event, listener),
  };
  const outbox = new Outbox(sink, new OutboxPump(roomy), () => assert.fail("slow"));
  let got = "";
  far.on("data", (data) => {
    got += data.toString();
  });
  for (const letter of "abcdefgh") outbox.push(Buffer.from(letter));
  assert.equal(outbox.bytes, 8);
  await until("the letters", () => got === "abcdefgh");
  assert.equal(writes, 1);
  assert.equal(outbox.bytes, 0);
  close();
});

test("a reader that exceeds its bytes is told so once and gets no more", async () => {
  const { near, close } = await tcpPair();
  let slow = 0;
  const outbox = new Outbox(near, new OutboxPump({ outboxBytes: 10, outboxMs: 60_000 }), () => {
    slow += 1;
  });
  outbox.push(Buffer.alloc(10));
  assert.equal(slow, 0);
  outbox.push(Buffer.alloc(1));
  outbox.push(Buffer.alloc(1));
  assert.equal(slow, 1);
  assert.equal(outbox.bytes, 0);
  close();
});

test("a reader that does not read is slow when its deadline is over", async () => {
  const { near, close } = await tcpPair();
  let slow = false;
  const pump = new OutboxPump({ outboxBytes: 64 * 1024 * 1024, outboxMs: 50 });
  const outbox = new Outbox(near, pump, () => {
    slow = true;
  });
  for (let megabytes = 0; megabytes < 16; megabytes += 1) outbox.push(Buffer.alloc(1024 * 1024));
  await until("the deadline", () => slow);
  close();
});

test("a purge drops all that the socket did not take, and the last frames still go out", async () => {
  const { near, far, close } = await tcpPair();
  const outbox = new Outbox(near, new OutboxPump({ ...roomy, outboxBytes: 2 ** 26 }), () => {});
  for (let megabytes = 0; megabytes < 16; megabytes += 1) outbox.push(Buffer.alloc(1024 * 1024));
  await until("a full socket", () => near.writableNeedDrain);
  outbox.push(Buffer.from("secret"));
  outbox.end(Buffer.from("bye"));
  let last = "";
  far.on("data", (data) => {
    last = (last + data.toString("latin1")).slice(-100);
  });
  await until("the last frame", () => last.endsWith("bye"));
  assert.ok(!last.includes("secret"));
  close();
});

test("what has been written is known, also of what waits and of what was dropped", async () => {
  const { near, close } = await tcpPair();
  let feed = 7;
  const pump = new OutboxPump(roomy, () => feed);
  const outbox = new Outbox(near, pump, () => assert.fail("slow"));
  assert.equal(outbox.writtenThrough(feed), 7);
  outbox.push(Buffer.from("a"));
  assert.equal(outbox.writtenThrough(feed), undefined);
  await until("the flush", () => outbox.bytes === 0 && pump.settled === 7);
  feed = 9;
  outbox.push(Buffer.from("b"));
  assert.equal(outbox.writtenThrough(feed), 7);
  outbox.purge();
  assert.equal(outbox.writtenThrough(feed), 7);
  close();
});

/** A long frame of so many parts of so many bytes, as no transport writes it. */
function longFrame(parts: number, bytes: number): LongFrame {
  const piece = Buffer.alloc(bytes, "L");
  return {
    parts: Array.from({ length: parts }, (_, n) => [Buffer.from(`<${n}>`), piece]),
    cut: Buffer.from("<cut>"),
  };
}

const megabyte = 1024 * 1024;

test("a long frame goes out whole between what stood before and behind it, and does not count", async () => {
  const { near, far, close } = await tcpPair();
  let paid = 0;
  const pump = new OutboxPump({ outboxBytes: 10, outboxMs: 60_000 });
  const outbox = new Outbox(
    near,
    pump,
    () => assert.fail("slow"),
    () => {
      paid += 1;
    },
  );
  outbox.push(Buffer.from("a"));
  outbox.pushLong(longFrame(100, 64 * 1024));
  outbox.push(Buffer.from("b"));
  assert.ok(outbox.owesLong);
  let got = "";
  far.on("data", (data) => {
    got += data.toString("latin1");
  });
  await until("the end", () => got.endsWith("b"));
  const piece = "L".repeat(64 * 1024);
  const all = Array.from({ length: 100 }, (_, n) => `<${n}>${piece}`).join("");
  assert.ok(got === `a${all}b`);
  assert.equal(paid, 1);
  assert.ok(!outbox.owesLong);
  assert.equal(pump.outbound.total, 0);
  close();
});

test("a long frame is cut where the outbox ends within it, and nothing goes ahead within it", async () => {
  const { near, far, close } = await tcpPair();
  const outbox = new Outbox(near, new OutboxPump(roomy), () => assert.fail("slow"));
  outbox.pushLong(longFrame(32, megabyte));
  await until("a full socket", () => near.writableNeedDrain && outbox.owed < 32 * megabyte);
  outbox.pushAhead(Buffer.from("ahead"));
  outbox.end(Buffer.from("bye"));
  let last = "";
  let bytes = 0;
  far.on("data", (data) => {
    bytes += data.length;
    last = (last + data.toString("latin1")).slice(-100);
  });
  await until("the last words", () => last.endsWith("L<cut>bye"));
  assert.ok(bytes < 32 * megabyte);
  close();
});

test("who takes a list piece by piece has the deadline for each window of it, who stops has not", async (t) => {
  const { near, far, close } = await tcpPair();
  t.after(close);
  let slow = 0;
  const waitMs = 600_000;
  const pump = new OutboxPump({ outboxBytes: 1_000_000, outboxMs: waitMs });
  const outbox = new Outbox(near, pump, () => {
    slow += 1;
  });
  far.pause();
  outbox.pushLong(longFrame(1_024, 256 * 1024));
  await until("a full socket", () => near.writableNeedDrain);
  const begunMs = performance.now();
  await until("a moment", () => performance.now() > begunMs + 10);
  const before = outbox.owed;
  far.resume();
  await until("some windows", () => outbox.owed < before - 4 * megabyte);
  far.pause();
  await until("a full socket again", () => near.writableNeedDrain);
  // The deadline of what waited at first is over, that of the present window is not.
  outbox.judge(begunMs + waitMs + 5);
  assert.equal(slow, 0);
  assert.ok(outbox.owesLong);
  outbox.judge(performance.now() + waitMs + 1);
  assert.equal(slow, 1);
  assert.equal(pump.outbound.total, 0);
});

test("what waits for all who do not read is bounded, a list that they share counts once", async () => {
  const pairs = await Promise.all(Array.from({ length: 8 }, () => tcpPair()));
  const outbound = new OutboundBytes({ outboundBytes: 24 * megabyte });
  const limits = { outboxBytes: 64 * megabyte, outboxMs: 60_000 };
  const pump = new OutboxPump(limits, undefined, undefined, outbound);
  const slow: number[] = [];
  const outboxes = pairs.map(({ near }, n) => new Outbox(near, pump, () => slow.push(n)));
  const list = longFrame(16, megabyte);
  for (const outbox of outboxes) outbox.pushLong(list);
  await until("full sockets", () => pairs.every(({ near }) => near.writableNeedDrain));
  assert.equal(outbound.total, megabyte);
  assert.deepEqual(slow, []);
  for (let n = 0; n < 5; n += 1) {
    for (const outbox of outboxes.slice(0, n === 0 ? 8 : 5)) outbox.push(Buffer.alloc(megabyte));
  }
  assert.ok(outbound.total <= 24 * megabyte);
  assert.ok(slow.length > 0 && slow.every((n) => n < 5), String(slow));
  for (const { close } of pairs) close();
});
