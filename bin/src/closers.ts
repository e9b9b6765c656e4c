/** What a start leaves to be ended. */

/** What has been started, to be ended in reverse order. What is added after the end is ended at once. */
export class Closers {
  readonly #closers: (() => Promise<void>)[] = [];
  #isClosed = false;

  async add(close: () => Promise<void>): Promise<void> {
    if (this.#isClosed) await close();
    else this.#closers.push(close);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (let close = this.#closers.pop(); close !== undefined; close = this.#closers.pop()) {
      await close();
    }
  }
}
