/**
 * Events that an edge tells of together (`Edge.gather`): they wait until none of their key has come for a while,
 * and no key is told of too often. Lives as long as the roster that it renders by.
 */
import type { Event } from "@dragoman/bus-schema";

/** What an event waits under, how long after the last of the key, and how long between two tellings. */
export interface Gathering {
  readonly key: string;
  readonly afterMs: number;
  readonly againMs: number;
}

interface Gathered {
  events: Event[];
  timer: NodeJS.Timeout | undefined;
  /** When the key was last told of, on the monotonic clock. */
  toldMs: number;
}

/** Events of one key that wait at most; above it they are told of at once. */
const eventsMax = 1_000;

export class Gatherer {
  readonly #tell: (events: readonly Event[]) => void;
  readonly #keys = new Map<string, Gathered>();

  constructor(tell: (events: readonly Event[]) => void) {
    this.#tell = tell;
  }

  add(event: Event, { key, afterMs, againMs }: Gathering): void {
    const gathered = this.#keys.get(key) ?? {
      events: [],
      timer: undefined,
      toldMs: Number.NEGATIVE_INFINITY,
    };
    this.#keys.set(key, gathered);
    gathered.events.push(event);
    clearTimeout(gathered.timer);
    const nowMs = performance.now();
    const waitMs =
      gathered.events.length >= eventsMax
        ? 0
        : Math.max(afterMs, gathered.toldMs + againMs - nowMs);
    gathered.timer = setTimeout(() => this.#due(key, gathered, againMs), waitMs).unref();
  }

  /** Forgets everything untold: the roster is gone, or the gateway ends. */
  clear(): void {
    for (const { timer } of this.#keys.values()) clearTimeout(timer);
    this.#keys.clear();
  }

  /** Tells, and keeps the key until it may be told of again. */
  #due(key: string, gathered: Gathered, againMs: number): void {
    const events = gathered.events;
    gathered.events = [];
    gathered.toldMs = performance.now();
    gathered.timer = setTimeout(() => {
      if (gathered.events.length === 0) this.#keys.delete(key);
    }, againMs).unref();
    this.#tell(events);
  }
}
