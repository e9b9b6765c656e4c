import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "@dragoman/testing/line-client";
import { tcpPair } from "@dragoman/testing/tcp-pair";
import { Outbox, OutboxPump } from "./outbox.ts";

const roomy = { bytesMax: 1_000_000, waitMs: 60_000 };

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
  const outbox = new Outbox(near, new OutboxPump({ bytesMax: 10, waitMs: 60_000 }), () => {
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
  const pump = new OutboxPump({ bytesMax: 64 * 1024 * 1024, waitMs: 50 });
  const outbox = new Outbox(near, pump, () => {
    slow = true;
  });
  for (let megabytes = 0; megabytes < 16; megabytes += 1) outbox.push(Buffer.alloc(1024 * 1024));
  await until("the deadline", () => slow);
  close();
});

test("a purge drops all that the socket did not take, and the last frames still go out", async () => {
  const { near, far, close } = await tcpPair();
  const outbox = new Outbox(near, new OutboxPump({ ...roomy, bytesMax: 2 ** 26 }), () => {});
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
