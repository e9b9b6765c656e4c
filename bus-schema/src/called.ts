/** Names behind an `@` in a text, wherever they may end. Pure. */

/** Names that may begin at one `@` (`@a.b` may be `a` or `a.b`). */
const namesMax = 5;

/** Behind one `@` at most 80 units are read. */
const place = /@([^\s@]{1,80})/g;
const word = /[\p{L}\p{N}_]+/gu;
/** Where other letters follow without a blank, a Latin name is one (`@ada你好`). */
const latin = /^[A-Za-z0-9_:]+/;

/** One `@`: where what follows it begins, and what may be the name, the longest first. */
export interface Called {
  readonly at: number;
  readonly names: readonly string[];
}

/**
 * All that may be called in a text, in order; a name ends with what follows the `@`, before no letter, digit or `_`, or
 * where no Latin one of these follows.
 */
export function* calledIn(text: string): Generator<Called> {
  for (const { index, 1: run = "" } of text.matchAll(place)) {
    const ends: number[] = [];
    for (const found of run.matchAll(word)) {
      if (ends.length === namesMax - 1) break;
      ends.push(found.index + found[0].length);
    }
    const [plain = run] = latin.exec(run) ?? [];
    const names = [run, ...ends.reverse().map((end) => run.slice(0, end)), plain];
    yield { at: index + 1, names: [...new Set(names)] };
  }
}
