/** Lines over two ends of a real TCP connection. */
import assert from "node:assert/strict";
import { once } from "node:events";
import type { Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { until } from "@dragoman/testing/line-client";
import { silent } from "@dragoman/testing/logger";
import { tcpPair } from "@dragoman/testing/tcp-pair";
import { encodeLines, LineSocket } from "./tcp.ts";
import { type Frame, pieceBytes } from "./transport.ts";

const lineBytesMax = 100;

interface Ends {
  readonly far: Socket;
  readonly near: LineSocket;
  readonly frames: Frame[];
  readonly told: string[];
  readonly unfinished: number[];
}

/** @param onFrame runs at each frame */
async function open(t: TestContext, onFrame: (near: LineSocket) => void = () => {}): Promise<Ends> {
  const pair = await tcpPair();
  t.after(() => pair.close());
  const near = new LineSocket(pair.near, "127.0.0.1", lineBytesMax, silent);
  const frames: Frame[] = [];
  const told: string[] = [];
  const unfinished: number[] = [];
  near.listen({
    onFrame: (frame) => {
      frames.push(frame);
      onFrame(near);
    },
    onUnfinished: (bytes) => unfinished.push(bytes),
    onConcluded: () => told.push("concluded"),
    onGone: () => told.push("gone"),
  });
  return { far: pair.far, near, frames, told, unfinished };
}

const text = (line: string): Frame => ({ kind: "text", text: line });

test("a line is a frame, however its bytes come", async (t) => {
  const { far, frames } = await open(t);
  far.setNoDelay(true);
  for (const byte of Buffer.from("grüße\r\n\nzwei\n")) {
    far.write(Buffer.from([byte]));
    await new Promise(setImmediate);
  }
  far.write(
    Buffer.concat([Buffer.from("drei\n"), Buffer.from([0xff, 0xfe, 0x0a]), Buffer.from("r")]),
  );
  await until("five lines", () => frames.length === 5);
  assert.deepEqual(frames.slice(0, 4), [text("grüße"), text(""), text("zwei"), text("drei")]);
  assert.deepEqual(frames[4], { kind: "binary", bytes: Buffer.from([0xff, 0xfe]) });
});

test("nothing is told while it is paused, also of what one read held, and nothing is lost", async (t) => {
  const lines = Array.from({ length: 5_000 }, (_, n) => `line ${n}`);
  const { far, near, frames } = await open(t, (socket) => socket.pause());
  far.write(encodeLines(lines));
  await until("the first", () => frames.length > 0);
  for (let n = 1; n < lines.length; n += 1) {
    assert.ok(frames.length <= n);
    near.resume();
    await until("the next", () => frames.length > n);
  }
  assert.deepEqual(frames, lines.map(text));
});

test("a line beyond the bound ends the connection before it is finished, and nothing more is kept", async (t) => {
  const { far, frames, told } = await open(t);
  far.write(`${"x".repeat(lineBytesMax)}\n`);
  await until("the longest line", () => frames.length === 1);
  far.write("y".repeat(lineBytesMax + 1));
  far.write("\nnever\n");
  far.resume();
  await once(far, "end");
  await until("the end", () => told.includes("gone"));
  assert.equal(frames.length, 1);
});

test("what is kept of an unfinished line is told, until the line is whole", async (t) => {
  const { far, frames, unfinished } = await open(t);
  far.write("one\nabc");
  await until("the first line", () => frames.length === 1);
  assert.equal(unfinished.at(-1), 3 + pieceBytes);
  far.write("d");
  await until("the rest", () => unfinished.length === 2);
  assert.equal(unfinished.at(-1), 4 + 2 * pieceBytes);
  far.write("\n");
  await until("the second line", () => frames.length === 2);
  assert.equal(unfinished.at(-1), 0);
});

test("last words come before the end, and a client that does not end its side is cut off", async (t) => {
  const { far, near, told } = await open(t);
  far.allowHalfOpen = true;
  near.sink.write(encodeLines(["bye", "now"]));
  near.close();
  assert.equal(near.isOpen, false);
  let got = "";
  far.on("data", (data) => {
    got += data.toString();
  });
  await until("the end", () => told.includes("gone"));
  assert.equal(got, "bye\nnow\n");
});

test("it is told at once that the other side closes, and then that it is gone", async (t) => {
  const { far, near, frames, told } = await open(t);
  far.end("last\nunfinished");
  await until("the end", () => told.length === 2);
  assert.deepEqual(told, ["concluded", "gone"]);
  assert.deepEqual(frames, [text("last")]);
  assert.equal(near.isOpen, false);
});

test("a packet never becomes two lines", () => {
  assert.throws(() => encodeLines(["fine", "two\nlines"]), /line break/);
  assert.throws(() => encodeLines(["two\rlines"]), /line break/);
});
