/** Whom a data folder means: by their ids, before February 2026 by their names. */
import type { SourcePerson, Who } from "../source.ts";
import { bareName } from "./people.ts";
import { textOf } from "./value.ts";

/** What the server itself speaks under. */
const speakers: ReadonlySet<string> = new Set(["originChats", "AutoMod"]);

export class Names {
  readonly #ids: ReadonlySet<string>;

  constructor(people: readonly SourcePerson[]) {
    this.#ids = new Set(people.map(({ id }) => id));
  }

  /** Whom a value names; nobody's things are the server's. */
  who(given: unknown): Who {
    const name = textOf(given, 100);
    if (name === undefined || speakers.has(name)) return { kind: "system" };
    if (this.#ids.has(name)) return { kind: "person", id: name };
    return { kind: "name", name: bareName(name) };
  }
}
