/** JPEG, PNG, WebP, WAV and GIF. */
import { bytesOf, join, type Sample, secret, u16, u32 } from "./sample.ts";

const segment = (marker: number, ...parts: readonly (Buffer | string)[]): Buffer => {
  const body = join(...parts);
  return join(Buffer.from([0xff, marker]), u16(body.length + 2), body);
};

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
  return segment(0xe1, "Exif\0\0", tiff, secret);
}

const jpegStart = Buffer.from([0xff, 0xd8]);
const jpegEnd = Buffer.from([0xff, 0xd9]);
const frame = segment(0xc2, Buffer.from([8, 0, 20, 0, 30, 1, 1, 0x11, 0]));
const firstScan = join(segment(0xda, Buffer.alloc(6)), "pixels \xff\x00\xff\xd0 pixels");
const laterScan = join(segment(0xc4, "tables"), segment(0xda, Buffer.alloc(6)), "finer pixels");

/** Of two scans, with fill bytes before a marker, and with another photograph and a film behind it. */
export function photograph(orientation: number): Sample {
  const bytes = join(
    jpegStart,
    segment(0xe0, "JFIF\0"),
    Buffer.from([0xff, 0xff]),
    exif(orientation),
    segment(0xe1, "http://ns.adobe.com/xap/1.0/\0", secret),
    segment(0xe2, "MPF\0", secret),
    segment(0xe2, "ICC_PROFILE\0 colours"),
    segment(0xed, secret),
    segment(0xfe, secret),
    frame,
    firstScan,
    segment(0xfe, secret),
    laterScan,
    jpegEnd,
    jpegStart,
    exif(orientation),
    secret,
  );
  return {
    mime: "image/jpeg",
    title: `a photograph of orientation ${orientation}`,
    bytes,
    kept: [frame, firstScan, laterScan, bytesOf("ICC_PROFILE"), jpegEnd],
    size: { width: 30, height: 20 },
    cuts: [2, 10, 40, 120],
  };
}

const pngChunk = (name: string, body: Buffer | string): Buffer => {
  const data = join(body);
  return join(u32(data.length), name, data, Buffer.alloc(4));
};
const pngKept = [
  pngChunk("IHDR", join(u32(30), u32(20), Buffer.of(8, 0, 0, 0, 0))),
  pngChunk("acTL", Buffer.alloc(8)),
  pngChunk("IDAT", "pixels"),
  pngChunk("fdAT", "more pixels"),
];
export const png: Sample = {
  mime: "image/png",
  title: "texts, a preview and something behind its end",
  bytes: join(
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]),
    ...pngKept.slice(0, 1),
    ...["tEXt", "zTXt", "iTXt", "eXIf", "tIME", "caBX", "prVt"].map((name) =>
      pngChunk(name, secret),
    ),
    ...pngKept.slice(1),
    pngChunk("IEND", ""),
    secret,
  ),
  kept: pngKept,
  size: { width: 30, height: 20 },
  cuts: [4, 20, 50, 100],
};

const riffChunk = (name: string, body: Buffer | string): Buffer => {
  const data = join(body);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(data.length);
  return join(name, length, data, Buffer.alloc(data.length % 2));
};
const riff = (kind: string, ...chunks: readonly Buffer[]): Buffer => {
  const body = join(kind, ...chunks);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(body.length);
  return join("RIFF", length, body);
};
const webpPicture = riffChunk("VP8L", "pixels");
export const webp: Sample = {
  mime: "image/webp",
  title: "and something behind its end",
  bytes: join(
    riff(
      "WEBP",
      riffChunk("VP8X", Buffer.from([0x3e, 0, 0, 0, 29, 0, 0, 19, 0, 0])),
      webpPicture,
      riffChunk("EXIF", secret),
      riffChunk("XMP ", `${secret}!`),
      riffChunk("C2PA", secret),
    ),
    secret,
  ),
  kept: [webpPicture, Buffer.from([0x32, 0, 0, 0, 29])],
  size: { width: 30, height: 20 },
  cuts: [8, 20, 50, 90],
};

const waveform = riffChunk("data", "sound");
export const wav: Sample = {
  mime: "audio/wav",
  title: "of a recorder",
  bytes: riff(
    "WAVE",
    riffChunk("fmt ", Buffer.alloc(16)),
    riffChunk("bext", secret),
    waveform,
    riffChunk("LIST", `INFO${secret}`),
    riffChunk("id3 ", secret),
    riffChunk("iXML", secret),
  ),
  kept: [waveform],
  cuts: [8, 30, 60],
};

const blocks = (...texts: readonly string[]): Buffer =>
  join(...texts.flatMap((text) => [Buffer.of(text.length), text]), Buffer.of(0));
const gifFrame = join(
  Buffer.from([0x2c, 0, 0, 0, 0, 30, 0, 20, 0, 0, 2]),
  blocks("pixels", "more"),
);
const repeats = join(Buffer.from([0x21, 0xff]), blocks("NETSCAPE2.0", "\x01\0\0"));
export const gif: Sample = {
  mime: "image/gif",
  title: "animated",
  bytes: join(
    "GIF89a",
    Buffer.from([30, 0, 20, 0, 0x80, 0, 0]),
    Buffer.from([0, 0, 0, 255, 255, 255]),
    repeats,
    Buffer.from([0x21, 0xfe]),
    blocks(secret),
    Buffer.from([0x21, 0xff]),
    blocks("XMP DataXMP", secret),
    Buffer.from([0x21, 0xf9]),
    blocks("\x04\0\0\0"),
    gifFrame,
    Buffer.of(0x3b),
    secret,
  ),
  kept: [gifFrame, repeats],
  size: { width: 30, height: 20 },
  cuts: [5, 15, 30, 60],
};
