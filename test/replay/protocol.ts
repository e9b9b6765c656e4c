/** What a protocol is to the replay, and in what two servers can differ. */
import type { Marked } from "./mark.ts";
import type { Outcome } from "./outcome.ts";
import type { Action, Step } from "./recording.ts";
import type { Seed } from "./seed.ts";

export interface Protocol<Frame, State> {
  /** A frame as rules read it. */
  parse(text: string): Frame;
  /** Takes out what differs from run to run. Lists keep their counts, and their order where it has a meaning. */
  mark(frame: Frame): Marked;
  /** What an exchange outside the sockets brought in the recording, as frames by client. */
  readonly exchanged?: (action: Action) => ReadonlyMap<string, readonly string[]>;
  /** A text that a client sends, with ids of the recording as ours; an id that has none stays. */
  translate(text: string, oursOf: (id: string) => string | undefined): string;
  /** The state of the community before anybody comes, for the rules. */
  begin(seed: Seed): State;
  /** Brings the state behind a step, of which this came here. */
  follow?(state: State, step: Step, outcome: Outcome<Frame>): void;
}

/** A place where both servers differ. */
export interface Difference {
  readonly line: number;
  readonly who: string;
  /** `value`: the frame is there, and a mark in it is wrong. */
  readonly kind: "missing" | "extra" | "close" | "value";
  /** In the compared form. */
  readonly frame: string;
}

export function describe(difference: Difference): string {
  const sign = { missing: "-", extra: "+", close: "!", value: "=" }[difference.kind];
  return `line ${difference.line} ${difference.who} ${sign} ${difference.frame}`;
}
