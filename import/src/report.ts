/** What came of an import: how many of what, and what could not be carried, line by line. */

/** Lines that are kept; what is above is counted. */
const linesMax = 10_000;

export interface ReportLine {
  readonly kind: string;
  /** What it is about, as the source names it. */
  readonly what: string;
  readonly why: string;
}

interface Count {
  readonly read: number;
  readonly brought: number;
  readonly there: number;
  readonly left: number;
}

export interface Renamed {
  readonly kind: string;
  readonly from: string;
  readonly to: string;
}

export interface ReportSummary {
  readonly counts: Readonly<Record<string, Count>>;
  /** How often each reason was met. */
  readonly reasons: Readonly<Record<string, number>>;
  readonly lines: readonly ReportLine[];
  /** Bytes by kind, as the house stores them. */
  readonly bytes: Readonly<Record<string, number>>;
  readonly linesLeftOut: number;
  /** What is called otherwise here, for its name is taken, looks like one that is, or is none. */
  readonly renamed: readonly Renamed[];
}

type Step = keyof Count;

export class Report {
  readonly #counts = new Map<string, Record<Step, number>>();
  readonly #reasons = new Map<string, number>();
  readonly #lines: ReportLine[] = [];
  readonly #renamed: Renamed[] = [];
  readonly #bytes = new Map<string, number>();
  #leftOut = 0;

  /** Something was read, stored, there already, or left where it was. */
  count(kind: string, step: Step, n = 1): void {
    const counts = this.#counts.get(kind) ?? { read: 0, brought: 0, there: 0, left: 0 };
    this.#counts.set(kind, counts);
    counts[step] += n;
  }

  /** Something of it, or all of it, could not be carried as it was. */
  say(kind: string, what: string, why: string): void {
    this.#reasons.set(`${kind}: ${why}`, (this.#reasons.get(`${kind}: ${why}`) ?? 0) + 1);
    if (this.#lines.length < linesMax) this.#lines.push({ kind, what: what.slice(0, 200), why });
    else this.#leftOut += 1;
  }

  /** It is not carried at all. */
  leave(kind: string, what: string, why: string): void {
    this.count(kind, "left");
    this.say(kind, what, why);
  }

  /** Something that is brought has so many bytes. */
  weigh(kind: string, bytes: number): void {
    this.#bytes.set(kind, (this.#bytes.get(kind) ?? 0) + bytes);
  }

  renamed(kind: string, from: string, to: string): void {
    this.#renamed.push({ kind, from, to });
  }

  get summary(): ReportSummary {
    return {
      counts: Object.fromEntries([...this.#counts].map(([kind, counts]) => [kind, { ...counts }])),
      reasons: Object.fromEntries(this.#reasons),
      lines: this.#lines,
      bytes: Object.fromEntries(this.#bytes),
      linesLeftOut: this.#leftOut,
      renamed: this.#renamed,
    };
  }
}
