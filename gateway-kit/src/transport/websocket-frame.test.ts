import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { encodeFrame, encodeFrames } from "./websocket-frame.ts";

/** Reads server frames as RFC 6455 5.2 says, by other means than the encoder. */
function read(bytes: Buffer): string[] {
  const texts: string[] = [];
  let at = 0;
  while (at < bytes.length) {
    assert.equal(bytes[at], 0x81);
    const short = bytes[at + 1] as number;
    assert.ok(short < 0x80, "unmasked");
    const [size, start] =
      short < 126
        ? [short, at + 2]
        : short === 126
          ? [bytes.readUInt16BE(at + 2), at + 4]
          : [Number(bytes.readBigUInt64BE(at + 2)), at + 10];
    if (short === 126) assert.ok(size >= 126, "shortest form");
    if (short === 127) assert.ok(size >= 0x1_0000, "shortest form");
    texts.push(bytes.toString("utf8", start, start + size));
    at = start + size;
  }
  assert.equal(at, bytes.length);
  return texts;
}

test("a frame holds its packet, whatever its length up to 70,000 bytes", () => {
  const edges = [0, 1, 125, 126, 127, 65_535, 65_536, 70_000];
  for (const length of edges) {
    assert.deepEqual(read(encodeFrame("x".repeat(length))), ["x".repeat(length)]);
  }
  fc.assert(
    fc.property(fc.nat({ max: 70_000 }), (length) => {
      assert.deepEqual(read(encodeFrame("y".repeat(length))), ["y".repeat(length)]);
    }),
    { numRuns: 50 },
  );
});

test("any text survives, and lone surrogates become U+FFFD", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary", maxLength: 300 })), (packets) => {
      assert.deepEqual(
        read(encodeFrames(packets)),
        packets.map((packet) => Buffer.from(packet, "utf8").toString("utf8")),
      );
    }),
  );
});
