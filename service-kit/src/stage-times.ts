/**
 * When the newest of a row of things (messages, records) came to which stage: by their numbers, in arrays of one size, so
 * that it costs some writes into memory for each and the same memory for ever.
 */

/** Numbers that are remembered; a power of two. */
const sizeDefault = 16_384;

export class StageTimes<Stage extends string> {
  readonly #size: number;
  readonly #numbers: Float64Array;
  readonly #values: readonly (readonly [stage: Stage, values: Float64Array])[];
  readonly #byStage: ReadonlyMap<Stage, Float64Array>;

  /** @param stages what is remembered of each: times, or other numbers */
  constructor(stages: readonly Stage[], size = sizeDefault) {
    this.#size = size;
    this.#numbers = new Float64Array(size).fill(Number.NaN);
    this.#values = stages.map((stage) => [stage, new Float64Array(size).fill(Number.NaN)]);
    this.#byStage = new Map(this.#values);
  }

  /** Memory that it takes, in bytes. */
  get bytes(): number {
    return (this.#values.length + 1) * this.#numbers.byteLength;
  }

  /** Remembers a value of one of them; whichever had its place is forgotten. */
  mark(number: number, stage: Stage, value: number): void {
    const at = number % this.#size;
    if (this.#numbers[at] !== number) {
      this.#numbers[at] = number;
      for (const [, values] of this.#values) values[at] = Number.NaN;
    }
    const values = this.#byStage.get(stage);
    if (values !== undefined) values[at] = value;
  }

  /** What is remembered of one, in the order of the stages. */
  of(number: number): ReadonlyMap<Stage, number> {
    const at = number % this.#size;
    const found = new Map<Stage, number>();
    if (this.#numbers[at] !== number) return found;
    for (const [stage, values] of this.#values) {
      const value = values[at];
      if (value !== undefined && !Number.isNaN(value)) found.set(stage, value);
    }
    return found;
  }
}
