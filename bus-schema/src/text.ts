/** What is done with every text from outside, in time that grows with its length and no faster. */

const space = /[\s\u0085]/u;

/** The text without Unicode white space at either end. */
export function trimmed(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && space.test(text.charAt(start))) start += 1;
  while (end > start && space.test(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

/**
 * What shows as nothing: marks of direction, joiners, fillers, tags. What makes one emoji of several is none of these: the
 * emoji form, the joiner between two, and the tags behind a flag.
 */
const unseen =
  /(?!(?<=\p{Emoji})\ufe0f)(?!(?<=\p{Extended_Pictographic}|\p{Emoji_Modifier}|\ufe0f)\u200d\p{Extended_Pictographic})(?!(?<=\u{1f3f4}[\u{e0061}-\u{e007a}]{0,6})[\u{e0061}-\u{e007f}])\p{Default_Ignorable_Code_Point}/gu;

/** The text of a name without what shows as nothing (Unicode's Default_Ignorable_Code_Point). */
export function withoutUnseen(name: string): string {
  return name.replace(unseen, "");
}

/** What shows by itself: neither white space nor what shows as nothing, and no mark, which stands on whatever is beside it. */
const seen = /[^\p{M}\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}\u2800]/u;

/** Whether a reader sees anything of a text. */
export function isSeen(text: string): boolean {
  return seen.test(text);
}

/** Number of Unicode code points, the unit of every text limit. */
export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** Whether a text has more than `max` code points; of a text that is far longer no more than its length is asked. */
export function isLonger(text: string, max: number): boolean {
  // No text has more code points than UTF-16 units, or fewer than half as many.
  if (text.length <= max) return false;
  return text.length > 2 * max || codePoints(text) > max;
}

/** Letters as readers see them. */
const letters = new Intl.Segmenter("en", { granularity: "grapheme" });

/**
 * The beginning of a text: as many whole letters as readers see them (flags, families, accents are one) as have `max`
 * code points together. Of a first letter that alone has more, as many code points.
 */
export function beginning(text: string, max: number): string {
  if (!isLonger(text, max)) return text;
  let count = 0;
  let end = 0;
  // A text that is cut here has more than `max` code points left: its last letter is not among those taken.
  for (const { segment, index } of letters.segment(text.slice(0, 2 * max + 2))) {
    count += codePoints(segment);
    if (count > max) break;
    end = index + segment.length;
  }
  return end > 0
    ? text.slice(0, end)
    : Array.from(text.slice(0, 2 * max))
        .slice(0, max)
        .join("");
}

/** The beginning of a text that nobody reads, such as an id: as many code units as `max`, no pair of surrogates cut in two. */
export function clipped(text: string, max: number): string {
  const isCut = /[\ud800-\udbff]/.test(text.charAt(max - 1));
  return text.slice(0, isCut ? max - 1 : max);
}

/** The first letters of a text as readers see them. */
export function firstLetters(text: string, count: number): string {
  let end = 0;
  let found = 0;
  for (const { segment, index } of letters.segment(text)) {
    if (found === count) break;
    found += 1;
    end = index + segment.length;
  }
  return text.slice(0, end);
}

const bidi = /[\u202a-\u202e\u2066-\u2069]/;
const popEmbedding = "\u202c";
const popIsolate = "\u2069";

/** The text with an end to each mark of direction that it leaves open, so that it turns round nothing that follows it. */
export function closeBidi(text: string): string {
  if (!bidi.test(text)) return text;
  const open: string[] = [];
  let isolates = 0;
  for (const char of text) {
    if (char >= "\u2066" && char <= "\u2068") {
      open.push(popIsolate);
      isolates += 1;
    } else if (char === popIsolate) {
      if (isolates === 0) continue;
      isolates -= 1;
      while (open.pop() !== popIsolate);
    } else if (char === popEmbedding) {
      if (open.at(-1) === popEmbedding) open.pop();
    } else if (char >= "\u202a" && char <= "\u202e") open.push(popEmbedding);
  }
  return text + open.reverse().join("");
}

/** A backslash in JSON and what belongs to it: a pair of surrogates, a single one, anything else. */
const escapes =
  /\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[dD][89a-fA-F][0-9a-fA-F]{2}|[\s\S])/g;
const surrogate = /\\u[dD][89a-fA-F]/;
const single = "\\udxxx".length;

/**
 * The value of a JSON text from outside. JSON can spell half of a surrogate pair, which is no text that could be sent
 * on: here, at the mouth, each becomes U+FFFD, in every field and name, so that nothing behind it need ask.
 * @throws SyntaxError when it is no JSON
 */
export function readJson(text: string): unknown {
  return JSON.parse(surrogate.test(text) ? text.replace(escapes, wellFormed) : text) as unknown;
}

function wellFormed(spelled: string): string {
  return spelled.length === single ? "\\ufffd" : spelled;
}
