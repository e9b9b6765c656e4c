/**
 * Work that waits in turns: so much is done at once, in all and of one key, and so much may wait. Who is likely to be
 * right goes first; behind them the keys take turns, so that a thousand askers of one key delay no other.
 */

/** Whose turn it is. */
export interface Turn {
  /** Jobs of one key go in the order of their coming. */
  readonly key: string;
  /** Goes before all that are not, and takes the place of one of them when too many wait. */
  readonly isFirst: boolean;
}

export interface TurnBounds {
  /** Jobs that run at once, at least one. */
  readonly atOnce: number;
  readonly atOncePerKey?: number;
  readonly waitingMax: number;
  readonly waitingMaxPerKey?: number;
  /** How long one may wait. */
  readonly patienceMs?: number;
}

interface Waiting {
  readonly turn: Turn;
  /** Whether it holds a place while it runs. */
  readonly isPassing: boolean;
  readonly sinceMs: number;
  readonly settle: (isIn: boolean) => void;
}

/** Those who wait, by key; the key at the head has the next turn. */
type Lanes = Map<string, Waiting[]>;

export class Turns {
  readonly #bounds: TurnBounds;
  readonly #first: Lanes = new Map();
  readonly #others: Lanes = new Map();
  readonly #runningOf = new Map<string, number>();
  #running = 0;
  #waiting = 0;
  /** Those of `#waiting` that will hold no place. */
  #passing = 0;

  /** @param bounds looked at whenever they are needed: they may change meanwhile */
  constructor(bounds: TurnBounds) {
    this.#bounds = bounds;
  }

  /** Those who wait for their turn. */
  get waiting(): number {
    return this.#waiting + this.#passing;
  }

  /** The job's result; null: too many wait, or it waited too long, and it was not begun. */
  async run<T extends NonNullable<unknown>>(turn: Turn, job: () => Promise<T>): Promise<T | null> {
    if (!(await this.#enter(turn, false))) return null;
    try {
      return await job();
    } finally {
      this.#leave(turn.key);
    }
  }

  /** Waits as a job of this turn would, and then holds no place. False: too many wait. */
  pass(turn: Turn): Promise<boolean> {
    return this.#enter(turn, true);
  }

  #enter(turn: Turn, isPassing: boolean): Promise<boolean> {
    return new Promise((settle) => {
      const one = { turn, isPassing, sinceMs: performance.now(), settle };
      if (!this.#makeRoom(one)) {
        settle(false);
        return;
      }
      const lanes = turn.isFirst ? this.#first : this.#others;
      const lane = lanes.get(turn.key);
      if (lane === undefined) lanes.set(turn.key, [one]);
      else lane.push(one);
      this.#count(one, 1);
      this.#advance();
    });
  }

  #leave(key: string): void {
    this.#running -= 1;
    const left = (this.#runningOf.get(key) ?? 1) - 1;
    if (left === 0) this.#runningOf.delete(key);
    else this.#runningOf.set(key, left);
    this.#advance();
  }

  #count({ isPassing }: Waiting, by: number): void {
    if (isPassing) this.#passing += by;
    else this.#waiting += by;
  }

  /** Whether one more may wait; one who goes first turns the newest of the longest other lane away for it. */
  #makeRoom({ turn, isPassing }: Waiting): boolean {
    const { waitingMax, waitingMaxPerKey = waitingMax } = this.#bounds;
    const own = (turn.isFirst ? this.#first : this.#others).get(turn.key)?.length ?? 0;
    if (own >= waitingMaxPerKey) return false;
    if ((isPassing ? this.#passing : this.#waiting) < waitingMax) return true;
    if (!turn.isFirst) return false;
    let longest: Waiting[] = [];
    for (const lane of this.#others.values()) {
      if (lane.length > longest.length && lane.at(-1)?.isPassing === isPassing) longest = lane;
    }
    const last = longest.pop();
    if (last === undefined) return false;
    if (longest.length === 0) this.#others.delete(last.turn.key);
    this.#count(last, -1);
    last.settle(false);
    return true;
  }

  /** Lets in whoever has a place. */
  #advance(): void {
    for (let next = this.#take(); next !== undefined; next = this.#take()) {
      const { turn, isPassing, sinceMs, settle } = next;
      const { patienceMs = Number.POSITIVE_INFINITY } = this.#bounds;
      const isIn = performance.now() - sinceMs <= patienceMs;
      if (isIn && !isPassing) {
        this.#running += 1;
        this.#runningOf.set(turn.key, (this.#runningOf.get(turn.key) ?? 0) + 1);
      }
      settle(isIn);
    }
  }

  #take(): Waiting | undefined {
    if (this.#running >= Math.max(1, this.#bounds.atOnce)) return undefined;
    return this.#takeOf(this.#first) ?? this.#takeOf(this.#others);
  }

  /** The next of the first key that has a place; the key goes behind the others. */
  #takeOf(lanes: Lanes): Waiting | undefined {
    const { atOncePerKey = Number.POSITIVE_INFINITY } = this.#bounds;
    for (const [key, lane] of lanes) {
      if ((this.#runningOf.get(key) ?? 0) >= atOncePerKey) continue;
      const next = lane.shift();
      lanes.delete(key);
      if (lane.length > 0) lanes.set(key, lane);
      if (next === undefined) continue;
      this.#count(next, -1);
      return next;
    }
    return undefined;
  }
}
