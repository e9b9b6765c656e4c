/** How long each test file took. */
import { relative } from "node:path";
import { sourceOf } from "./order.ts";

/** What Node's runner says of a test; that of a whole file has the file's path as its name. */
interface Event {
  readonly name: string;
  readonly nesting: number;
  readonly file?: string | undefined;
}

/** So many are told. */
const told = 10;

const isFile = ({ name, nesting, file }: Event): boolean => nesting === 0 && name === file;

export class Times {
  readonly #nowMs: () => number;
  readonly #beganMs: number;
  readonly #running = new Map<string, number>();
  readonly #took: (readonly [file: string, ms: number])[] = [];

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
    this.#beganMs = nowMs();
  }

  begin(event: Event): void {
    if (isFile(event)) this.#running.set(event.name, this.#nowMs());
  }

  end(event: Event): void {
    const beganMs = this.#running.get(event.name);
    if (!isFile(event) || beganMs === undefined) return;
    this.#took.push([event.name, this.#nowMs() - beganMs]);
  }

  /** The dearest files in seconds, and the sum of all; "" for a single file. */
  report(root = process.cwd()): string {
    if (this.#took.length < 2) return "";
    const seconds = (ms: number): string => (ms / 1_000).toFixed(1).padStart(7);
    const dearest = [...this.#took].sort(([, one], [, other]) => other - one).slice(0, told);
    const sumMs = this.#took.reduce((sum, [, ms]) => sum + ms, 0);
    return [
      "ℹ seconds of the dearest files",
      ...dearest.map(([file, ms]) => `ℹ ${seconds(ms)} ${sourceOf(relative(root, file))}`),
      `ℹ ${seconds(sumMs)} all ${this.#took.length} files, which took ${seconds(this.#nowMs() - this.#beganMs).trim()} s together`,
      "",
    ].join("\n");
  }
}
