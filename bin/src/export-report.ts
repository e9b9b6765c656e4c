/** What an export tells when it is done. */
import { z } from "zod";
import { carriedShape } from "./import-report.ts";

export const exportReport = z.object({ path: z.string(), ...carriedShape });
export type ExportReport = z.infer<typeof exportReport>;

/** Below each export's options. */
export const wholeOrNot = `What is written holds password hashes and everybody's words but whispers; it is its owner's alone. It has its name once it is
whole: a run that was killed leaves a hidden folder beside it, which the next run takes away.`;

export const exportOptions = {
  verbose: { help: "name each thing that cannot be carried as it is" },
} as const;

/** @param verbose whether each thing is named that cannot be carried as it is */
export function inWords(report: ExportReport, verbose: boolean): readonly string[] {
  const { path, counts, renamed, lines, linesLeftOut, seconds } = report;
  const reasons = Object.entries(report.reasons);
  return [
    `${path} is whole. It holds password hashes and people's words. What there is in it:`,
    ...Object.entries(counts).map(
      ([kind, { read, brought, left = 0 }]) =>
        `  ${kind}: ${brought} of ${read}${left === 0 ? "" : `, ${left} left`}`,
    ),
    ...renamed.map(({ kind, from, to }) => `  ${kind} ${from} is called ${to} there`),
    ...(reasons.length === 0 ? [] : ["What could not be carried as it is:"]),
    ...reasons.map(([reason, n]) => `  ${reason}${n === 1 ? "" : ` (${n} times)`}`),
    ...(verbose ? lines.map(({ kind, what, why }) => `  ${kind} ${what}: ${why}`) : []),
    ...(verbose && linesLeftOut > 0 ? [`  and ${linesLeftOut} more`] : []),
    `It took ${seconds.toFixed(1)} s.`,
  ];
}
