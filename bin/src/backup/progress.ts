/** Says on standard error how far a backup or a restore has come. */
import type { Entry } from "@dragoman/core";

const everyMs = 1_000;

export class Progress {
  readonly #verb: string;
  #entries = 0;
  #bytes = 0;
  #saidMs = performance.now();

  constructor(verb: string) {
    this.#verb = verb;
  }

  /** An entry comes next. */
  readonly told = ({ name, size }: Pick<Entry, "name" | "size">): void => {
    this.#entries += 1;
    this.#bytes += size;
    const nowMs = performance.now();
    if (nowMs - this.#saidMs < everyMs) return;
    this.#saidMs = nowMs;
    process.stderr.write(`${this.#verb} ${name}, ${this.sum} so far\n`);
  };

  /** How much it was. */
  get sum(): string {
    return `${this.#entries} parts, ${(this.#bytes / 1e6).toFixed(1)} MB`;
  }
}
