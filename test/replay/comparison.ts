/** What a protocol is to the replay: how its frames are compared, and what of them is known only here. */
import type { Step } from "./recording.ts";

/** How one protocol's frames are compared. */
export interface Comparison {
  /** The frame in the form in which both sides are compared; null: it is passed over. */
  expected(frame: string, step: Step, who: string): string | null;
  actual(frame: string, step: Step, who: string): string | null;
  /** Two frames are the same but for ids: remembers which of ours stands for which of theirs. */
  learn(expected: string, actual: string): void;
  /** A frame of the recording, with our ids in place of theirs. */
  translate(frame: string): string;
  /** Whether time alone brings more of these, as many as it likes. */
  recurs?(frame: string): boolean;
  /** Whether a choice explains why this step goes another way here. */
  explains?(step: Step): boolean;
  /** Whether its action is left out for that. */
  omits?(step: Step): boolean;
}

/** A place where both servers differ. */
export interface Difference {
  readonly line: number;
  readonly who: string;
  readonly kind: "missing" | "extra" | "close" | "stale";
  /** In the compared form. */
  readonly frame: string;
}

export function describe(difference: Difference): string {
  const sign = { missing: "-", extra: "+", close: "!", stale: "?" }[difference.kind];
  return `line ${difference.line} ${difference.who} ${sign} ${difference.frame}`;
}
