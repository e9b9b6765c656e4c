/** Says on standard error how far a backup or a restore has come. */
import type { Entry } from "@dragoman/core";

const everyMs = 1_000;

export const sayAmount = ({ parts, bytes }: Progress["counted"]): string =>
  `${parts} parts, ${(bytes / 1e6).toFixed(1)} MB`;

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
    process.stderr.write(`${this.#verb} ${name}, ${sayAmount(this.counted)} so far\n`);
  };

  /** How much it was. */
  get counted(): { readonly parts: number; readonly bytes: number } {
    return { parts: this.#entries, bytes: this.#bytes };
  }
}
