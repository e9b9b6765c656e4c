/**
 * Long work in slices: generators that yield often, each run to its end before the next begins, and in one turn of the
 * event loop no longer than a slice of all of them together. What is short is done at once.
 */

/** What one turn may spend. */
const sliceMs = 4;

interface Work {
  /** Goes on with it; true: it is over. */
  readonly step: () => boolean;
}

export class Slices {
  readonly #waiting: Work[] = [];
  /** When the slice of this turn is over; undefined: nothing was done in it. */
  #endMs: number | undefined;
  #scheduled = false;

  /** Works that are not done yet. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Exactly one of the two runs, maybe before this returns. */
  run<T>(
    work: Iterator<void, T>,
    done: (value: T) => void,
    failed: (error: unknown) => void,
  ): void {
    const step = (): boolean => {
      let result: IteratorResult<void, T>;
      try {
        result = work.next();
      } catch (error) {
        failed(error);
        return true;
      }
      if (result.done === true) done(result.value);
      return result.done === true;
    };
    this.#waiting.push({ step });
    if (this.#waiting.length === 1) this.#go();
  }

  #go(): void {
    this.#endMs ??= performance.now() + sliceMs;
    let work = this.#waiting[0];
    while (work !== undefined && performance.now() < this.#endMs) {
      if (work.step()) this.#waiting.shift();
      work = this.#waiting[0];
    }
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#endMs = undefined;
      if (this.#waiting.length > 0) this.#go();
    });
  }
}
