/** The proof that each rule is needed: without it some recording that was played differs. */
import { Judge } from "../judge.ts";
import type { Step } from "../recording.ts";
import { titleOf } from "../score.ts";
import type { SockchatRun } from "./replay.ts";
import { type Rules, rewritten } from "./rewrite.ts";
import type { Rule } from "./rule.ts";
import { rules as all } from "./rules.ts";

const without = ({ steps, contexts }: Rules, rule: Rule): Rules => ({
  steps: steps.filter((each) => each !== rule),
  contexts: contexts.filter((each) => each !== rule),
});

/** What is played at a step. */
const played = ({ line, who, action }: Step): string => JSON.stringify([line, who, action]);

/** What judging a kept run by other rules shows; `unknown`: something else would have been played. */
type Verdict = "differs" | "same" | "unknown";

function judgeBy(run: SockchatRun, rules: Rules): Verdict {
  const { recording, judgement } = run;
  const { steps } = rewritten(recording.steps, recording.seed, rules);
  const judge = new Judge({ ...judgement, recording: { ...recording, steps } });
  for (const [index, { step, ours }] of run.played.entries()) {
    const other = steps[index];
    if (other === undefined || played(other) !== played(step)) return "unknown";
    judge.begin(other);
    if (judge.end(ours).length > 0) return "differs";
  }
  return steps.length === run.played.length ? "same" : "unknown";
}

/** The runs of which only a play can tell whether they differ without a rule; undefined where one surely does. */
function unlessProven(
  rule: Rule,
  runs: readonly SockchatRun[],
): readonly SockchatRun[] | undefined {
  const unknown: SockchatRun[] = [];
  // Where the rule changes most it is soonest proven.
  const changed = (run: SockchatRun): number => run.score.byRule.get(titleOf(rule)) ?? 0;
  for (const run of [...runs].sort((one, other) => changed(other) - changed(one))) {
    const verdict = judgeBy(run, without(all, rule));
    if (verdict === "differs") return undefined;
    if (verdict === "unknown") unknown.push(run);
  }
  return unknown;
}

/** Recordings that are played at once; each has a house of its own, and mostly waits. */
const playedAtOnce = 3;

/**
 * Judges kept runs again without each rule in turn.
 * @param play plays a recording by other rules, where without the rule something else is done
 * @returns the titles of rules without which nothing differs
 */
export async function idleRules(
  runs: readonly SockchatRun[],
  play: (run: SockchatRun, rules: Rules) => Promise<SockchatRun>,
): Promise<readonly string[]> {
  const unproven: { readonly rule: Rule; readonly unknown: readonly SockchatRun[] }[] = [];
  for (const rule of [...all.steps, ...all.contexts]) {
    const unknown = unlessProven(rule, runs);
    if (unknown !== undefined) unproven.push({ rule, unknown });
  }
  const idle: string[] = [];
  const lane = async (): Promise<void> => {
    for (let next = unproven.pop(); next !== undefined; next = unproven.pop()) {
      const { rule, unknown } = next;
      if (!(await differsPlayed(unknown, without(all, rule), play))) idle.push(titleOf(rule));
    }
  };
  await Promise.all(Array.from({ length: playedAtOnce }, lane));
  return idle;
}

async function differsPlayed(
  runs: readonly SockchatRun[],
  rules: Rules,
  play: (run: SockchatRun, rules: Rules) => Promise<SockchatRun>,
): Promise<boolean> {
  const shortestFirst = [...runs].sort((one, other) => one.played.length - other.played.length);
  for (const run of shortestFirst) {
    const { differences } = await play(run, rules);
    if (differences.length > 0) return true;
  }
  return false;
}
