/** The table of lines of a stage: many are written at once where their ids rise, as they do in nearly every source. */
import type Database from "libsql";

/** A line as it is staged. */
export interface StagedLine {
  readonly ord: bigint;
  readonly weight: number;
  readonly face: number | null;
  readonly channel: number;
  readonly text: string;
  readonly isAction: boolean;
  readonly atMs: number | null;
  readonly editedAtMs: number | null;
  readonly isDeleted: boolean;
  readonly ident: string | null;
}

/** Lines that one statement writes: each statement costs more than what it writes. */
const linesAtOnce = 40;
const columns =
  "ord, weight, face, channel, text, is_action, at_ms, edited_ms, is_deleted, ident" as const;
const values = `(${columns.replace(/[a-z_]+/g, "?")})`;

export class LineTable {
  readonly #many: Database.Statement;
  readonly #one: Database.Statement;
  readonly #weightOf: Database.Statement;
  #waiting: StagedLine[] = [];
  /** The highest that was put. */
  #highest = -1n;

  constructor(db: Database.Database) {
    const insert = `INSERT INTO said (${columns}) VALUES`;
    this.#many = db.prepare(`${insert} ${Array(linesAtOnce).fill(values).join(", ")}`);
    this.#one = db.prepare(`${insert} ${values}
      ON CONFLICT (ord) DO UPDATE SET weight = excluded.weight, face = excluded.face,
        channel = excluded.channel, text = excluded.text, is_action = excluded.is_action,
        at_ms = excluded.at_ms, edited_ms = excluded.edited_ms, is_deleted = excluded.is_deleted
      WHERE excluded.weight > said.weight`);
    this.#weightOf = db.prepare("SELECT weight FROM said WHERE ord = ?").raw();
  }

  /** Puts a line where the other of its id weighs less. @returns whether there is no other that weighs as much */
  put(line: StagedLine): boolean {
    if (line.ord > this.#highest) {
      this.#highest = line.ord;
      this.#waiting.push(line);
      if (this.#waiting.length === linesAtOnce) {
        const all: Value[] = [];
        for (const each of this.#waiting) all.push(...valuesOf(each));
        this.#many.run(all);
        this.#waiting = [];
      }
      return true;
    }
    this.flush();
    if (this.#one.run(...valuesOf(line)).changes > 0) return true;
    const [weight] = this.#weightOf.get(line.ord) as [number];
    return weight !== line.weight;
  }

  /** Writes what waits. */
  flush(): void {
    for (const line of this.#waiting.splice(0)) this.#one.run(...valuesOf(line));
  }
}

type Value = bigint | number | string | null;

const valuesOf = (line: StagedLine): Value[] => [
  line.ord,
  line.weight,
  line.face,
  line.channel,
  line.text,
  line.isAction ? 1 : 0,
  line.atMs,
  line.editedAtMs,
  line.isDeleted ? 1 : 0,
  line.ident,
];
