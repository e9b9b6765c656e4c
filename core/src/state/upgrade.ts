/**
 * How a state of an older layout is read. The journal is trimmed behind snapshots, so what an old version has written
 * cannot be replayed: no step is ever taken out.
 */

/** A field's name and some of its values, as `codec.ts` writes them. */
export type StateLine = readonly [field: string, items: readonly unknown[]];

/** A line of one layout as lines of the next: none where it goes, several where a field falls into two. */
type Step = (line: StateLine) => readonly StateLine[];

/** The step at index n leads from layout n + 1 to layout n + 2. */
const steps: readonly Step[] = [];

/** A line of layout `from` as lines of layout `to`. */
export function upgraded(line: StateLine, from: number, to: number): readonly StateLine[] {
  let lines: readonly StateLine[] = [line];
  for (const step of steps.slice(from - 1, to - 1)) lines = lines.flatMap((each) => step(each));
  return lines;
}
