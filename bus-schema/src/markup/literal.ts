/** Words of somebody in a Markdown text of ours: names in what the server says. */

/** A space of no width. */
const joint = "\u200b";
/** For a mark of code: no client takes it for one. */
const tick = "\u02cb";

/**
 * Words that are no formatting in Markdown, inside of marks too: as they are where they hold no marks, else with a space of
 * no width in each. What is said of an account `__ada__` is said of `__ada__`.
 */
export function literal(words: string): string {
  return words
    .replaceAll("`", tick)
    .replace(/([*_~|])(?=\1)/g, `$1${joint}`)
    .replace(/(^|\s)(?=[*_~|])/g, `$1${joint}`)
    .replace(/[*_~|](?=\s|$)/g, `$&${joint}`)
    .replace(/\](?=\()/g, `]${joint}`)
    .replace(/:(?=(?:<emoji>)?\/\/)/g, `:${joint}`);
}
