/**
 * How far the journal's time is ahead of another clock, in ms (docs/journal.md 1.6). By whole seconds: the two are read one
 * after the other, and a moment that is told twice is to be the same one.
 */
export function aheadMs(journalMs: number, clockMs: number): number {
  return Math.round((journalMs - clockMs) / 1_000) * 1_000;
}
