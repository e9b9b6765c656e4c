/** Sound with tags before and behind it: MP3, AAC and FLAC. Titles and pictures go with them, nobody can tell them apart. */
import { partOf, type Source, sure } from "./source.ts";

const tagsMax = 16;

async function textAt(source: Source, at: number, length: number): Promise<string> {
  return at < 0 ? "" : (await source.read(at, length)).toString("latin1");
}

/** The length of an ID3v2 tag's body: four bytes of seven bits. */
function sevenBits(bytes: Buffer): number {
  sure(bytes.length === 4 && bytes.every((byte) => byte < 0x80), "a tag of no length");
  return bytes.reduce((sum, byte) => sum * 128 + byte, 0);
}

/** Where the sound begins, behind tags and the zeroes between them. */
async function startOf(source: Source): Promise<number> {
  let at = 0;
  for (let tag = 0; ; tag += 1) {
    sure(tag < tagsMax, "too many tags");
    const head = await source.read(at, 10);
    if (head.toString("latin1", 0, 3) !== "ID3") return at;
    const hasFoot = ((head[5] ?? 0) & 0x10) !== 0;
    at += 10 + sevenBits(head.subarray(6)) + (hasFoot ? 10 : 0);
    sure(at <= source.size, "a tag is cut off");
  }
}

/** The length of a tag that ends at `end`; 0: there is none. */
async function tagBefore(source: Source, end: number): Promise<number> {
  if ((await textAt(source, end - 128, 3)) === "TAG") {
    return (await textAt(source, end - 355, 4)) === "TAG+" ? 355 : 128;
  }
  if ((await textAt(source, end - 32, 8)) === "APETAGEX") {
    const foot = await source.read(end - 32, 32);
    const hasHead = (foot.readUInt32LE(20) & 0x80000000) !== 0;
    return foot.readUInt32LE(12) + (hasHead ? 32 : 0);
  }
  if ((await textAt(source, end - 9, 9)) === "LYRICS200") {
    const digits = await textAt(source, end - 15, 6);
    sure(/^[0-9]{6}$/.test(digits), "a tag of no length");
    return Number(digits) + 15;
  }
  if ((await textAt(source, end - 10, 3)) === "3DI") {
    return 20 + sevenBits(await source.read(end - 4, 4));
  }
  return 0;
}

async function endOf(source: Source, start: number): Promise<number> {
  let end = source.size;
  for (let tag = 0; ; tag += 1) {
    sure(tag < tagsMax, "too many tags");
    const length = await tagBefore(source, end);
    if (length === 0) return end;
    end -= length;
    sure(end >= start, "a tag is cut off");
  }
}

/** Sound in frames, of which each stands for itself. @throws UnreadableError */
export async function* framesWithoutTags(source: Source): AsyncGenerator<Uint8Array> {
  const start = await startOf(source);
  const end = await endOf(source, start);
  const head = await source.read(start, 2);
  sure(head.length === 2 && (head.readUInt16BE(0) & 0xffe0) === 0xffe0, "no sound behind its tags");
  yield* partOf(source, start, end);
}

const blocksMax = 1_000;
const streamInfo = 0;
const seekTable = 3;
const isLast = 0x80;

/** @throws UnreadableError */
export async function* flacWithoutTags(source: Source): AsyncGenerator<Uint8Array> {
  const start = await startOf(source);
  sure((await textAt(source, start, 4)) === "fLaC", "no FLAC");
  const kept: Buffer[] = [];
  let at = start + 4;
  for (let block = 0; ; block += 1) {
    sure(block < blocksMax, "too many blocks");
    const head = await source.read(at, 4);
    sure(head.length === 4, "a block is cut off");
    const kind = (head[0] ?? 0) & 0x7f;
    const length = head.readUIntBE(1, 3);
    sure((block === 0) === (kind === streamInfo), "blocks in no order");
    if (kind === streamInfo || (kind === seekTable && kept.length < 2)) {
      const whole = await source.read(at, 4 + length);
      sure(whole.length === 4 + length, "a block is cut off");
      whole[0] = kind;
      kept.push(whole);
    }
    at += 4 + length;
    if (((head[0] ?? 0) & isLast) !== 0) break;
  }
  sure(at <= source.size, "a block is cut off");
  const last = kept.at(-1);
  if (last !== undefined) last[0] = (last[0] ?? 0) | isLast;
  yield Buffer.concat([Buffer.from("fLaC", "latin1"), ...kept]);
  yield* partOf(source, at, await endOf(source, at));
}
