/** Files of a data folder as they come: whole where they are small, line by line where they are not. Never throws for what they hold. */
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";

/** A file that is read whole. */
export const wholeMax = 256 * 1024 * 1024;
/** One record of a file of messages; a message of the original has 2,000 characters unless its owner says more. */
export const recordMax = 4 * 1024 * 1024;

/** What stands in a file: JSON, or why there is none; undefined: no such file. */
export type Read = { readonly value: unknown } | { readonly why: string } | undefined;

/** Reads a JSON file. */
export async function readJsonFile(path: string): Promise<Read> {
  try {
    const { size } = await stat(path);
    if (size > wholeMax) return { why: "is larger than any such file" };
    return { value: JSON.parse(await readFile(path, "utf8")) as unknown };
  } catch (error) {
    if (isAbsent(error)) return undefined;
    return { why: error instanceof SyntaxError ? "is no JSON" : String(error) };
  }
}

const isAbsent = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "ENOENT";

const newline = 0x0a;
const quote = 0x22;
const backslash = 0x5c;
const open = new Set([0x7b, 0x5b]);
const close = new Set([0x7d, 0x5d]);
const blank = new Set([0x20, 0x09, 0x0a, 0x0d]);

/** A record, or why it is none. */
export type Line = { readonly value: unknown } | { readonly why: string; readonly text: string };

/** Records that are read at once. */
export interface Lines {
  /** The byte at which the first of them begins; undefined: nobody can begin to read there. */
  readonly begins: number | undefined;
  readonly lines: readonly Line[];
}

/**
 * The records of a file of messages: JSON lines, or the older form, one array.
 * @param from a byte at which records that were read at once began
 */
export async function* recordsOf(path: string, from = 0): AsyncGenerator<Lines> {
  // An array is read from its beginning alone.
  let cutter: Cutter | undefined = from === 0 ? undefined : new LineCutter();
  let read = from;
  let begins: number | undefined = from;
  try {
    for await (const chunk of createReadStream(path, { start: from, highWaterMark: 256 * 1024 })) {
      const bytes = chunk as Buffer;
      cutter ??= cutterFor(bytes);
      const records = [...(cutter?.take(bytes) ?? [])];
      if (records.length > 0) yield { begins, lines: records.map(parsed) };
      read += bytes.length;
      begins = cutter?.under === undefined ? undefined : read - cutter.under;
    }
  } catch (error) {
    if (!isAbsent(error)) yield { begins, lines: [{ why: String(error), text: "" }] };
    return;
  }
  const rest = [...(cutter?.end() ?? [])];
  if (rest.length > 0) yield { begins, lines: rest.map(parsed) };
}

/** Cuts bytes into records. A record that is too long is null. */
interface Cutter {
  /** Bytes of the record that has begun and not ended; undefined: who has not read from the beginning cannot tell where one begins. */
  readonly under: number | undefined;
  take(chunk: Buffer): Iterable<Buffer | null>;
  end(): Iterable<Buffer | null>;
}

function cutterFor(first: Buffer): Cutter | undefined {
  const at = first.findIndex((byte) => !blank.has(byte));
  if (at === -1) return undefined;
  return first[at] === 0x5b ? new ArrayCutter() : new LineCutter();
}

/** What is held of a record until its end. */
class Held {
  #pieces: Buffer[] = [];
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  add(piece: Buffer): void {
    this.#bytes += piece.length;
    if (this.#bytes <= recordMax) this.#pieces.push(piece);
    else this.#pieces = [];
  }

  /** @returns null: it is too long */
  done(): Buffer | null {
    const [first, ...more] = this.#pieces;
    const joined = first !== undefined && more.length === 0 ? first : Buffer.concat(this.#pieces);
    const whole = this.#bytes > recordMax ? null : joined;
    this.#pieces = [];
    this.#bytes = 0;
    return whole;
  }
}

class LineCutter implements Cutter {
  readonly #held = new Held();

  get under(): number {
    return this.#held.bytes;
  }

  *take(chunk: Buffer): Iterable<Buffer | null> {
    let from = 0;
    for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, from)) {
      this.#held.add(chunk.subarray(from, at));
      yield this.#held.done();
      from = at + 1;
    }
    // The stream may use its buffer again.
    this.#held.add(Buffer.from(chunk.subarray(from)));
  }

  *end(): Iterable<Buffer | null> {
    yield this.#held.done();
  }
}

/** The elements of one array, by the depth of brackets outside of strings. */
class ArrayCutter implements Cutter {
  readonly under = undefined;
  readonly #held = new Held();
  #depth = 0;
  #inString = false;
  #escaped = false;

  *take(chunk: Buffer): Iterable<Buffer | null> {
    let from = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (byte === backslash) this.#escaped = true;
        else if (byte === quote) this.#inString = false;
        continue;
      }
      if (byte === quote) this.#inString = true;
      else if (open.has(byte)) {
        this.#depth += 1;
        if (this.#depth === 2) from = at;
      } else if (close.has(byte)) {
        this.#depth -= 1;
        if (this.#depth !== 1) continue;
        this.#held.add(chunk.subarray(from, at + 1));
        yield this.#held.done();
        from = at + 1;
      }
    }
    if (this.#depth >= 2) this.#held.add(Buffer.from(chunk.subarray(from)));
  }

  *end(): Iterable<Buffer | null> {
    if (this.#depth >= 2) yield this.#held.done();
  }
}

export const tooLong = "is longer than any message";

function parsed(record: Buffer | null): Line {
  if (record === null) return { why: tooLong, text: "" };
  return jsonOf(record.toString("utf8").trim());
}

/** A text that says JSON; undefined where it is empty. */
export function jsonOf(text: string): Line {
  if (text === "") return { value: undefined };
  try {
    const value = JSON.parse(text) as unknown;
    if (isDeeper(value, depthMax))
      return { why: "is nested deeper than any message", text: text.slice(0, 100) };
    return { value };
  } catch {
    return { why: "is no JSON", text: text.slice(0, 100) };
  }
}

const depthMax = 100;

/** Whether something stands in more others: whoever writes that as JSON goes down as far, and has no room for it. */
function isDeeper(value: unknown, most: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (most < 0) return true;
  return Object.values(value).some((held) => isDeeper(held, most - 1));
}
