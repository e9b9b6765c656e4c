/** GIF: frames and extensions in blocks. Comments, and whatever a program added beside how often it repeats, go. */
import { type Source, sure } from "./source.ts";
import { type Walker, walked } from "./walk.ts";

const endless: ReadonlySet<string> = new Set(["NETSCAPE2.0", "ANIMEXTS1.0"]);
const graphicControl = 0xf9;
const application = 0xff;

/** The size of a table of colours that follows such flags. */
const tableBytes = (flags: number): number => ((flags & 0x80) === 0 ? 0 : 3 << ((flags & 7) + 1));

/** @throws UnreadableError where it is none, or a frame has more than so many pixels */
export const gifWithoutMetadata = (source: Source, pixelsMax: number): AsyncGenerator<Uint8Array> =>
  walked(source, new Walk(pixelsMax), "a GIF is cut off");

class Walk implements Walker {
  readonly #pixelsMax: number;
  #held: Buffer = Buffer.alloc(0);
  #isBegun = false;
  /** What follows are the blocks of something, which go or stay. */
  #inBlocks: "keep" | "drop" | undefined;
  hasPicture = false;
  isOver = false;

  constructor(pixelsMax: number) {
    this.#pixelsMax = pixelsMax;
  }

  write(piece: Buffer): Buffer {
    const bytes = this.#held.length === 0 ? piece : Buffer.concat([this.#held, piece]);
    const out: Buffer[] = [];
    let at = 0;
    while (!this.isOver) {
      const taken = this.#step(bytes.subarray(at), out);
      if (taken === 0) break;
      at += taken;
    }
    this.#held = bytes.subarray(at);
    return Buffer.concat(out);
  }

  #judge(width: number, height: number): void {
    sure(width * height <= this.#pixelsMax, "a frame of too many pixels");
  }

  /** @returns the bytes that it took; 0: more are needed */
  #step(bytes: Buffer, out: Buffer[]): number {
    if (!this.#isBegun) return this.#start(bytes, out);
    if (this.#inBlocks !== undefined) return this.#block(bytes, out);
    const kind = bytes[0];
    if (kind === undefined) return 0;
    if (kind === 0x3b) {
      out.push(bytes.subarray(0, 1));
      this.isOver = true;
      return 1;
    }
    if (kind === 0x21) return this.#extension(bytes, out);
    sure(kind === 0x2c, "neither a frame nor an extension");
    return this.#frame(bytes, out);
  }

  #start(bytes: Buffer, out: Buffer[]): number {
    if (bytes.length < 13) return 0;
    sure(/^GIF8[79]a$/.test(bytes.toString("latin1", 0, 6)), "no GIF");
    const length = 13 + tableBytes(bytes[10] ?? 0);
    if (bytes.length < length) return 0;
    this.#judge(bytes.readUInt16LE(6), bytes.readUInt16LE(8));
    this.#isBegun = true;
    out.push(bytes.subarray(0, length));
    return length;
  }

  #frame(bytes: Buffer, out: Buffer[]): number {
    if (bytes.length < 10) return 0;
    const length = 11 + tableBytes(bytes[9] ?? 0);
    if (bytes.length < length) return 0;
    this.#judge(bytes.readUInt16LE(5), bytes.readUInt16LE(7));
    this.hasPicture = true;
    this.#inBlocks = "keep";
    out.push(bytes.subarray(0, length));
    return length;
  }

  /** An extension's first block says whose it is. */
  #extension(bytes: Buffer, out: Buffer[]): number {
    if (bytes.length < 3) return 0;
    const first = bytes[2] ?? 0;
    if (bytes.length < 3 + first) return 0;
    const isRepeat =
      bytes[1] === application && endless.has(bytes.toString("latin1", 3, 3 + first));
    this.#inBlocks = bytes[1] === graphicControl || isRepeat ? "keep" : "drop";
    if (this.#inBlocks === "keep") out.push(bytes.subarray(0, 2));
    return 2;
  }

  #block(bytes: Buffer, out: Buffer[]): number {
    if (bytes.length < 1 + (bytes[0] ?? 0)) return 0;
    const length = 1 + (bytes[0] ?? 0);
    if (this.#inBlocks === "keep") out.push(bytes.subarray(0, length));
    if (length === 1) this.#inBlocks = undefined;
    return length;
  }
}
