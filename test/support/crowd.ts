/** Four people who speak through faults, over both protocols, and what is to be true of what they heard. */
import assert from "node:assert/strict";
import type { EdgeProtocol } from "@dragoman/bin";
import type { Bus } from "@dragoman/service-kit";
import { eventually } from "@dragoman/testing/deadline";
import { type Door, numberOf, openChannel } from "./connection.ts";
import { postedTexts, readJournal } from "./journal.ts";
import { Ledger } from "./ledger.ts";
import { Person } from "./person.ts";

/** A message that came back to its author; moments of the monotonic clock. */
export interface Accepted {
  readonly saidMs: number;
  readonly acceptedMs: number;
}

const names: readonly (readonly [name: string, protocol: EdgeProtocol])[] = [
  ["ada", "originchats"],
  ["ben", "sockchat"],
  ["mona", "originchats"],
  ["olga", "sockchat"],
];
/** Between two messages of one person. */
const rhythmMs = 100;
const heardMs = 30_000;

export class Crowd {
  readonly #ledger = new Ledger(performance.now());
  readonly #people: readonly Person[];
  readonly #accepted = new Map<string, Accepted[]>();

  /** @param doorsOf the gateways of a protocol; whoever looks for the next one looks there again */
  constructor(doorsOf: (protocol: EdgeProtocol) => readonly Door[]) {
    this.#people = names.map(([name, protocol], n) => {
      const accepted: Accepted[] = [];
      this.#accepted.set(name, accepted);
      return new Person({
        name,
        doors: () => {
          const doors = doorsOf(protocol);
          const own = (n >> 1) % doors.length;
          return [...doors.slice(own), ...doors.slice(0, own)];
        },
        channels: [openChannel],
        ledger: this.#ledger,
        // The house of these tests shows fewer lines of what was missed than are said meanwhile.
        isBeside: true,
        onAccepted: (saidMs, acceptedMs) => void accepted.push({ saidMs, acceptedMs }),
      });
    });
  }

  /** Everybody speaks, and is heard. */
  async begin(limitMs: number): Promise<void> {
    for (const person of this.#people)
      person.begin({ channel: openChannel, pauseMs: () => rhythmMs });
    await this.everybodyHeard(limitMs);
  }

  /** What came back to its author, in order, by author. */
  get accepted(): ReadonlyMap<string, readonly Accepted[]> {
    return this.#accepted;
  }

  /** Waits until each, or each of those who are named, has said something more that stands. */
  async everybodyHeard(limitMs: number, names = [...this.#accepted.keys()]): Promise<void> {
    const counts = (): readonly number[] =>
      names.map((name) => this.#accepted.get(name)?.length ?? 0);
    const marks = counts();
    await eventually(limitMs, `${names.join(", ")} heard`, () =>
      counts().every((count, n) => count > (marks[n] ?? 0)),
    );
  }

  /** What authors were told of messages that do not stand, and how often. */
  get reasons(): ReadonlyMap<string, number> {
    return this.#ledger.reasons;
  }

  /** Who was not let in, why, and how often. */
  get refusals(): ReadonlyMap<string, ReadonlyMap<string, number>> {
    return new Map(this.#people.map(({ name, refusals }) => [name, refusals]));
  }

  /** Nobody says anything more. */
  async settle(): Promise<void> {
    await Promise.all(this.#people.map((person) => person.settle()));
  }

  /**
   * Nothing that was accepted is lost, doubled or out of order, and every connection heard a piece of the journal without a
   * gap, up to its end where it is open. Call behind `settle`.
   * @param bus core's
   * @param besides what others said
   * @returns what there was, in words
   */
  async judge(bus: Bus, besides: readonly string[] = []): Promise<string> {
    const texts = postedTexts(await readJournal(bus)).filter((text) => !besides.includes(text));
    const posted = texts.map((text) => numberOf(text) ?? -1);
    await Promise.all(this.#people.map((person) => person.comeIn()));
    await eventually(heardMs, "the last word with everybody", () =>
      this.#people.every((person) => person.last(openChannel) === posted.at(-1)),
    );
    const found = this.#ledger.store(openChannel, posted);
    assert.deepEqual([...found, ...this.#people.flatMap((person) => person.faults())], []);
    const visits = this.#people.map((person) => person.visits.length).join(", ");
    return `${posted.length} messages; connections of each: ${visits}`;
  }

  end(): void {
    for (const person of this.#people) person.end();
  }
}
