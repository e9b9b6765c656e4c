/**
 * Rules: what differs between the original and us on purpose. A rule is about frames and the state of the
 * community, never about a recording or a line of it, so that it holds for any recording. It is one-sided: what
 * the original sent is brought to what we send. Nothing of ours is changed or passed over.
 */
import type { Outcome } from "./outcome.ts";
import type { Action, Step } from "./recording.ts";
import type { Seed } from "./seed.ts";

/** Where in a recording a rule is asked. */
export interface At<State> {
  /** The step as recorded. */
  readonly step: Step;
  readonly seed: Seed;
  /** The community before the step, as it stands here. */
  readonly state: State;
}

export interface Rule<Frame, State> {
  /** Where it is written: part and section of the protocol's reference, or a row of the bridge table. */
  readonly section: string;
  /** What differs, in one line. */
  readonly what: string;
  /**
   * What comes here in place of what the original sent. Frames that a rule leaves alone are returned as they
   * are (the same objects): the score counts the others.
   */
  readonly expect?: (outcome: Outcome<Frame>, at: At<State>) => Outcome<Frame>;
  /** Frames that may come besides, each once, and must be these to the letter. For what hangs on time alone. */
  readonly allow?: (outcome: Outcome<Frame>, at: At<State>) => Outcome<Frame>;
  /** What is done in place of the recorded action; null: nothing. */
  readonly act?: (action: Action, at: At<State>) => Action | null;
}
