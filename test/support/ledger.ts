/**
 * The ledger of a run: every message has a number, and what its author was told of it is compared with what is stored
 * and with what each connection was given. It says in words what was lost, doubled, invented, out of order, shown to
 * whom it is not for, or stored though it was refused.
 */

/** What an author knows of a message: nothing yet, that it stands, that it was refused, or nothing for good. */
export type Outcome = "sent" | "accepted" | "refused" | "unknown";

interface Entry {
  readonly author: string;
  readonly channel: string;
  /** By the monotonic clock. */
  readonly sentMs: number;
  outcome: Outcome;
  why: string;
}

/** What one connection was given of a channel, in the order in which it came; what a page showed stands first. */
export interface Hearing {
  readonly reader: string;
  readonly channel: string;
  readonly numbers: readonly number[];
  /** The last that the same person had heard before; absent where there was nothing, or no page tells what was missed. */
  readonly behind?: number;
  /** Whether it is there to the end of the run, and so must have heard everything. */
  readonly isOpen: boolean;
}

/** Somebody was put out. */
export interface Ban {
  readonly name: string;
  /** When whoever asked for it was told that it is done, by the monotonic clock. */
  readonly acknowledgedMs: number;
  /** The last message that stands before it, where somebody heard of both. */
  readonly behind?: number;
}

export class Ledger {
  readonly #beginMs: number;
  /** By number. */
  readonly #entries: Entry[] = [];
  /** Where each message stands in its channel. */
  readonly #places = new Map<number, number>();
  readonly #stored = new Map<string, readonly number[]>();

  /** @param beginMs what times are told from, by the monotonic clock */
  constructor(beginMs = 0) {
    this.#beginMs = beginMs;
  }

  /** Enters a message that is about to be sent. @returns its number */
  send(author: string, channel: string, sentMs: number): number {
    return this.#entries.push({ author, channel, sentMs, outcome: "sent", why: "" }) - 1;
  }

  /** @param why what the author was told, or met */
  settle(number: number, outcome: Outcome, why = ""): void {
    const entry = this.#entries[number];
    if (entry === undefined) throw new Error(`no message ${number} was sent`);
    entry.outcome = outcome;
    entry.why = why;
  }

  /** How many there are of each outcome. */
  get counts(): Readonly<Record<Outcome, number>> {
    const counts = { sent: 0, accepted: 0, refused: 0, unknown: 0 };
    for (const { outcome } of this.#entries) counts[outcome] += 1;
    return counts;
  }

  /** How many of those with an outcome are stored. */
  storedOf(outcome: Outcome): number {
    return [...this.#places.keys()].filter((n) => this.#entries[n]?.outcome === outcome).length;
  }

  /** How often authors were told the same. */
  get reasons(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const { outcome, why } of this.#entries) {
      if (outcome === "accepted") continue;
      const told = `${outcome}: ${why}`;
      counts.set(told, (counts.get(told) ?? 0) + 1);
    }
    return counts;
  }

  /** Takes what is stored in a channel, in its order. @returns what is wrong with it */
  store(channel: string, numbers: readonly number[]): readonly string[] {
    const found: string[] = [];
    this.#stored.set(channel, numbers);
    for (const [place, number] of numbers.entries()) {
      const entry = this.#entries[number];
      const isAgain = this.#places.has(number);
      if (!isAgain) this.#places.set(number, place);
      if (isAgain) found.push(`doubled in ${channel}: ${this.tell(number)}`);
      else if (entry?.channel !== channel) found.push(`invented in ${channel}: message ${number}`);
      else if (entry.outcome === "refused") found.push(`refused and stored: ${this.tell(number)}`);
    }
    const last = new Map<string, number>();
    for (const [number, { author, channel: of, outcome }] of this.#entries.entries()) {
      if (of !== channel || outcome !== "accepted") continue;
      const place = this.#places.get(number);
      const before = last.get(author);
      if (place === undefined) found.push(`lost from ${channel}: ${this.tell(number)}`);
      else if (before !== undefined && place < (this.#places.get(before) ?? 0))
        found.push(`out of order in ${channel}: ${this.tell(number)} before ${this.tell(before)}`);
      else last.set(author, number);
    }
    return found;
  }

  /** What is wrong with what a connection heard: it must be a piece of what is stored, without a hole or a double. */
  hear({ reader, channel, numbers, behind, isOpen }: Hearing): readonly string[] {
    const found: string[] = [];
    const stored = this.#stored.get(channel) ?? [];
    const first = numbers[0];
    const missed = behind === undefined ? undefined : this.#places.get(behind);
    let place = first === undefined ? undefined : this.#places.get(first);
    if (missed !== undefined && place !== undefined && place > missed + 1)
      found.push(`${reader} was not shown ${this.#between(stored, missed + 1, place)} on return`);
    if (first !== undefined && place === undefined)
      found.push(`${reader} heard what is not stored: ${this.tell(first)}`);
    for (const number of numbers.slice(1)) {
      const now = this.#places.get(number);
      if (now === undefined || this.#entries[number]?.channel !== channel)
        found.push(`${reader} heard what is not stored: ${this.tell(number)}`);
      else if (place !== undefined && now <= place)
        found.push(`${reader} heard again or too late: ${this.tell(number)}`);
      else if (place !== undefined && now > place + 1)
        found.push(`${reader} did not hear ${this.#between(stored, place + 1, now)}`);
      place = now ?? place;
    }
    if (isOpen && (place ?? -1) < stored.length - 1)
      found.push(`${reader} did not hear ${this.#between(stored, (place ?? -1) + 1)} at the end`);
    return found;
  }

  /** What somebody was given though put out: what was sent behind the acknowledgement, or stands behind the ban. */
  banned({ name, acknowledgedMs, behind }: Ban, numbers: readonly number[]): readonly string[] {
    const place = behind === undefined ? undefined : this.#places.get(behind);
    return numbers
      .filter((number) => {
        const isLater = (this.#entries[number]?.sentMs ?? 0) > acknowledgedMs;
        const isBehind = place !== undefined && (this.#places.get(number) ?? 0) > place;
        return isLater || isBehind;
      })
      .map((number) => `${name} was banned and heard ${this.tell(number)}`);
  }

  /** A message in words: its number, who sent it when, and what became of it. */
  tell(number: number): string {
    const entry = this.#entries[number];
    if (entry === undefined) return `message ${number}, which nobody sent`;
    const { author, channel, sentMs, outcome, why } = entry;
    const place = this.#places.get(number);
    const stands = place === undefined ? "not stored" : `stored at ${place}`;
    const at = `${((sentMs - this.#beginMs) / 1_000).toFixed(1)} s`;
    return `message ${number} of ${author} in ${channel} (sent at ${at}, ${outcome}${why && ` "${why}"`}, ${stands})`;
  }

  #between(stored: readonly number[], from: number, to = stored.length): string {
    const some = stored.slice(from, Math.min(to, from + 3)).map((number) => this.tell(number));
    return `${to - from} from ${some.join(", ")}`;
  }
}
