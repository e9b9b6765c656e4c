import { inOneLine } from "./terminal-text.ts";

/** Rows in columns of equal width; the first two begin at the left, as words do, all others end at the right. */
export function columns(rows: readonly (readonly (string | number)[])[]): readonly string[] {
  const cells = rows.map((row) => row.map((cell) => inOneLine(String(cell))));
  const widths = (cells[0] ?? []).map((_, at) =>
    cells.reduce((widest, row) => Math.max(widest, row[at]?.length ?? 0), 0),
  );
  return cells.map((row) =>
    row
      .map((cell, at) => {
        const width = widths[at] ?? 0;
        return at < 2 ? cell.padEnd(width) : cell.padStart(width);
      })
      .join("  ")
      .trimEnd(),
  );
}
