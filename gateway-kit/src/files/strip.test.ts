/** What is taken out of pictures, and what stays. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { pictureSize } from "./picture-size.ts";
import { withoutMetadata } from "./strip.ts";

const text = (words: string): Buffer => Buffer.from(words, "latin1");

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function stripped(mime: string, bytes: Buffer, size = bytes.length): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of withoutMetadata(mime, inPieces(bytes, Math.max(1, size))))
    parts.push(part);
  return Buffer.concat(parts);
}

function segment(marker: number, body: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([head, body]);
}

/** Little-endian, one entry, and a secret behind it. */
function exif(orientation: number): Buffer {
  const tiff = Buffer.alloc(26);
  tiff.write("II", 0, "latin1");
  tiff.writeUInt16LE(42, 2);
  tiff.writeUInt32LE(8, 4);
  tiff.writeUInt16LE(1, 8);
  tiff.writeUInt16LE(0x0112, 10);
  tiff.writeUInt16LE(3, 12);
  tiff.writeUInt32LE(1, 14);
  tiff.writeUInt16LE(orientation, 18);
  return segment(0xe1, Buffer.concat([text("Exif\0\0"), tiff, text("SECRET 48.2N 16.3E")]));
}

const start = Buffer.from([0xff, 0xd8]);
const jfif = segment(0xe0, text("JFIF\0"));
const frame = segment(0xc0, Buffer.from([8, 0, 20, 0, 30, 1, 1, 0x11, 0]));
const scan = Buffer.concat([
  segment(0xda, Buffer.alloc(6)),
  text("pixels \xff\xe1 SECRETLY pixels"),
]);
const photograph = (orientation: number): Buffer =>
  Buffer.concat([
    start,
    jfif,
    exif(orientation),
    segment(0xed, text("SECRET caption")),
    segment(0xfe, text("SECRET comment")),
    frame,
    scan,
  ]);

test("a photograph loses where and when, not how it stands", async () => {
  const left = await stripped("image/jpeg", photograph(6));
  assert.equal(left.includes("SECRET "), false);
  assert.ok(left.includes(scan), "the picture is untouched");
  assert.deepEqual(pictureSize("image/jpeg", left), { width: 30, height: 20 });
  const at = left.indexOf("Exif\0\0");
  assert.equal(left.readUInt16BE(at + 6 + 18), 6);
  const upright = await stripped("image/jpeg", photograph(1));
  assert.ok(upright.equals(Buffer.concat([start, jfif, frame, scan])));
});

function chunk(name: string, body: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length, 0);
  head.write(name, 4, "latin1");
  return Buffer.concat([head, body, Buffer.alloc(4)]);
}

test("a PNG loses its texts and keeps its frames", async () => {
  const head = Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]);
  const kept = ["IHDR", "acTL", "fcTL", "IDAT", "fdAT", "IEND"].map((name) =>
    chunk(name, text(`${name} data`)),
  );
  const dropped = ["tEXt", "zTXt", "iTXt", "eXIf", "tIME"].map((name) =>
    chunk(name, text("SECRET ")),
  );
  const bytes = Buffer.concat([head, ...kept.slice(0, 3), ...dropped, ...kept.slice(3)]);
  const left = await stripped("image/png", bytes);
  assert.ok(left.equals(Buffer.concat([head, ...kept])));
});

test("a WebP keeps its length: what is taken out is blank", async () => {
  const part = (name: string, body: Buffer): Buffer => {
    const head = Buffer.alloc(8);
    head.write(name, 0, "latin1");
    head.writeUInt32LE(body.length, 4);
    return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
  };
  const head = Buffer.concat([text("RIFF"), Buffer.alloc(4), text("WEBP")]);
  const flags = part("VP8X", Buffer.from([0x3e, 0, 0, 0, 9, 0, 0, 9, 0, 0]));
  const picture = part("VP8L", text("pixels"));
  const bytes = Buffer.concat([
    head,
    flags,
    picture,
    part("EXIF", text("SECRET!")),
    part("XMP ", text("SECRET")),
  ]);
  const left = await stripped("image/webp", bytes);
  assert.equal(left.length, bytes.length);
  assert.equal(left.includes("SECRET"), false);
  assert.equal(left[20], 0x32, "the flags say that there is none");
  assert.ok(left.includes(picture));
});

test("however it comes in pieces, the same is left; no bytes make it throw", async () => {
  const samples: readonly (readonly [string, Buffer])[] = [["image/jpeg", photograph(8)]];
  const mimes = ["image/jpeg", "image/png", "image/webp", "image/gif"];
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.constantFrom(...samples),
        fc.tuple(
          fc.constantFrom(...mimes),
          fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
        ),
      ),
      fc.integer({ min: 1, max: 50 }),
      async ([mime, bytes], size) => {
        const whole = await stripped(mime, bytes);
        assert.ok((await stripped(mime, bytes, size)).equals(whole));
        assert.ok(whole.length <= bytes.length);
        assert.ok((await stripped(mime, whole)).equals(whole), "once is enough");
      },
    ),
    { numRuns: 300 },
  );
});
