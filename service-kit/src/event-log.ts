/**
 * The log of what happens to people and processes: one line for each event, with what it is about. Of what happens often so
 * many lines are written in a second, and then one that says how many more there were.
 */
import type { Logger } from "./logger.ts";

/** Lines of one event in one window. */
const linesMax = 20;
const windowMs = 1_000;

type Level = "info" | "warn";

/** What a line is about, under names that are not the line's own. */
export interface EventFields {
  readonly [name: string]: unknown;
  readonly level?: never;
  readonly time?: never;
  readonly msg?: never;
  readonly service?: never;
}

export class EventLog {
  readonly #logger: Logger;
  readonly #counts = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /**
   * @param event one of a closed list, such as `signed in`: it is the line's text and its field `event`
   * @param fields what it is about; not asked for where no line is written
   */
  tell(event: string, fields: () => EventFields, level: Level = "info"): void {
    if (!this.#logger.isLevelEnabled(level)) return;
    const count = (this.#counts.get(event) ?? 0) + 1;
    this.#counts.set(event, count);
    this.#timer ??= setTimeout(() => this.sum(), windowMs).unref();
    if (count <= linesMax) this.#logger[level]({ event, ...fields() }, event);
  }

  /** Ends the window: says how many more there were. */
  sum(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const [event, count] of this.#counts) {
      if (count <= linesMax) continue;
      const more = count - linesMax;
      this.#logger.info({ event, more }, `${event}: ${more} more in the same second`);
    }
    this.#counts.clear();
  }
}
