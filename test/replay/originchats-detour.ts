/**
 * Places where a choice changes what follows in one recording, so that no rule about frames can say it. All
 * that differs in the answers to these lines is explained by the section named; a detour without a difference
 * is itself reported.
 */
export interface Detour {
  /** The recording, by its number. */
  readonly file: string;
  /** Lines of the client's frames. */
  readonly lines: readonly number[];
  readonly section: string;
  readonly what: string;
  /** The frame is not sent: what follows would have nothing to do with the recording. */
  readonly unsent?: boolean;
}
