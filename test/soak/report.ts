/** What a soak has shown, for people. */
import type { SoakReport } from "./run.ts";

function timesLine(name: string, timesMs: readonly number[]): string {
  const sorted = [...timesMs].sort((one, other) => one - other);
  const at = (share: number): string => {
    const ms = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
    return ms === undefined ? "-" : String(Math.round(ms));
  };
  return `  ${name.padEnd(44)} ${String(sorted.length).padStart(5)} ${[0.5, 0.99, 1].map((share) => at(share).padStart(8)).join("")}`;
}

const head = `  ${"".padEnd(44)} ${"n".padStart(5)}      p50     p99     max`;

export function tellReport({ counts, recoveriesMs, bansMs, violations }: SoakReport): string {
  const lines = [
    "",
    ...counts,
    "",
    "ms from a fault to the next message that was said and stands",
    head,
    ...[...recoveriesMs].sort().map(([name, times]) => timesLine(name, times)),
    "",
    "ms of bans",
    head,
    ...[...bansMs].map(([name, times]) => timesLine(name, times)),
    "",
    violations.length === 0 ? "no violation" : `VIOLATIONS\n${violations.join("\n")}`,
  ];
  return lines.join("\n");
}
