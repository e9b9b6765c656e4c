/** Judges runs that were kept again: without a rule, without a detour, or with a fault in what we sent. */
import type { Detour } from "./detour.ts";
import { Judge, type Judgement } from "./judge.ts";
import type { Outcome } from "./outcome.ts";
import type { PlayedStep } from "./play.ts";
import type { Difference } from "./protocol.ts";
import type { Step } from "./recording.ts";
import type { Rule } from "./rule.ts";
import { titleOf } from "./score.ts";

/** A recording that was played, and all that came. */
export interface Run<Frame, State> {
  readonly name: string;
  readonly judgement: Judgement<Frame, State>;
  readonly played: readonly PlayedStep[];
}

export interface Otherwise<Frame, State> {
  readonly rules?: readonly Rule<Frame, State>[];
  readonly detours?: readonly Detour[];
  /** What we would have sent. */
  readonly plant?: (ours: Outcome<string>, step: Step) => Outcome<string>;
}

/** @returns the differences, to the first step that has one */
export function judgeAgain<Frame, State>(
  { judgement, played }: Run<Frame, State>,
  { rules = judgement.rules, detours = judgement.detours, plant }: Otherwise<Frame, State>,
): readonly Difference[] {
  const judge = new Judge({ ...judgement, rules, detours });
  for (const { step, ours } of played) {
    judge.begin(step);
    const differences = judge.end(plant?.(ours, step) ?? ours);
    if (differences.length > 0) return differences;
  }
  return [];
}

/**
 * The proof that rules and detours are needed.
 * @returns those without which no run differs, by their titles
 */
export function idleIn<Frame, State>(runs: readonly Run<Frame, State>[]): readonly string[] {
  const rules = runs[0]?.judgement.rules ?? [];
  const idleRules = rules.filter((rule) => {
    const rest = rules.filter((each) => each !== rule);
    return runs.every((run) => judgeAgain(run, { rules: rest }).length === 0);
  });
  const idleDetours = runs.flatMap((run) =>
    run.judgement.detours
      .filter((detour) => {
        const rest = run.judgement.detours.filter((each) => each !== detour);
        return judgeAgain(run, { detours: rest }).length === 0;
      })
      .map(({ line, what }) => `${run.name} line ${line}: ${what}`),
  );
  return [...idleRules.map(titleOf), ...idleDetours];
}

/** A fault that the replay must find: the difference that it makes on the wire. */
export interface Fault<Frame> {
  /** What a server with it does. */
  readonly what: string;
  /** What such a server sends in place of what we sent; the same object where it makes no difference. */
  readonly plant: (ours: Outcome<Frame>, step: Step) => Outcome<Frame>;
}
