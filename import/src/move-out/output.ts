/** Files that are written piece by piece: JSON whose members come one after the other, lines, and bytes as they are. */
import { createWriteStream, type WriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { Readable } from "node:stream";
import { finished, pipeline } from "node:stream/promises";

const folderMode = 0o700;
const options = { mode: 0o600, flags: "wx", flush: true, highWaterMark: 256 * 1024 } as const;

/** Half of a letter has no form in UTF-8: readers that are strict stop at it. */
const half = /\p{Surrogate}/gu;
const escapedHalf = /\\ud[89a-f][0-9a-f]{2}/i;

/** JSON in which no half of a letter stands, neither in texts nor in names of members. */
function json(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, undefined, indent);
  return escapedHalf.test(text) ? JSON.stringify(mended(value), undefined, indent) : text;
}

function mended(value: unknown): unknown {
  if (typeof value === "string") return value.replace(half, "\ufffd");
  if (Array.isArray(value)) return value.map(mended);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, held]) => [key.replace(half, "\ufffd"), mended(held)]),
  );
}

/** The same in ASCII alone: whoever opens it need not know its alphabet. */
const ascii = (text: string): string =>
  text.replace(
    /[\u0080-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

/** A text file that grows; `add` resolves when more may come. */
class Growing {
  readonly #stream: WriteStream;
  readonly #done: Promise<void>;

  constructor(path: string) {
    this.#stream = createWriteStream(path, options);
    this.#done = finished(this.#stream);
    // It is thrown by whoever adds or ends.
    this.#done.catch(() => undefined);
  }

  async add(text: string): Promise<void> {
    if (this.#stream.write(text)) return;
    await Promise.race([
      new Promise<void>((resolve) => this.#stream.once("drain", resolve)),
      this.#done,
    ]);
  }

  async end(text = ""): Promise<void> {
    this.#stream.end(text);
    await this.#done;
  }
}

/** A file of one JSON object, member by member. */
export class ObjectFile {
  readonly #file: Growing;
  #isEmpty = true;

  constructor(path: string) {
    this.#file = new Growing(path);
  }

  /** @param key is not one that was put before */
  async put(key: string, value: unknown): Promise<void> {
    const text = `${this.#isEmpty ? "{" : ","}\n${ascii(json(key))}: ${ascii(json(value))}`;
    this.#isEmpty = false;
    await this.#file.add(text);
  }

  end(): Promise<void> {
    return this.#file.end(this.#isEmpty ? "{}" : "\n}");
  }
}

/** A file of JSON lines, joined by line feeds. */
export class LineFile {
  readonly #file: Growing;
  #isEmpty = true;

  constructor(path: string) {
    this.#file = new Growing(path);
  }

  async put(value: unknown): Promise<void> {
    const text = `${this.#isEmpty ? "" : "\n"}${json(value)}`;
    this.#isEmpty = false;
    await this.#file.add(text);
  }

  end(): Promise<void> {
    return this.#file.end();
  }
}

/** Writes a JSON file that is small. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: folderMode });
  await new Growing(path).end(ascii(json(value, 2)));
}

/** Makes a folder with all above it. */
export async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: folderMode });
}

export async function writeBytes(path: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  await pipeline(Readable.from(bytes), createWriteStream(path, options));
}
