/** Work of which only so much is done at once, and so much may wait. */
export class BoundedWork {
  readonly #concurrency: number;
  readonly #queue: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /** @param bounds jobs that run at once (at least one), and jobs that wait; more are turned away */
  constructor(bounds: { readonly concurrency: number; readonly queue: number }) {
    this.#concurrency = Math.max(1, bounds.concurrency);
    this.#queue = bounds.queue;
  }

  /** The job's result, or null when the queue is full and it was not begun. */
  async run<T extends NonNullable<unknown>>(job: () => Promise<T>): Promise<T | null> {
    if (this.#running >= this.#concurrency) {
      if (this.#waiting.length >= this.#queue) return null;
      // Whoever ends hands its place over, so `#running` stays as it is.
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#running += 1;
    }
    try {
      return await job();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}
