/** Judges runs that were kept again: without a rule, without a detour, or with a fault in what we sent. */
import type { Detour } from "./detour.ts";
import { Judge, type Judgement } from "./judge.ts";
import type { Outcome } from "./outcome.ts";
import type { PlayedStep } from "./play.ts";
import type { Difference } from "./protocol.ts";
import type { Step } from "./recording.ts";
import type { Rule } from "./rule.ts";
import { type Score, titleOf } from "./score.ts";

/** A recording that was played, and all that came. */
export interface Run<Frame, State> {
  readonly name: string;
  readonly judgement: Judgement<Frame, State>;
  readonly played: readonly PlayedStep[];
  readonly score: Score;
}

export interface Otherwise<Frame, State> {
  readonly rules?: readonly Rule<Frame, State>[];
  readonly detours?: readonly Detour[];
  /** What we would have sent. */
  readonly plant?: (ours: Outcome<string>, step: Step) => Outcome<string>;
}

/** What judging a run again shows; `unknown`: something else would have been done. */
type Verdict = readonly Difference[] | "unknown";

function verdictOf<Frame, State>(
  { judgement, played }: Run<Frame, State>,
  { rules = judgement.rules, detours = judgement.detours, plant }: Otherwise<Frame, State>,
): Verdict {
  const judge = new Judge({ ...judgement, rules, detours });
  for (const { step, action, ours } of played) {
    const turn = judge.begin(step);
    // With a fault other ids may be sent: what came of those of the run is judged all the same.
    const isOther = JSON.stringify(turn.action) !== JSON.stringify(action);
    if (plant === undefined && isOther) return "unknown";
    const differences = judge.end(plant?.(ours, step) ?? ours);
    if (differences.length > 0) return differences;
  }
  return [];
}

/**
 * Judges a run again, with a fault in it.
 * @returns the differences of the first step that has one
 */
export function judgeAgain<Frame, State>(
  run: Run<Frame, State>,
  { plant }: Required<Pick<Otherwise<Frame, State>, "plant">>,
): readonly Difference[] {
  const verdict = verdictOf(run, { plant });
  return verdict === "unknown" ? [] : verdict;
}

/** Whether a recording differs when it is played by other rules. */
export type PlayOtherwise<Frame, State> = (
  run: Run<Frame, State>,
  rules: readonly Rule<Frame, State>[],
) => Promise<boolean>;

/**
 * The proof that rules and detours are needed.
 * @param differs plays a recording again, where without a rule something else is done
 * @returns those without which no run differs, by their titles
 */
export async function idleIn<Frame, State>(
  runs: readonly Run<Frame, State>[],
  differs: PlayOtherwise<Frame, State>,
): Promise<readonly string[]> {
  const idle: string[] = [];
  for (const rule of runs[0]?.judgement.rules ?? []) {
    if (!(await isNeeded(rule, runs, differs))) idle.push(titleOf(rule));
  }
  for (const run of runs) {
    const { detours } = run.judgement;
    for (const detour of detours) {
      const rest = detours.filter((each) => each !== detour);
      const verdict = verdictOf(run, { detours: rest });
      // A detour whose action is left out changes what is done: that is what it is for.
      const isNeededHere = verdict === "unknown" ? detour.unsent === true : verdict.length > 0;
      if (!isNeededHere) idle.push(`${run.name} line ${detour.line}: ${detour.what}`);
    }
  }
  return idle;
}

async function isNeeded<Frame, State>(
  rule: Rule<Frame, State>,
  runs: readonly Run<Frame, State>[],
  differs: PlayOtherwise<Frame, State>,
): Promise<boolean> {
  const unknown: Run<Frame, State>[] = [];
  const without = (run: Run<Frame, State>): readonly Rule<Frame, State>[] =>
    run.judgement.rules.filter((each) => each !== rule);
  for (const run of runs) {
    if (!run.score.byRule.has(titleOf(rule))) continue;
    const verdict = verdictOf(run, { rules: without(run) });
    if (verdict === "unknown") unknown.push(run);
    else if (verdict.length > 0) return true;
  }
  for (const run of unknown) if (await differs(run, without(run))) return true;
  return false;
}

/** A fault that the replay must find: the difference that it makes on the wire. */
export interface Fault<Frame> {
  /** What a server with it does. */
  readonly what: string;
  /** What such a server sends in place of what we sent; the same object where it makes no difference. */
  readonly plant: (ours: Outcome<Frame>, step: Step) => Outcome<Frame>;
}

/** In which runs a fault makes a difference on the wire, and in which of those the replay finds it. */
export interface Finding {
  readonly what: string;
  readonly planted: readonly string[];
  readonly found: readonly string[];
}

/** Plants each fault in each run. */
export function findFaults<Frame, State>(
  runs: readonly Run<Frame, State>[],
  faults: readonly Fault<string>[],
): readonly Finding[] {
  return faults.map(({ what, plant }) => {
    const planted: string[] = [];
    const found: string[] = [];
    for (const run of runs) {
      if (run.played.every(({ ours, step }) => isSame(ours, plant(ours, step)))) continue;
      planted.push(run.name);
      if (judgeAgain(run, { plant }).length > 0) found.push(run.name);
    }
    return { what, planted, found };
  });
}

/** Whether they have the same frames and ends. */
function isSame(one: Outcome<string>, other: Outcome<string>): boolean {
  const told = ({ received, closed }: Outcome<string>): string =>
    JSON.stringify([[...received], [...closed]]);
  return one === other || told(one) === told(other);
}
