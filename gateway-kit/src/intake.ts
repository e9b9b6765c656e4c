/** What has come from one client and waits for its turn: frames, and steps that stand in the place of one. */
import type { Step } from "./edge.ts";
import type { Frame } from "./transport/transport.ts";

/** A frame, or the steps that are run in its place. */
export type Entry = Frame | readonly Step[];

/** A queue that counts what it keeps; who fills it looks whether it is full. */
export class Intake {
  #entries: Entry[] = [];
  #bytes = 0;

  /** Of the frames in it. */
  get bytes(): number {
    return this.#bytes;
  }

  /** @param countMax so many entries fill it; one always does */
  isFull(countMax: number, bytesMax: number): boolean {
    return this.#entries.length >= Math.max(1, countMax) || this.#bytes >= bytesMax;
  }

  push(entry: Entry): void {
    this.#entries.push(entry);
    this.#bytes += bytesOf(entry);
  }

  shift(): Entry | undefined {
    const entry = this.#entries.shift();
    if (entry !== undefined) this.#bytes -= bytesOf(entry);
    return entry;
  }

  clear(): void {
    this.#entries = [];
    this.#bytes = 0;
  }
}

/** What an entry keeps in memory: a text by its UTF-16 units. */
function bytesOf(entry: Entry): number {
  if (!("kind" in entry)) return 0;
  return entry.kind === "text" ? 2 * entry.text.length : entry.bytes.length;
}
