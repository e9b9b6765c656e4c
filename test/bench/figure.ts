/**
 * A measured figure. `ratio` is to the floor measured in the same run; `goal` is what the ratio, or the value where there
 * is none, should not exceed.
 */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly ratio?: number;
  readonly goal?: number;
}

const round = (value: number): string => value.toPrecision(3);

/** A table for people. */
export function table(title: string, figures: readonly Figure[]): string {
  const rows = figures.map(({ name, value, unit, ratio, goal }) => [
    name,
    `${round(value)} ${unit}`,
    ratio === undefined ? (goal === undefined ? "floor" : "") : `× ${round(ratio)}`,
    goal === undefined ? "" : `≤ ${goal}${(ratio ?? value) <= goal ? " ✓" : " missed"}`,
  ]);
  const widths = [0, 1, 2, 3].map((at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  return [title, ...lines.map((line) => `  ${line}`)].join("\n");
}
