import type { Origin } from "./fanout.ts";

interface Delivered {
  readonly frames: Buffer;
  readonly origin: Origin;
}

/**
 * Deliveries to one connection that wait until something else has been said (docs/journal.md 4.3). Holds nest; what
 * waits follows when the outermost one ends.
 */
export class Hold {
  #depth = 0;
  #waiting: Delivered[] = [];
  /** How many of those that wait stand before the mark. */
  #marked = 0;
  #hasEnded = false;
  #feedAt: number | undefined;

  get isOn(): boolean {
    return this.#depth > 0;
  }

  /** How many deliveries wait. */
  get size(): number {
    return this.#waiting.length;
  }

  /**
   * How far the feed had come when the present hold began. Undefined during the first one, the welcome: nothing was
   * delivered before it.
   */
  get feedAt(): number | undefined {
    return this.#feedAt;
  }

  /** @param feedAt how far the feed has come */
  begin(feedAt: number): void {
    if (this.#depth === 0 && this.#hasEnded) this.#feedAt = feedAt;
    this.#depth += 1;
  }

  /** Ends the hold that began last; gives what follows now, in order: nothing while another lasts. */
  end(): readonly Buffer[] {
    this.#depth -= 1;
    if (this.#depth > 0) return [];
    this.#hasEnded = true;
    this.#marked = this.#waiting.length;
    return this.toMark();
  }

  /** Remembers how many wait now, in the place of an earlier mark. */
  mark(): void {
    this.#marked = this.#waiting.length;
  }

  /** What waited at the mark, to follow although the hold lasts. */
  toMark(): readonly Buffer[] {
    const older = this.#waiting.splice(0, this.#marked);
    this.#marked = 0;
    return older.map(({ frames }) => frames);
  }

  add(frames: Buffer, origin: Origin): void {
    this.#waiting.push({ frames, origin });
  }

  /** Drops the deliveries of which this holds. */
  drop(isCovered: (origin: Origin) => boolean): void {
    const isKept = ({ origin }: Delivered): boolean => !isCovered(origin);
    this.#marked = this.#waiting.slice(0, this.#marked).filter(isKept).length;
    this.#waiting = this.#waiting.filter(isKept);
  }

  clear(): void {
    this.#marked = 0;
    this.#waiting = [];
  }
}
