/** Pictures that are read piece by piece, from the first byte to the last. */
import { type Source, sure } from "./source.ts";

/** What keeps its place in one picture. */
export interface Walker {
  readonly hasPicture: boolean;
  /** The end of the picture has passed: nothing behind it stays. */
  readonly isOver: boolean;
  /** @returns what stays of what is known by now; the rest waits for the next piece */
  write(piece: Buffer): Buffer;
}

/**
 * What stays of a picture.
 * @throws UnreadableError where it ends before its picture, in the words `cutOff`, and what the walker throws
 */
export async function* walked(
  source: Source,
  walker: Walker,
  cutOff: string,
): AsyncGenerator<Uint8Array> {
  for await (const piece of source.stream()) {
    const left = walker.write(Buffer.from(piece));
    if (left.length > 0) yield left;
    if (walker.isOver) return;
  }
  sure(walker.hasPicture, cutOff);
}
