/** What a protocol is to the replay: how its frames are compared, and what of them is known only here. */
import type { Step } from "./recording.ts";

/** A scripted client of the replay: it keeps what it received, and sends what it is told. */
export interface ReplayClient {
  readonly frames: readonly string[];
  send(text: string): void;
  sendBinary(bytes: Uint8Array): void;
  /** A text frame of these bytes, whatever they are. */
  sendBytes(bytes: Uint8Array): void;
  sendFragments(pieces: readonly string[]): void;
  ping(text: string): void;
  /** Resolves once the server has worked off all that this client sent. */
  barrier(): Promise<void>;
  /** Resolves at a new frame or at the end of the connection. */
  changed(): Promise<void>;
  close(): Promise<void>;
  /** Drops the connection without a word. */
  cut(): Promise<void>;
  readonly closedWith: number | undefined;
}

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
