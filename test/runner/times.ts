/** How long each test file, or group of such, took. */

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
  readonly #names: ReadonlyMap<string, string>;
  readonly #beganMs: number;
  readonly #running = new Map<string, number>();
  readonly #took: (readonly [name: string, ms: number])[] = [];

  /** @param names what is told of each path */
  constructor(nowMs: () => number, names: ReadonlyMap<string, string>) {
    this.#nowMs = nowMs;
    this.#names = names;
    this.#beganMs = nowMs();
  }

  begin(event: Event): void {
    if (isFile(event)) this.#running.set(event.name, this.#nowMs());
  }

  end(event: Event): void {
    const beganMs = this.#running.get(event.name);
    if (!isFile(event) || beganMs === undefined) return;
    this.#took.push([this.#names.get(event.name) ?? event.name, this.#nowMs() - beganMs]);
  }

  /** The dearest files in seconds, and the sum of all; "" for a single one. */
  report(): string {
    if (this.#took.length < 2) return "";
    const seconds = (ms: number): string => (ms / 1_000).toFixed(1).padStart(7);
    const dearest = [...this.#took].sort(([, one], [, other]) => other - one).slice(0, told);
    const sumMs = this.#took.reduce((sum, [, ms]) => sum + ms, 0);
    return [
      "ℹ seconds of the dearest files",
      ...dearest.map(([name, ms]) => `ℹ ${seconds(ms)} ${name}`),
      `ℹ ${seconds(sumMs)} all, which took ${seconds(this.#nowMs() - this.#beganMs).trim()} s together`,
      "",
    ].join("\n");
  }
}
