/** Sound with tags, and WebM. */
import { bytesOf, join, type Sample, secret, u32 } from "./sample.ts";

const sevenBits = (n: number): Buffer =>
  Buffer.of(n >> 21, (n >> 14) & 127, (n >> 7) & 127, n & 127);
const id3 = join("ID3", Buffer.of(4, 0, 0), sevenBits(secret.length), secret);
const ape = (): Buffer => {
  const body = join(secret, "APETAGEX", Buffer.alloc(24));
  body.writeUInt32LE(2_000, body.length - 24);
  body.writeUInt32LE(secret.length + 32, body.length - 20);
  return body;
};
const oldTag = Buffer.concat([bytesOf(`TAG${secret}`), Buffer.alloc(128)], 128);
const lyrics = join(
  `LYRICSBEGIN${secret}`,
  String(secret.length + 11).padStart(6, "0"),
  "LYRICS200",
);
const frames = join(Buffer.from([0xff, 0xfb, 0x90, 0x00]), "sound".repeat(200));
const adts = join(Buffer.from([0xff, 0xf1, 0x50, 0x80]), "sound".repeat(200));

export const mp3: Sample = {
  mime: "audio/mpeg",
  title: "tags of four kinds",
  bytes: join(id3, id3, frames, ape(), lyrics, oldTag),
  kept: [frames],
  cuts: [5, 20],
};
export const aac: Sample = {
  mime: "audio/aac",
  title: "tagged",
  bytes: join(id3, adts, oldTag),
  kept: [adts],
  cuts: [5, 20],
};

const flacBlock = (kind: number, body: Buffer | string): Buffer => {
  const data = join(body);
  const head = u32(data.length);
  head[0] = kind;
  return join(head, data);
};
export const flac: Sample = {
  mime: "audio/flac",
  title: "with a picture",
  bytes: join(
    "fLaC",
    flacBlock(0, Buffer.alloc(34, 1)),
    flacBlock(4, secret),
    flacBlock(3, "places"),
    flacBlock(2, secret),
    flacBlock(6, secret),
    flacBlock(0x81, secret),
    "the sound",
    oldTag,
  ),
  kept: [bytesOf("the sound"), flacBlock(0x83, "places"), flacBlock(0, Buffer.alloc(34, 1))],
  cuts: [4, 20, 60, 90],
};

const element = (id: string, ...parts: readonly (Buffer | string)[]): Buffer => {
  const body = join(...parts);
  return join(
    Buffer.from(id, "hex"),
    Buffer.of(0x40 | (body.length >> 8), body.length & 255),
    body,
  );
};
/** As browsers record: segment and clusters have no length. */
const open = (id: string, ...parts: readonly (Buffer | string)[]): Buffer =>
  join(Buffer.from(id, "hex"), Buffer.from("01ffffffffffffff", "hex"), ...parts);
const block = element("a3", "the picture");
export const webm: Sample = {
  mime: "video/webm",
  title: "recorded by a browser and tagged",
  bytes: join(
    element("1a45dfa3", element("4282", "webm")),
    open(
      "18538067",
      element("ec", secret),
      element(
        "1549a966",
        element("2ad7b1", Buffer.of(1)),
        element("7ba9", secret),
        element("4461", secret),
        element("4d80", "program"),
      ),
      element("1654ae6b", element("ae", "a track")),
      open("1f43b675", element("e7", Buffer.of(0)), block),
      open("1f43b675", element("e7", Buffer.of(1)), block),
      element("1254c367", secret.repeat(8)),
      element("1941a469", secret),
      element("1043a770", secret),
    ),
  ),
  kept: [block, bytesOf("program"), bytesOf("a track")],
  cuts: [3, 20, 100],
};
