/** What is taken out of files, and what stays. The files are made here, byte by byte, as their formats say. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { bytesOf, gif, mp4, photograph, quicktime, samples, secret } from "@dragoman/testing/media";
import fc from "fast-check";
import { factsOfBytes } from "../facts.ts";
import { pictureSize } from "../picture-size.ts";
import { type Source, sourceOf, UnreadableError } from "./source.ts";
import { losesMetadata, withoutMetadata } from "./strip.ts";

const pixelsMax = 1_000_000;

async function stripped(mime: string, source: Source, max = pixelsMax): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of withoutMetadata(mime, source, max)) parts.push(part);
  return Buffer.concat(parts);
}

function inPieces(bytes: Buffer, length: number): Source {
  return {
    ...sourceOf(bytes),
    async *stream() {
      for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
    },
  };
}

describe("what cameras and programs wrote about where, when and by whom", () => {
  for (const sample of samples) {
    test(`leaves a file of ${sample.mime} (${sample.title}), and the picture or sound stays`, async () => {
      const { mime, bytes, kept } = sample;
      assert.ok(losesMetadata(mime));
      assert.ok(bytes.includes(secret), "it is there before");
      const left = await stripped(mime, sourceOf(bytes));
      assert.equal(left.includes(secret), false, left.toString("latin1"));
      for (const part of kept) assert.ok(left.includes(part), part.toString("latin1"));
      assert.equal((await factsOfBytes(bytes)).mime, mime, "it is such a file");
      assert.equal((await factsOfBytes(left)).mime, mime, "and stays one");
      if (sample.size !== undefined) {
        assert.deepEqual(pictureSize(mime, left), sample.size);
        assert.deepEqual(pictureSize(mime, bytes), sample.size);
      }
      assert.ok((await stripped(mime, sourceOf(left))).equals(left), "once is enough");
      for (const length of [1, 7, 100]) {
        assert.ok((await stripped(mime, inPieces(bytes, length))).equals(left), `by ${length}`);
      }
    });
  }

  test("a photograph keeps how it stands", async () => {
    const left = await stripped("image/jpeg", sourceOf(photograph(6).bytes));
    assert.equal(left.readUInt16BE(left.indexOf("Exif\0\0") + 6 + 18), 6);
    const upright = await stripped("image/jpeg", sourceOf(photograph(1).bytes));
    assert.equal(upright.includes("Exif"), false);
  });

  test("the times of a film are none, whichever form they have", async () => {
    for (const { mime, bytes } of [mp4, quicktime]) {
      const left = await stripped(mime, sourceOf(bytes));
      for (const name of ["mvhd", "tkhd", "mdhd"]) {
        const at = left.indexOf(name) + 4;
        const length = left[at] === 1 ? 16 : 8;
        assert.ok(
          left.subarray(at + 4, at + 4 + length).every((byte) => byte === 0),
          name,
        );
      }
    }
  });
});

describe("a file that is not as its format says", () => {
  test("is refused, for nobody can be sure what is in it", async () => {
    for (const { mime, bytes, cuts } of samples) {
      for (const length of cuts) {
        const cut = bytes.subarray(0, length);
        await assert.rejects(
          stripped(mime, sourceOf(cut)),
          UnreadableError,
          `${mime} of ${length} bytes`,
        );
      }
    }
  });

  test("is refused whatever it is: no bytes bring about anything else, and none for long", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...samples),
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 6 }),
        fc.integer({ min: 1, max: 200 }),
        async ({ mime, bytes }, changes, length) => {
          const other = Buffer.from(bytes);
          for (const [at, byte] of changes) other[at % other.length] = byte;
          const left = await stripped(mime, sourceOf(other)).catch((error: unknown) => error);
          if (left instanceof Error) assert.ok(left instanceof UnreadableError, left.stack);
          else {
            assert.ok((await stripped(mime, inPieces(other, length))).equals(left as Buffer));
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  test("costs what it is long, however many parts it says that it has", async () => {
    const box = (name: string, body: Buffer): Buffer => {
      const head = Buffer.alloc(8);
      head.writeUInt32BE(body.length + 8);
      head.write(name, 4, "latin1");
      return Buffer.concat([head, body]);
    };
    const many = Array<Buffer>(100_000).fill(box("free", Buffer.alloc(0)));
    const places = Buffer.alloc(16 + 65_000 * 6);
    places[0] = 0;
    places.writeUInt16BE(65_000, 6);
    for (let n = 0; n < 65_000; n += 1) places.writeUInt16BE(65_535, 8 + n * 6 + 4);
    const handler = box(
      "hdlr",
      Buffer.concat([Buffer.alloc(8), bytesOf("pict"), Buffer.alloc(13)]),
    );
    const item = box("infe", Buffer.concat([Buffer.of(2, 0, 0, 0, 0, 1, 0, 0), bytesOf("Exif\0")]));
    const items = box("iinf", Buffer.concat([Buffer.of(0, 0, 0, 0, 0, 1), item]));
    const meta = box("meta", Buffer.concat([Buffer.alloc(4), handler, items, box("iloc", places)]));
    const begun = process.cpuUsage();
    for (const bytes of [
      Buffer.concat(many),
      box("moov", Buffer.concat(many)),
      Buffer.concat([box("ftyp", bytesOf("heic\0\0\0\0")), meta]),
    ]) {
      await assert.rejects(stripped("image/heic", sourceOf(bytes)), UnreadableError);
    }
    assert.ok(process.cpuUsage(begun).user < 3_000_000);
  });
});

test("a frame of too many pixels is refused wherever it stands in the file", async () => {
  for (const { mime, bytes } of [photograph(1), gif]) {
    await assert.rejects(stripped(mime, sourceOf(bytes), 599), UnreadableError);
    await stripped(mime, sourceOf(bytes), 600);
  }
});
