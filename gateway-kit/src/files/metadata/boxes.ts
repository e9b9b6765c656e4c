/** Boxes of the ISO base media format (ISO/IEC 14496-12) and of QuickTime: a length, a name, and what is in it. */
import { type Changes, type Source, sure } from "./source.ts";

/** A box within bytes at hand; places count from the first of them. */
export interface Box {
  readonly type: string;
  readonly start: number;
  /** Behind its head. */
  readonly body: number;
  readonly end: number;
}

/** Boxes that are looked at in one file. Honest ones hold some hundreds; long ones of many fragments some thousands. */
const boxesMax = 50_000;

/** How many boxes may still be looked at. */
export class Budget {
  #left = boxesMax;

  /** @throws UnreadableError above the bound */
  spend(): void {
    this.#left -= 1;
    sure(this.#left >= 0, "too many boxes");
  }
}

/** A box that was read whole, and where it lies in its file. */
export interface Loaded {
  readonly bytes: Buffer;
  readonly from: number;
  readonly fileSize: number;
  readonly budget: Budget;
  readonly changes: Changes;
}

/** The head of a box: 8 bytes, or 16 where its length needs them. `end` is where whatever holds it ends. */
export function headAt(head: Buffer, start: number, end: number): Box {
  sure(head.length >= 8, "a box is cut off");
  const short = head.readUInt32BE(0);
  sure(short !== 1 || head.length >= 16, "a box is cut off");
  const length = short === 0 ? end - start : short === 1 ? Number(head.readBigUInt64BE(8)) : short;
  const body = start + (short === 1 ? 16 : 8);
  sure(start + length >= body && start + length <= end, "a box is longer than what holds it");
  return { type: head.toString("latin1", 4, 8), start, body, end: start + length };
}

/** The boxes of a stretch, one behind the other, which must fill it. Zeroes at its end are none: QuickTime writes them. */
export function* boxesIn(
  bytes: Buffer,
  { start, end }: { readonly start: number; readonly end: number },
  budget: Budget,
): Generator<Box> {
  for (let at = start; at < end; ) {
    if (end - at < 8) {
      sure(
        bytes.subarray(at, end).every((byte) => byte === 0),
        "a box is cut off",
      );
      return;
    }
    budget.spend();
    const box = headAt(bytes.subarray(at, Math.min(end, at + 16)), at, end);
    yield box;
    at = box.end;
  }
}

/** The boxes of a file. */
export async function* topBoxes(source: Source, budget: Budget): AsyncGenerator<Box> {
  for (let at = 0; at < source.size; ) {
    budget.spend();
    const box = headAt(await source.read(at, 16), at, source.size);
    yield box;
    at = box.end;
  }
}

const free = Buffer.from("free", "latin1");

/** Makes of a box one that every reader passes over. `from`: where the bytes begin that its places count from. */
export function blank({ blanks, writes }: Changes, { start, body, end }: Box, from = 0): void {
  writes.push({ at: from + start + 4, bytes: free });
  blanks.push({ start: from + body, end: from + end });
}
