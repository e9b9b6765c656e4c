/**
 * The ledger of a run: what was accepted against what each client was given. It says in words what was lost,
 * doubled, invented or out of order.
 */

export interface Ledger {
  /** Notes that an author's message was accepted. Call in the order in which the author sent them. */
  accepted(author: string, text: string): void;
  /** How many were accepted. */
  readonly size: number;
  /**
   * The faults of what one client was given, in the order in which it came; empty when all is well.
   * @param delivered texts of the messages, those that no ledger entry stands behind included
   */
  faults(reader: string, delivered: readonly string[]): readonly string[];
}

export function createLedger(): Ledger {
  const byAuthor = new Map<string, string[]>();
  const authorOf = new Map<string, string>();
  return {
    accepted(author, text) {
      if (authorOf.has(text)) throw new Error(`${text} is in the ledger already`);
      authorOf.set(text, author);
      const own = byAuthor.get(author) ?? [];
      own.push(text);
      byAuthor.set(author, own);
    },
    get size() {
      return authorOf.size;
    },
    faults(reader, delivered) {
      const found: string[] = [];
      const seen = new Map<string, number>();
      for (const text of delivered) seen.set(text, (seen.get(text) ?? 0) + 1);
      for (const text of authorOf.keys()) {
        const count = seen.get(text) ?? 0;
        if (count === 0) found.push(`${reader}: lost ${text}`);
        if (count > 1) found.push(`${reader}: ${count} times ${text}`);
      }
      for (const text of seen.keys()) {
        if (!authorOf.has(text)) found.push(`${reader}: never accepted ${text}`);
      }
      for (const [author, own] of byAuthor) {
        const got = delivered.filter((text) => authorOf.get(text) === author);
        const wrong = got.findIndex(
          (text, index) => own.indexOf(text) < own.indexOf(got[index - 1] ?? text),
        );
        if (wrong > 0) {
          found.push(`${reader}: of ${author}, ${got[wrong]} came after ${got[wrong - 1]}`);
        }
      }
      return found;
    },
  };
}

/** Whether readers were given the same messages in the same order; the faults in words. */
export function disagreements(readers: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const [first, ...others] = [...readers];
  if (first === undefined) return [];
  const found: string[] = [];
  for (const [reader, texts] of others) {
    const at = first[1].findIndex((text, index) => texts[index] !== text);
    if (at >= 0 || texts.length !== first[1].length) {
      const place = at >= 0 ? at : first[1].length;
      found.push(
        `${reader} and ${first[0]} differ at ${place}: ${texts[place]} against ${first[1][place]}`,
      );
    }
  }
  return found;
}
