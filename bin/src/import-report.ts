/** What an import tells when it is done, and a dry run before. */

import type { ReportSummary } from "@dragoman/import";
import { z } from "zod";
import { inOneLine } from "./command/terminal-text.ts";

/** What a house takes in a second, for an estimate (docs/decisions/import.md, what it costs). */
const messagesPerSecond = 3_000;
const peoplePerSecond = 500;
const bytesPerSecond = 20 * 1024 * 1024;

/** What an import and an export say of what was carried. */
export const carriedShape = {
  counts: z
    .record(z.string(), z.record(z.string(), z.int()))
    .describe("by kind: how many were read, brought, there already, left"),
  bytes: z.record(z.string(), z.number()),
  reasons: z
    .record(z.string(), z.int())
    .describe("why something could not be carried as it was, and how often"),
  renamed: z.array(z.object({ kind: z.string(), from: z.string(), to: z.string() })),
  lines: z.array(z.object({ kind: z.string(), what: z.string(), why: z.string() })),
  linesLeftOut: z.int(),
  seconds: z.number(),
} as const;

export const importReport = z.object({
  ...carriedShape,
  dryRun: z.boolean(),
  estimateSeconds: z.number().exactOptional().describe("of a dry run: what it would take"),
});
export type ImportReport = z.infer<typeof importReport>;

/** What it would take, by what there is to bring; in seconds. */
function estimate({ counts, bytes }: ReportSummary): number {
  const brought = (kind: string): number => counts[kind]?.brought ?? 0;
  const { message: _, ...files } = bytes;
  const fileBytes = Object.values(files).reduce((sum, each) => sum + each, 0);
  const seconds =
    brought("message") / messagesPerSecond +
    brought("person") / peoplePerSecond +
    fileBytes / bytesPerSecond;
  return Math.max(1, Math.ceil(seconds));
}

export function reportOf(summary: ReportSummary, dryRun: boolean, seconds: number): ImportReport {
  const estimated = dryRun ? { estimateSeconds: estimate(summary) } : {};
  return { ...carriedOf(summary, seconds), dryRun, ...estimated };
}

/** As `carriedShape` has it. */
export function carriedOf(
  { counts, renamed, lines, ...rest }: ReportSummary,
  seconds: number,
): Omit<ImportReport, "dryRun" | "estimateSeconds"> {
  const byKind = Object.entries(counts).map(([kind, count]) => [kind, { ...count }] as const);
  return {
    ...rest,
    bytes: { ...rest.bytes },
    reasons: { ...rest.reasons },
    counts: Object.fromEntries(byKind),
    renamed: [...renamed],
    lines: [...lines],
    seconds,
  };
}

/**
 * Lines for a terminal, which names of strangers do not get to steer.
 * @param verbose whether each thing is named that cannot be carried as it was
 */
export function inWords(report: ImportReport, verbose: boolean): readonly string[] {
  const { counts, bytes, renamed, lines, linesLeftOut, dryRun, seconds } = report;
  const reasons = Object.entries(report.reasons);
  return [
    dryRun ? "Nothing was stored. What there is:" : "What there is, and what came of it:",
    ...Object.entries(counts).map(
      ([kind, { read, brought, there, left }]) =>
        `  ${kind}: ${read} read, ${brought} brought, ${there} there already, ${left} left`,
    ),
    ...Object.entries(bytes).map(([kind, n]) => `  ${kind}: ${megabytes(n)} MB`),
    ...(renamed.length === 0 ? [] : ["Called otherwise here, as the name is taken or none here:"]),
    ...renamed.map(({ kind, from, to }) => `  ${kind} ${from} is called ${to}`),
    ...(reasons.length === 0 ? [] : ["What could not be carried as it was:"]),
    ...reasons.map(([reason, n]) => `  ${reason}${n === 1 ? "" : ` (${n} times)`}`),
    ...(verbose ? lines.map(({ kind, what, why }) => `  ${kind} ${what}: ${why}`) : []),
    ...(verbose && linesLeftOut > 0 ? [`  and ${linesLeftOut} more`] : []),
    dryRun
      ? `It would take about ${report.estimateSeconds} s.`
      : `It took ${seconds.toFixed(1)} s.`,
  ].map(inOneLine);
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
