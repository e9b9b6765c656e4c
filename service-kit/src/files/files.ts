/**
 * Files as whoever reads and writes them sees them: in chunks, and never whole in memory. Reading needs no consumer: the
 * description holds the place of every chunk, and each is fetched alone, so that a range costs what it is long.
 */
import { createHash } from "node:crypto";
import type { FileId } from "@dragoman/bus-schema";

/** The bytes of a chunk: what the standard clients of the store write too. */
export const chunkBytes = 128 * 1024;
/** Chunks on their way to the store, or fetched ahead of a reader, at once. */
const inFlight = 4;

/** The store did not take or give what it should. */
export class FileError extends Error {
  override name = "FileError";
}

/** The store has no room for it. */
export class FullError extends FileError {
  override name = "FullError";
}

/** What is told of a file when all its chunks are there. */
export interface WrittenFile {
  readonly size: number;
  /** SHA-256 in hex. */
  readonly hash: string;
  /** The place of each chunk in the store's stream. */
  readonly sequences: readonly number[];
}

/** A file that lies in the store. */
export interface FileDescription extends WrittenFile {
  readonly fileId: FileId;
  /** Epoch ms. */
  readonly storedAtMs: number;
}

/** Where chunks lie: the store itself, or core in front of it. All fail with FileError or BusError. */
export interface Chunks {
  /** @returns the chunk's place */
  write(fileId: FileId, chunk: Uint8Array): Promise<number>;
  /** Makes a file of the chunks; from here on it can be read, and it is never written again. @returns when, epoch ms */
  finish(fileId: FileId, file: WrittenFile): Promise<number>;
  /** What lies under a name, or null. */
  describe(fileId: FileId): Promise<FileDescription | null>;
  /** A chunk of the file. Fails when it is gone. */
  read(fileId: FileId, seq: number): Promise<Uint8Array>;
}

export class Files {
  readonly #chunks: Chunks;

  constructor(chunks: Chunks) {
    this.#chunks = chunks;
  }

  /**
   * Writes a file under a new name. Nothing can be read of it before all is there.
   * @throws FileError, BusError, and whatever the source throws; chunks that are left then are cleared away by core
   */
  async put(fileId: FileId, source: AsyncIterable<Uint8Array>): Promise<FileDescription> {
    const digest = createHash("sha256");
    const pending: Promise<number>[] = [];
    const sequences: number[] = [];
    let size = 0;
    for await (const chunk of inChunks(source)) {
      digest.update(chunk);
      size += chunk.length;
      if (pending.length >= inFlight) sequences.push((await pending.shift()) ?? 0);
      const written = this.#chunks.write(fileId, chunk);
      // Of several that fail the first is told.
      written.catch(() => undefined);
      pending.push(written);
    }
    for (const each of pending) sequences.push(await each);
    sequences.sort((a, b) => a - b);
    const hash = digest.digest("hex");
    const storedAtMs = await this.#chunks.finish(fileId, { size, hash, sequences });
    return { fileId, size, hash, storedAtMs, sequences };
  }

  /** What lies under a name, or null. @throws FileError, BusError */
  describe(fileId: FileId): Promise<FileDescription | null> {
    return this.#chunks.describe(fileId);
  }

  /**
   * The bytes from `start` to before `end`, chunk by chunk, a few ahead of the reader.
   * @throws FileError when a chunk is gone, BusError
   */
  async *bytes(file: FileDescription, start: number, end: number): AsyncGenerator<Uint8Array> {
    const first = Math.floor(start / chunkBytes);
    const last = Math.ceil(Math.min(end, file.size) / chunkBytes);
    const wanted = file.sequences.slice(first, last);
    const ahead: Promise<Uint8Array>[] = [];
    let at = first * chunkBytes;
    for (const [index, _] of wanted.entries()) {
      for (let next = index + ahead.length; ahead.length < inFlight; next += 1) {
        const seq = wanted[next];
        if (seq === undefined) break;
        const chunk = this.#chunks.read(file.fileId, seq);
        // Whoever stops reading does not hear of the ones behind.
        chunk.catch(() => undefined);
        ahead.push(chunk);
      }
      const chunk = (await ahead.shift()) ?? new Uint8Array();
      yield chunk.subarray(Math.max(0, start - at), Math.min(chunk.length, end - at));
      at += chunk.length;
    }
  }
}

/** The same bytes in pieces of `chunkBytes`, the last one shorter. */
async function* inChunks(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let held: Uint8Array[] = [];
  let length = 0;
  for await (const piece of source) {
    let rest = piece;
    while (length + rest.length >= chunkBytes) {
      const fits = chunkBytes - length;
      yield Buffer.concat([...held, rest.subarray(0, fits)]);
      rest = rest.subarray(fits);
      held = [];
      length = 0;
    }
    if (rest.length > 0) held.push(rest);
    length += rest.length;
  }
  if (length > 0) yield Buffer.concat(held);
}
