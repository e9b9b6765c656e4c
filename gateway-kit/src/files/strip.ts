/**
 * Takes out of pictures what cameras and programs wrote about where, when and by whom (OriginChats part 2, 14.1),
 * piece by piece as they pass. Nothing is decoded, so animation and quality stay; what is not as its format says
 * passes as it is. Of a photograph's data its orientation is kept, without which it would lie on its side.
 */

/** Takes pieces and gives what is left of them; `end` gives what it still holds. */
interface Stripper {
  write(piece: Buffer): Buffer;
  end(): Buffer;
}

const strippers: ReadonlyMap<string, () => Stripper> = new Map<string, () => Stripper>([
  ["image/jpeg", () => new JpegStripper()],
  ["image/png", () => new ChunkStripper(png)],
  ["image/webp", () => new ChunkStripper(webp)],
]);

/** The bytes of a file of that type without such data; of other types all of them. */
export async function* withoutMetadata(
  mime: string,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const stripper = strippers.get(mime)?.();
  if (stripper === undefined) {
    yield* source;
    return;
  }
  for await (const piece of source) {
    const left = stripper.write(Buffer.from(piece));
    if (left.length > 0) yield left;
  }
  const last = stripper.end();
  if (last.length > 0) yield last;
}

// ---- JPEG ---------------------------------------------------------------------------------------------------

/** Application segments that pictures need: JFIF, colour profiles, Adobe's transform. */
const neededApps: ReadonlySet<number> = new Set([0xe0, 0xe2, 0xee]);
const comment = 0xfe;
const startOfScan = 0xda;

class JpegStripper implements Stripper {
  #held = Buffer.alloc(0);
  #begun = false;
  /** The picture itself has begun, or something that is no JPEG. */
  #through = false;

  write(piece: Buffer): Buffer {
    if (this.#through) return piece;
    this.#held = Buffer.concat([this.#held, piece]);
    const out: Buffer[] = [];
    while (!this.#through && this.#step(out)) {
      // As far as there are whole segments.
    }
    return Buffer.concat(out);
  }

  end(): Buffer {
    return this.#held;
  }

  #pass(out: Buffer[]): void {
    this.#through = true;
    out.push(this.#held);
    this.#held = Buffer.alloc(0);
  }

  /** Takes the next segment. @returns false when more bytes are needed */
  #step(out: Buffer[]): boolean {
    const held = this.#held;
    if (!this.#begun) {
      if (held.length < 2) return false;
      this.#begun = true;
      if (held.readUInt16BE(0) !== 0xffd8) this.#pass(out);
      else this.#take(2, out);
      return true;
    }
    if (held.length < 4) return false;
    const marker = held[1] as number;
    if (held[0] !== 0xff || marker === startOfScan || marker < 0xc0 || marker === 0xff) {
      this.#pass(out);
      return true;
    }
    const length = held.readUInt16BE(2) + 2;
    if (held.length < length) return false;
    const segment = held.subarray(0, length);
    this.#held = held.subarray(length);
    const isApp = marker >= 0xe0 && marker <= 0xef;
    const isNeeded = isApp ? neededApps.has(marker) && !isPreview(segment) : marker !== comment;
    if (isNeeded) out.push(segment);
    else if (marker === 0xe1) out.push(orientationOf(segment));
    return true;
  }

  #take(length: number, out: Buffer[]): void {
    out.push(this.#held.subarray(0, length));
    this.#held = this.#held.subarray(length);
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

// ---- formats of chunks --------------------------------------------------------------------------------------

/** What one format of chunks has to say of them. */
interface Chunks {
  /** Bytes before the first chunk. */
  readonly start: number;
  /** Bytes of a chunk's head, with its length and its name. */
  readonly head: number;
  /** The whole length of what follows a head, and what becomes of it. */
  read(head: Buffer): { readonly rest: number; readonly fate: "keep" | "drop" | "blank" };
  /** A head as it passes. */
  shown(head: Buffer, fate: "keep" | "blank"): Buffer;
}

const pngTexts: ReadonlySet<string> = new Set(["eXIf", "tEXt", "zTXt", "iTXt", "tIME"]);

const png: Chunks = {
  start: 8,
  head: 8,
  read: (head) => ({
    rest: head.readUInt32BE(0) + 4,
    fate: pngTexts.has(head.toString("latin1", 4, 8)) ? "drop" : "keep",
  }),
  shown: (head) => head,
};

/** Lengths stand at the front of the file, so such a chunk is blanked under a name that readers pass over. */
const webp: Chunks = {
  start: 12,
  head: 8,
  read: (head) => {
    const length = head.readUInt32LE(4);
    const name = head.toString("latin1", 0, 4);
    return {
      rest: length + (length % 2),
      fate: name === "EXIF" || name === "XMP " ? "blank" : "keep",
    };
  },
  shown: (head, fate) =>
    fate === "blank" ? Buffer.concat([Buffer.from("JUNK"), head.subarray(4)]) : head,
};

/** Of a WebP's first chunk: there is such data. */
const webpFlags = 0x08 | 0x04;

class ChunkStripper implements Stripper {
  readonly #chunks: Chunks;
  #held = Buffer.alloc(0);
  #rest: number;
  #fate: "keep" | "drop" | "blank" = "keep";
  /** The next byte is the flags of a WebP. */
  #atFlags = false;

  constructor(chunks: Chunks) {
    this.#chunks = chunks;
    this.#rest = chunks.start;
  }

  write(piece: Buffer): Buffer {
    const out: Buffer[] = [];
    let left = piece;
    while (left.length > 0) {
      if (this.#rest > 0) left = this.#body(left, out);
      else left = this.#head(left, out);
    }
    return Buffer.concat(out);
  }

  end(): Buffer {
    return this.#held;
  }

  #body(left: Buffer, out: Buffer[]): Buffer {
    const part = left.subarray(0, this.#rest);
    this.#rest -= part.length;
    if (this.#fate === "blank") out.push(Buffer.alloc(part.length));
    else if (this.#fate === "keep") out.push(this.#atFlags ? withoutFlags(part) : part);
    this.#atFlags = false;
    return left.subarray(part.length);
  }

  #head(left: Buffer, out: Buffer[]): Buffer {
    const missing = this.#chunks.head - this.#held.length;
    this.#held = Buffer.concat([this.#held, left.subarray(0, missing)]);
    if (this.#held.length < this.#chunks.head) return Buffer.alloc(0);
    const head = this.#held;
    this.#held = Buffer.alloc(0);
    const { rest, fate } = this.#chunks.read(head);
    this.#rest = rest;
    this.#fate = fate;
    this.#atFlags = head.toString("latin1", 0, 4) === "VP8X";
    if (fate !== "drop") out.push(this.#chunks.shown(head, fate));
    return left.subarray(missing);
  }
}

function withoutFlags(part: Buffer): Buffer {
  const changed = Buffer.from(part);
  changed[0] = (changed[0] ?? 0) & ~webpFlags;
  return changed;
}
