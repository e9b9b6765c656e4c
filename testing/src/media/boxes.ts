/** Files of boxes: films, a sound, and the pictures of telephones. */
import { bytesOf, join, type Sample, secret, u16, u32 } from "./sample.ts";

const box = (name: string, ...parts: readonly (Buffer | string)[]): Buffer => {
  const body = join(...parts);
  return join(u32(body.length + 8), name, body);
};
/** With version and flags. */
const full = (name: string, version: number, ...parts: readonly (Buffer | string)[]): Buffer =>
  box(name, Buffer.of(version, 0, 0, 0), ...parts);
const handler = (kind: string): Buffer =>
  full("hdlr", 0, Buffer.alloc(4), kind, Buffer.alloc(12), "name\0");
/** What is read of a time; a secret where the secret of others is a text. */
const timed = (name: string, version: number): Buffer =>
  full(name, version, Buffer.alloc(version === 1 ? 16 : 8, 0x53), Buffer.alloc(80));

const place = box("udta", box("\xa9xyz", secret), Buffer.alloc(4));
const tables = (sizes: readonly number[], places: readonly number[], each = 0): Buffer =>
  box(
    "stbl",
    full("stsd", 0, u32(0)),
    full("stts", 0, u32(0)),
    full("stsc", 0, u32(1), u32(1), u32(sizes.length / places.length), u32(1)),
    full("stsz", 0, u32(each), u32(sizes.length), ...(each === 0 ? sizes.map(u32) : [])),
    full("stco", 0, u32(places.length), ...places.map(u32)),
  );
const trak = (kind: string, version: number, table: Buffer): Buffer =>
  box(
    "trak",
    timed("tkhd", version),
    place,
    full("meta", 0, handler("mdta"), box("ilst", secret)),
    box("mdia", timed("mdhd", version), handler(kind), box("minf", full("vmhd", 0), table)),
  );

const half = secret.length / 2;
const film = join("the picture", secret, "the sound");
const pictureKept = bytesOf("the picture");
const soundKept = bytesOf("the sound");

/** A film with a track of places, as cameras of sportsmen write it. */
function filmOf(brand: string, version: number, isDataFirst: boolean): Buffer {
  const ftyp = box("ftyp", brand, u32(0), brand);
  const mdat = box("mdat", film);
  const moov = (data: number): Buffer => {
    const places = data + pictureKept.length;
    return box(
      "moov",
      timed("mvhd", version),
      trak("vide", version, tables([pictureKept.length], [data])),
      trak(
        "meta",
        version,
        tables([half, half], [places, places + half], version === 1 ? half : 0),
      ),
      trak("soun", version, tables([soundKept.length], [places + secret.length])),
      place,
      full("meta", 0, handler("mdir"), box("ilst", box("covr", secret))),
      box("uuid", Buffer.alloc(16, 0xbe), secret),
      Buffer.alloc(4),
    );
  };
  const rest = join(
    box("uuid", Buffer.alloc(16), secret),
    box("free", secret),
    box("sefd", secret),
  );
  if (isDataFirst) return join(ftyp, mdat, moov(ftyp.length + 8), rest);
  const length = moov(0).length;
  return join(ftyp, moov(ftyp.length + length + 8), mdat, rest);
}

export const mp4: Sample = {
  mime: "video/mp4",
  title: "described in front, with a track of places",
  bytes: filmOf("isom", 0, false),
  kept: [pictureKept, soundKept],
  cuts: [12, 30, 200, filmOf("isom", 0, false).length - 5],
};
export const quicktime: Sample = {
  mime: "video/quicktime",
  title: "described at its end, as telephones write it",
  bytes: filmOf("qt  ", 1, true),
  kept: [pictureKept, soundKept],
  cuts: [30, 100, filmOf("qt  ", 1, true).length - 5],
};
export const m4a: Sample = {
  mime: "audio/x-m4a",
  title: "with title and picture",
  bytes: filmOf("M4A ", 0, true),
  kept: [soundKept],
  cuts: [30],
};

/** A picture with what a camera wrote beside it: in the data, and among the descriptions themselves. */
function heifOf(brand: string, item: string): Buffer {
  const ftyp = box("ftyp", brand, u32(0), brand, "mif1");
  const entry = (id: number, type: string, ...parts: readonly string[]): Buffer =>
    full("infe", 2, u16(id), u16(0), type, "name\0", ...parts);
  const items = full(
    "iinf",
    0,
    u16(4),
    entry(1, item),
    entry(2, "Exif"),
    entry(3, "mime", "application/rdf+xml\0"),
    entry(4, "uri ", "urn:x\0"),
  );
  const meta = (data: number): Buffer => {
    const at = data + pictureKept.length;
    const spot = (id: number, method: number, start: number, length: number): Buffer =>
      join(u16(id), u16(method), u16(0), u16(1), u32(start), u32(length));
    return full(
      "meta",
      0,
      handler("pict"),
      full("pitm", 0, u16(1)),
      items,
      full(
        "iloc",
        1,
        u16(0x4400),
        u16(4),
        spot(1, 0, data, pictureKept.length),
        spot(2, 0, at, secret.length + 4),
        spot(3, 1, 0, secret.length),
        spot(4, 1, secret.length, secret.length),
      ),
      box(
        "iprp",
        box("ipco", full("ispe", 0, u32(10), u32(10)), full("ispe", 0, u32(30), u32(20))),
      ),
      box("idat", secret, secret),
      box("uuid", Buffer.alloc(16), secret),
    );
  };
  const data = ftyp.length + meta(0).length + 8;
  return join(ftyp, meta(data), box("mdat", pictureKept, u32(0), secret));
}

export const heic: Sample = {
  mime: "image/heic",
  title: "of a telephone",
  bytes: heifOf("heic", "hvc1"),
  kept: [pictureKept, bytesOf("ispe")],
  size: { width: 30, height: 20 },
  cuts: [20, 60, 200, heifOf("heic", "hvc1").length - 5],
};
export const avif: Sample = {
  mime: "image/avif",
  title: "of a program",
  bytes: heifOf("avif", "av01"),
  kept: [pictureKept, Buffer.from("000000004d4d002a00000008000000000000", "hex")],
  size: { width: 30, height: 20 },
  cuts: [20, 200],
};
