/** What one scripted client has received, in order, and waiting for what is to come. */
import { DeadlineError, patientMs } from "@dragoman/testing/deadline";

interface Waiter<T> {
  readonly accept: (entry: T) => boolean;
  readonly resolve: (entry: T) => void;
  readonly timer: NodeJS.Timeout;
}

/** An ordered log with a cursor: `next` finds only what stands behind what it found last. */
export class Transcript<T> {
  readonly entries: T[] = [];
  readonly #owner: string;
  readonly #show: (entry: T) => string;
  readonly #waiters = new Set<Waiter<T>>();
  #heard: ((entry: T) => void) | undefined;
  #cursor = 0;

  /** @param owner whose log it is, for the text of errors */
  constructor(owner: string, show: (entry: T) => string) {
    this.#owner = owner;
    this.#show = show;
  }

  /** Tells each entry from now on as it comes, before whoever waits for it. */
  tell(heard: (entry: T) => void): void {
    this.#heard = heard;
  }

  push(entry: T): void {
    this.entries.push(entry);
    this.#heard?.(entry);
    for (const waiter of [...this.#waiters]) {
      if (!waiter.accept(entry)) continue;
      clearTimeout(waiter.timer);
      this.#waiters.delete(waiter);
      waiter.resolve(entry);
    }
  }

  /** The first entry behind the cursor that is accepted; the cursor goes behind it. */
  async next(what: string, accept: (entry: T) => boolean, limitMs = 10_000): Promise<T> {
    for (let index = this.#cursor; index < this.entries.length; index += 1) {
      const entry = this.entries[index] as T;
      if (!accept(entry)) continue;
      this.#cursor = index + 1;
      return entry;
    }
    const entry = await this.#wait(what, accept, limitMs);
    this.#cursor = this.entries.lastIndexOf(entry) + 1;
    return entry;
  }

  /** Resolves once the whole log fulfils a condition, which is judged again at every entry. */
  async until(
    what: string,
    holds: (entries: readonly T[]) => boolean,
    limitMs = 10_000,
  ): Promise<void> {
    if (holds(this.entries)) return;
    await this.#wait(what, () => holds(this.entries), limitMs);
  }

  /** Puts the cursor at the end: what came so far is not looked at again. */
  skip(): void {
    this.#cursor = this.entries.length;
  }

  /** Drops what came so far, for runs so long that it would not fit; `length` and `since` begin anew. */
  forget(): void {
    this.entries.length = 0;
    this.#cursor = 0;
  }

  /** Where the log stands now, for `since`. */
  get length(): number {
    return this.entries.length;
  }

  since(mark: number): readonly T[] {
    return this.entries.slice(mark);
  }

  #wait(what: string, accept: (entry: T) => boolean, limitMs: number): Promise<T> {
    const waitMs = patientMs(limitMs);
    return new Promise((resolve, reject) => {
      const waiter: Waiter<T> = {
        accept,
        resolve,
        timer: setTimeout(() => {
          this.#waiters.delete(waiter);
          const tail = this.entries.slice(-15).map((entry) => `  ${this.#show(entry)}`);
          reject(
            new DeadlineError(
              `${this.#owner}: no ${what} within ${waitMs} ms; last of ${this.entries.length} received:\n${tail.join("\n")}`,
            ),
          );
        }, waitMs),
      };
      this.#waiters.add(waiter);
    });
  }
}
