/** Which fault comes when: drawn from a seed, so that a run can be made again. */
import fc from "fast-check";

/** A sort of fault, as far as the schedule knows it. */
export interface FaultSort {
  readonly name: string;
  /** The shortest and the longest that it lasts. */
  readonly lastsMs: readonly [least: number, most: number];
}

/** A fault as it is planned. */
export interface PlannedFault {
  /** From the beginning of the run. */
  readonly atMs: number;
  readonly name: string;
  readonly lastsMs: number;
  /** Picks the process among those that the sort of fault may hit. */
  readonly pick: number;
  /** How much of it, from 0 to 1: how far off a clock is, how late a link. */
  readonly share: number;
}

/** Between two beginnings. */
const gapMs = { min: 500, max: 3_500 };
const most = 2 ** 30;

const drawn = fc.noBias(
  fc.record({
    gapMs: fc.integer(gapMs),
    length: fc.integer({ min: 0, max: most }),
    pick: fc.nat(most),
    share: fc.integer({ min: 0, max: most }),
  }),
);

/**
 * The faults of a run of so long, each sort as often as the others: all of them in a random order, then all again. Some
 * begin while others last.
 */
export function schedule(
  seed: number,
  runMs: number,
  sorts: readonly FaultSort[],
): readonly PlannedFault[] {
  const size = sorts.length;
  const round = fc.tuple(
    fc.noBias(fc.shuffledSubarray([...sorts], { minLength: size })),
    fc.array(drawn, { minLength: size, maxLength: size }),
  );
  const rounds = Math.ceil(runMs / (size * gapMs.min)) + 1;
  const planned: PlannedFault[] = [];
  let atMs = 0;
  for (const [order, draws] of fc.sample(round, { seed, numRuns: rounds })) {
    for (const [index, { name, lastsMs }] of order.entries()) {
      const draw = draws[index];
      if (draw === undefined) continue;
      atMs += draw.gapMs;
      if (atMs > runMs) return planned;
      const [least, longest] = lastsMs;
      planned.push({
        atMs,
        name,
        lastsMs: Math.round(least + ((longest - least) * draw.length) / most),
        pick: draw.pick,
        share: draw.share / most,
      });
    }
  }
  return planned;
}
