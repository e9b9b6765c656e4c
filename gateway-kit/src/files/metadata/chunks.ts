/** Formats of chunks, each with a name and a length: PNG, WebP and WAV. What a picture or a sound does not need goes. */
import { type Source, sure } from "./source.ts";

type Fate = "keep" | "drop" | "blank";

/** What one format has to say of its chunks. */
interface Chunks {
  /** Whether a file begins so. */
  isStart(text: string): boolean;
  readonly startBytes: number;
  /** The length that stands in a head, and how many bytes follow the head then. */
  rest(head: Buffer): number;
  name(head: Buffer): string;
  readonly needed: ReadonlySet<string>;
  /** What becomes of all others. Where lengths stand at the front of the file they are blanked. */
  readonly others: Fate;
  /** The chunk that ends the file. */
  readonly last?: string;
  /** How long the file says it is, by its first bytes. */
  length?(start: Buffer): number;
}

const headBytes = 8;
const riff = {
  startBytes: 12,
  rest: (head: Buffer) => head.readUInt32LE(4) + (head.readUInt32LE(4) % 2),
  name: (head: Buffer) => head.toString("latin1", 0, 4),
  others: "blank",
  length: (start: Buffer) => start.readUInt32LE(4) + 8,
} as const;

const png: Chunks = {
  isStart: (text) => text === "\x89PNG\r\n\x1a\n",
  startBytes: 8,
  rest: (head) => head.readUInt32BE(0) + 4,
  name: (head) => head.toString("latin1", 4, 8),
  needed: new Set([
    ...["IHDR", "PLTE", "IDAT", "IEND", "tRNS", "cHRM", "gAMA", "iCCP", "sBIT", "sRGB", "cICP"],
    ...["mDCV", "cLLI", "bKGD", "hIST", "pHYs", "sPLT", "acTL", "fcTL", "fdAT"],
  ]),
  others: "drop",
  last: "IEND",
};
const webp: Chunks = {
  ...riff,
  isStart: (text) => text.startsWith("RIFF") && text.endsWith("WEBP"),
  needed: new Set(["VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF", "ICCP"]),
};
const wav: Chunks = {
  ...riff,
  isStart: (text) => text.startsWith("RIFF") && text.endsWith("WAVE"),
  needed: new Set(["fmt ", "fact", "data"]),
};

const cleaner = (chunks: Chunks) =>
  async function* (source: Source): AsyncGenerator<Uint8Array> {
    const walk = new Walk(chunks, source.size);
    for await (const piece of source.stream()) {
      const left = walk.write(Buffer.from(piece));
      if (left.length > 0) yield left;
      if (walk.isOver) return;
    }
    walk.end();
  };

/** @throws UnreadableError */
export const pngWithoutMetadata = cleaner(png);
/** @throws UnreadableError */
export const webpWithoutMetadata = cleaner(webp);
/** @throws UnreadableError */
export const wavWithoutMetadata = cleaner(wav);

/** Of a WebP's first chunk: there is such data. */
const webpFlags = 0x08 | 0x04;

class Walk {
  readonly #chunks: Chunks;
  #held = Buffer.alloc(0);
  #isBegun = false;
  /** Bytes of the chunk that are still to come. */
  #rest = 0;
  /** Bytes of the file that are still to come, as far as it says so. */
  #left: number;
  #fate: Fate = "keep";
  #isLast = false;
  /** The next byte is the flags of a WebP. */
  #atFlags = false;

  constructor(chunks: Chunks, size: number) {
    this.#chunks = chunks;
    this.#left = size;
  }

  /** All that belongs to the file has passed; what follows is none of it. */
  get isOver(): boolean {
    return this.#rest === 0 && (this.#isLast || (this.#isBegun && this.#left <= 0));
  }

  write(piece: Buffer): Buffer {
    const out: Buffer[] = [];
    let left = piece;
    while (left.length > 0 && !this.isOver) {
      if (this.#rest > 0) left = this.#body(left, out);
      else left = this.#isBegun ? this.#head(left, out) : this.#start(left, out);
    }
    return Buffer.concat(out);
  }

  end(): void {
    sure(this.#isBegun && this.#rest === 0 && this.#held.length === 0, "a chunk is cut off");
  }

  /** Gathers so many bytes. */
  #gather(bytes: Buffer, length: number): Buffer | undefined {
    this.#held = Buffer.concat([this.#held, bytes.subarray(0, length - this.#held.length)]);
    if (this.#held.length < length) return undefined;
    const whole = this.#held;
    this.#held = Buffer.alloc(0);
    return whole;
  }

  #start(bytes: Buffer, out: Buffer[]): Buffer {
    const { isStart, startBytes, length } = this.#chunks;
    const taken = startBytes - this.#held.length;
    const whole = this.#gather(bytes, startBytes);
    if (whole !== undefined) {
      sure(isStart(whole.toString("latin1")), "not the format that it seems");
      this.#isBegun = true;
      const said = length?.(whole) ?? this.#left;
      sure(said <= this.#left, "a file is cut off");
      this.#left = said - startBytes;
      out.push(whole);
    }
    return bytes.subarray(taken);
  }

  #body(bytes: Buffer, out: Buffer[]): Buffer {
    const part = bytes.subarray(0, this.#rest);
    this.#rest -= part.length;
    if (this.#fate === "blank") out.push(Buffer.alloc(part.length));
    else if (this.#fate === "keep") out.push(this.#atFlags ? withoutFlags(part) : part);
    this.#atFlags = false;
    return bytes.subarray(part.length);
  }

  #head(bytes: Buffer, out: Buffer[]): Buffer {
    const taken = headBytes - this.#held.length;
    const head = this.#gather(bytes, headBytes);
    if (head !== undefined) {
      const { rest, name, needed, others, last } = this.#chunks;
      const chunk = name(head);
      this.#rest = rest(head);
      this.#left -= headBytes + this.#rest;
      sure(this.#left >= -1, "a chunk is longer than what holds it");
      this.#fate = needed.has(chunk) ? "keep" : others;
      this.#isLast = chunk === last;
      this.#atFlags = chunk === "VP8X";
      if (this.#fate === "blank") out.push(Buffer.from("JUNK", "latin1"), head.subarray(4));
      else if (this.#fate === "keep") out.push(head);
    }
    return bytes.subarray(taken);
  }
}

function withoutFlags(part: Buffer): Buffer {
  const changed = Buffer.from(part);
  changed[0] = (changed[0] ?? 0) & ~webpFlags;
  return changed;
}
