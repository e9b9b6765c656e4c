/**
 * JPEG: segments, and the picture between them. Application segments that pictures do not need go, and so do comments
 * and whatever stands behind the end: further pictures and films of a telephone. Of a photograph's data its orientation
 * is kept, without which it would lie on its side.
 */
import { type Source, sure, UnreadableError } from "./source.ts";
import { type Walker, walked } from "./walk.ts";

/** Application segments that pictures need: JFIF, colour profiles, Adobe's transform. */
const neededApps: ReadonlySet<number> = new Set([0xe0, 0xe2, 0xee]);
const comment = 0xfe;
const startOfScan = 0xda;
const endOfImage = 0xd9;

/** Markers of a frame, which hold its size: all start-of-frame ones but those of tables. */
export const frameMarkers: ReadonlySet<number> = new Set([
  0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf,
]);

/** @throws UnreadableError where it is none, or has more than so many pixels */
export const jpegWithoutMetadata = (
  source: Source,
  pixelsMax: number,
): AsyncGenerator<Uint8Array> => walked(source, new Walk(pixelsMax), "a JPEG is cut off");

class Walk implements Walker {
  readonly #pixelsMax: number;
  #held: Buffer = Buffer.alloc(0);
  #isBegun = false;
  #isInScan = false;
  hasPicture = false;
  /** The end of the picture has passed. */
  isOver = false;

  constructor(pixelsMax: number) {
    this.#pixelsMax = pixelsMax;
  }

  write(piece: Buffer): Buffer {
    this.#held = this.#held.length === 0 ? piece : Buffer.concat([this.#held, piece]);
    const out: Buffer[] = [];
    while (!this.isOver && this.#step(out)) {
      // As far as there are whole segments.
    }
    return Buffer.concat(out);
  }

  #take(length: number): Buffer {
    const taken = this.#held.subarray(0, length);
    this.#held = this.#held.subarray(length);
    return taken;
  }

  /** Takes the next segment, or what is there of a scan. @returns false when more bytes are needed */
  #step(out: Buffer[]): boolean {
    const held = this.#held;
    if (!this.#isBegun) {
      if (held.length < 2) return false;
      if (held.readUInt16BE(0) !== 0xffd8) throw new UnreadableError("no JPEG");
      this.#isBegun = true;
      out.push(this.#take(2));
      return true;
    }
    if (this.#isInScan) return this.#scan(out);
    if (held.length < 2) return false;
    sure(held[0] === 0xff, "a segment without a marker");
    const marker = held[1] as number;
    if (marker === 0xff) {
      this.#take(1);
      return true;
    }
    if (marker === endOfImage) {
      out.push(this.#take(2));
      this.isOver = true;
      return false;
    }
    if (held.length < 4) return false;
    sure(marker >= 0xc0 && (marker < 0xd0 || marker > 0xd8), "a marker out of its place");
    const length = held.readUInt16BE(2) + 2;
    sure(length >= 4, "a segment of no length");
    if (held.length < length) return false;
    this.#segment(marker, this.#take(length), out);
    return true;
  }

  #segment(marker: number, segment: Buffer, out: Buffer[]): void {
    if (frameMarkers.has(marker)) {
      sure(segment.length >= 9, "a frame without a size");
      const pixels = segment.readUInt16BE(5) * segment.readUInt16BE(7);
      sure(pixels <= this.#pixelsMax, "a frame of too many pixels");
    }
    const isApp = marker >= 0xe0 && marker <= 0xef;
    const isNeeded = isApp ? neededApps.has(marker) && !isPreview(segment) : marker !== comment;
    if (isNeeded) out.push(segment);
    else if (marker === 0xe1 && !this.hasPicture) out.push(orientationOf(segment));
    if (marker === startOfScan) {
      this.#isInScan = true;
      this.hasPicture = true;
    }
  }

  /** Passes the picture itself, up to a marker that is none of its own. */
  #scan(out: Buffer[]): boolean {
    let at = this.#held.indexOf(0xff);
    while (at >= 0 && at + 1 < this.#held.length) {
      const next = this.#held[at + 1] as number;
      if (next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7)) {
        out.push(this.#take(at));
        this.#isInScan = false;
        return true;
      }
      at = this.#held.indexOf(0xff, next === 0xff ? at + 1 : at + 2);
    }
    out.push(this.#take(at < 0 ? this.#held.length : at));
    return false;
  }
}

/** Further pictures in one file, each with data of its own. */
const isPreview = (segment: Buffer): boolean => segment.toString("latin1", 4, 8) === "MPF\0";

const orientationTag = 0x0112;

/** A segment that says the orientation and nothing else; empty where the picture stands upright. */
function orientationOf(segment: Buffer): Buffer {
  const orientation = readOrientation(segment);
  if (orientation === undefined || orientation < 2 || orientation > 8) return Buffer.alloc(0);
  const tiff = Buffer.from("4d4d002a00000008000101120003000000010000000000000000", "hex");
  tiff.writeUInt16BE(orientation, 18);
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  const body = Buffer.concat([Buffer.from("Exif\0\0", "latin1"), tiff]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([head, body]);
}

function readOrientation(segment: Buffer): number | undefined {
  if (segment.toString("latin1", 4, 10) !== "Exif\0\0") return undefined;
  const tiff = segment.subarray(10);
  if (tiff.length < 8) return undefined;
  const little = tiff.toString("latin1", 0, 2) === "II";
  const short = (at: number): number =>
    at + 2 > tiff.length ? 0 : little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at);
  const start = little ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
  const count = short(start);
  for (let entry = 0; entry < count; entry += 1) {
    const at = start + 2 + entry * 12;
    if (at + 12 > tiff.length) return undefined;
    if (short(at) === orientationTag) return short(at + 8);
  }
  return undefined;
}
