/** What is said of shared settings that were put. */
import { z } from "zod";
import type { Put } from "../../shared-settings.ts";
import { exitCode } from "../exit-code.ts";

export const putOutput = z.object({
  revision: z.int().describe("that holds now; 0: none"),
  changes: z.array(
    z.object({
      key: z.string(),
      text: z.string(),
      followed: z.boolean().describe("false: it holds after a restart alone"),
    }),
  ),
  processes: z.array(
    z.object({
      name: z.string(),
      outcome: z.enum(["taken", "refused", "silent", "older"]),
      why: z.string().exactOptional(),
      own: z.array(z.string()).describe("changed settings that its own file or environment beats"),
      restart: z.array(z.string()).describe("changed settings that hold after a restart"),
      unknown: z.array(z.string()).describe("changed settings that its version does not know"),
    }),
  ),
  unlogged: z
    .string()
    .exactOptional()
    .describe("they are put, and the audit log does not know it: why"),
});
type Output = z.infer<typeof putOutput>;

const outcomeWords: Readonly<Record<Output["processes"][number]["outcome"], string>> = {
  taken: "taken",
  refused: "refused, what was before stays",
  silent: "no answer; it takes them once it can read them",
  older: "it does not follow shared settings: an older version, or NATS' configuration is",
};

export const asOutput = ({ revision, changes, processes, ...rest }: Put): Output => ({
  ...rest,
  revision,
  changes: [...changes],
  processes: processes.map(({ own, restart, unknown, ...rest }) => ({
    ...rest,
    own: [...own],
    restart: [...restart],
    unknown: [...unknown],
  })),
});

/** @param isDry nothing was put */
export function sayPut(
  { revision, changes, processes, unlogged }: Output,
  isDry: boolean,
): string[] {
  if (changes.length === 0) return [`Nothing differs; revision ${revision} holds.`];
  const list = (words: string, keys: readonly string[]): string[] =>
    keys.length === 0 ? [] : [`${words}: ${keys.join(", ")}`];
  const lines = processes.map(({ name, outcome, why, own, restart, unknown }) =>
    [
      `${name}: ${outcomeWords[outcome]}${why === undefined ? "" : `: ${why}`}`,
      ...list("its own stays", own),
      ...list("after a restart", restart),
      ...list("not known to it", unknown),
    ].join("; "),
  );
  return [
    ...changes.map(({ text, followed }) => `${text}${followed ? "" : " (after a restart)"}`),
    isDry
      ? `Nothing is put; revision ${revision} holds.`
      : `Revision ${revision} holds for all processes.`,
    ...(unlogged === undefined
      ? []
      : [`The audit log does not know of it: ${unlogged}. Processes take it within seconds.`]),
    ...lines,
  ];
}

/** Whether every process has taken them. */
export const codeOf = ({ processes }: Output): number =>
  processes.every(({ outcome }) => outcome === "taken") ? exitCode.done : exitCode.refused;

export const putCodes = {
  0: "every process has taken them, or nothing differs",
  1: "refused, or a process has not taken them: the words say which",
  2: "a value is wrong, and nothing is put",
} as const;
