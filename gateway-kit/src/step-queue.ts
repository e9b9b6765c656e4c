/** The steps of one session that wait: those under way, and those that events have brought along. */
import type { Step } from "./edge.ts";

/** A step; where a hold ends; or where what was held before a commit of the session's own follows. */
export type Item = Step | { readonly do: "release" | "catch up" };

/**
 * Steps behind which a hold ends. A command among them asks anew: what has come before it is not held until its commit is
 * there, or that one's packets would stand ahead of what is older.
 */
export function released(steps: readonly Step[]): readonly Item[] {
  const found = steps.findIndex((step) => step.do === "command");
  const at = found < 0 ? steps.length : found;
  return [...steps.slice(0, at), { do: "release" }, ...steps.slice(at)];
}

export class StepQueue {
  /** Under way; the next is the last. */
  #items: Item[] = [];
  /** Brought along by events, to run behind those under way, and how many of them are older than the own commit. */
  #interjected: Item[] = [];
  #older = 0;

  /** The next one; those of events once nothing else is under way. */
  next(): Item | undefined {
    if (this.#items.length > 0) return this.#items.pop();
    this.push(this.#interjected);
    this.#interjected = [];
    this.#older = 0;
    return this.#items.pop();
  }

  /** Puts them in front of those under way. */
  push(items: readonly Item[]): void {
    for (let at = items.length - 1; at >= 0; at -= 1) this.#items.push(items[at] as Item);
  }

  interject(items: readonly Item[]): void {
    this.#interjected.push(...items);
  }

  /** A commit of the session's own begins: what events have brought along until now is older. */
  mark(): void {
    this.#older = this.#interjected.length;
  }

  /** Takes the steps that older events have brought along, and where what was held with them follows. */
  takeOlder(): readonly Item[] {
    const older = this.#interjected.splice(0, this.#older);
    this.#older = 0;
    return older.length === 0 ? [] : [...older, { do: "catch up" }];
  }

  /** Those under way are run no more. */
  clear(): void {
    this.#items = [];
  }
}
