/** What somebody may have meant by a word that is not known. */

/** So many letters of ten may be wrong. */
const wrongOfTen = 4;

/** How many letters are to be put in, taken out or changed to come from one word to the other (Levenshtein). */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1];
    for (let at = 0; at < to.length; at += 1) {
      const changed = (row[at] ?? 0) + (letter === to[at] ? 0 : 1);
      next.push(Math.min(changed, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

/** The known word that is most like the given one, whatever the case; undefined where none is like it. */
export function nearest(given: string, known: readonly string[]): string | undefined {
  const word = given.slice(0, 100).toLowerCase();
  let best: { readonly name: string; readonly far: number } | undefined;
  for (const name of known) {
    const far = distance(word, name.toLowerCase());
    if (far * 10 <= name.length * wrongOfTen && far < (best?.far ?? Number.POSITIVE_INFINITY)) {
      best = { name, far };
    }
  }
  return best?.name;
}
