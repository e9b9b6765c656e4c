/** The bytes of a file on its way in, wherever they lie, and what of them is changed on the way. */

/** Bytes that can be read in any order. */
export interface Source {
  readonly size: number;
  /** Up to so many bytes from a place; fewer at the end. */
  read(start: number, length: number): Promise<Buffer>;
  /** All of them, from the first. */
  stream(): AsyncIterable<Uint8Array>;
}

/** A file is not as its type says, so that nobody can be sure what is in it. */
export class UnreadableError extends Error {
  override name = "UnreadableError";
}

/** @throws UnreadableError where it does not hold */
export function sure(holds: boolean, what: string): asserts holds {
  if (!holds) throw new UnreadableError(what);
}

/** Bytes at hand. */
export function sourceOf(bytes: Uint8Array): Source {
  return {
    size: bytes.length,
    read: (start, length) => Promise.resolve(Buffer.from(bytes.subarray(start, start + length))),
    async *stream() {
      yield bytes;
    },
  };
}

/** From a place to before another. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** What becomes of a file whose length stays: places that are zeroed, and bytes that are written over them then. */
export interface Changes {
  readonly blanks: Range[];
  readonly writes: { readonly at: number; readonly bytes: Buffer }[];
}

/** In order, and none over another. */
function merged(ranges: readonly Range[]): readonly Range[] {
  const found: Range[] = [];
  for (const range of [...ranges].sort((a, b) => a.start - b.start)) {
    const last = found.at(-1);
    if (last === undefined || range.start > last.end) found.push(range);
    else if (range.end > last.end) found[found.length - 1] = { start: last.start, end: range.end };
  }
  return found;
}

/** The file with its changes: each byte is passed once, however many changes there are. */
export async function* changed(source: Source, changes: Changes): AsyncGenerator<Uint8Array> {
  const blanks = merged(changes.blanks);
  const writes = [...changes.writes].sort((a, b) => a.at - b.at);
  let at = 0;
  let blank = 0;
  let write = 0;
  for await (const piece of source.stream()) {
    const bytes = Buffer.from(piece);
    const end = at + bytes.length;
    for (let range = blanks[blank]; range !== undefined && range.start < end; ) {
      bytes.fill(0, Math.max(0, range.start - at), Math.min(bytes.length, range.end - at));
      if (range.end > end) break;
      blank += 1;
      range = blanks[blank];
    }
    for (let word = writes[write]; word !== undefined && word.at < end; ) {
      const from = Math.max(0, at - word.at);
      bytes.set(
        word.bytes.subarray(from, Math.min(word.bytes.length, end - word.at)),
        Math.max(0, word.at - at),
      );
      if (word.at + word.bytes.length > end) break;
      write += 1;
      word = writes[write];
    }
    at = end;
    yield bytes;
  }
}

/** A part of a file. */
export async function* partOf(
  source: Source,
  start: number,
  end: number,
): AsyncGenerator<Uint8Array> {
  let at = 0;
  for await (const piece of source.stream()) {
    const part = piece.subarray(Math.max(0, start - at), Math.max(0, end - at));
    at += piece.length;
    if (part.length > 0) yield part;
    if (at >= end) return;
  }
}
