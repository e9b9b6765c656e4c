/**
 * Tags and addresses of people as plain text, before it is escaped (reference, part 1.3). The stock web client
 * swaps tags for HTML by searching the text, one tag after the other, and puts targets and colours between
 * single quotes: so whatever stands there must hold neither a quote, white space nor another tag. A tag that
 * does not keep to that gets a space of no width behind its bracket, by which no client takes it for one.
 */

/** Behind the bracket of a tag that is to be read and not to be done. */
const noTag = "\u200b";

/** What is between such a pair becomes an address. */
const addressTags: ReadonlySet<string> = new Set(["url", "img", "image", "audio", "video"]);
const colorTags: ReadonlySet<string> = new Set(["color", "bgcolor"]);

const whole = /\[(\/?)([a-z]{1,20})(?:=([^[\]\n]*))?\]/iy;
/** The start of an argument that does not end as one. */
const unended = /\[(?:color|bgcolor|url|img|image|audio|video)=/iy;
/** A tag in a tag's name: where clients may be told to leave the inner one out, the outer one is whole. */
const broken = /\[\/?[a-z]{0,20}\[\/?(?:color|bgcolor|video|audio)[=\]]/iy;

const address = /^[^\s[\]<>]*$/;
const color = /^(?:#?[0-9a-z]{1,30}|(?:rgb|hsl)a?\([0-9.,%]{1,40}\))$/i;
/** Clients show it as a page's title, and make HTML of that: it may hold no character by its number or name. */
const picture = /^(?:[^\s[\]<>"'\\&]|&(?!#)(?!\w*[;:/\\])(?!(?:lt|gt|quot|amp)(?![0-9a-z=])))*$/i;
const video = /^(?:[\w-]{0,64}|https?:\/\/[\w.~:/?=%&+,-]*)$/i;

const contents: ReadonlyMap<string, (content: string) => boolean> = new Map([
  ["url", (content: string) => address.test(content) && !/["']/.test(content)],
  ["video", (content: string) => video.test(content) && picture.test(content)],
]);
const isPicture = (content: string): boolean => picture.test(content);

function matches(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** Whether the bracket at `at` may stay as it is. */
function isHarmless(text: string, at: number): boolean {
  const tag = matches(whole, text, at);
  if (tag === null) return matches(unended, text, at) === null && !matches(broken, text, at);
  const [all, slash, typed = "", argument] = tag;
  const name = typed.toLowerCase();
  if (slash !== "") return true;
  if (argument !== undefined) {
    if (colorTags.has(name)) return color.test(argument);
    return !addressTags.has(name) || address.test(argument);
  }
  if (!addressTags.has(name)) return true;
  const from = at + all.length;
  const end = text.indexOf("[", from);
  if (end < 0 || !text.startsWith(`[/${typed}]`, end)) return false;
  return (contents.get(name) ?? isPicture)(text.slice(from, end));
}

function readableTags(text: string): string {
  if (!text.includes("[")) return text;
  return text.replace(/\[/g, (bracket, at: number) =>
    isHarmless(text, at) ? bracket : bracket + noTag,
  );
}

// ---- addresses ----------------------------------------------------------------------------------------

const scheme = /^(?:https?|ftp):\/\//i;
const schemeMax = "https://".length;

const anyTag = /(\[\/?[a-z]{1,20}(?:=[^[\]\n]*)?\])/i;

/** Clients make a link of each word that starts like an address, whatever the rest of it is: `'` as its number. */
function quotedWords(parts: readonly string[]): string {
  let start = "";
  const quoted = parts.map((part, index) => {
    // Every other one is a tag, which they take for no part of the word.
    if (index % 2 === 1) return part;
    return part.replace(/[ \n]|[^ \n]+/g, (piece) => {
      start = piece === " " || piece === "\n" ? "" : (start + piece).slice(0, schemeMax);
      return scheme.test(start) ? piece.replaceAll("'", "%27") : piece;
    });
  });
  return quoted.join("");
}

/** The text with nothing in it of which a client makes attributes of its own. */
export function tame(text: string): string {
  const tags = readableTags(text);
  if (!tags.includes("'") || !tags.includes("/")) return tags;
  // Whether a tag is done depends on what else there is: words are looked at both with and without them.
  return quotedWords(quotedWords([tags]).split(anyTag));
}

/** A name is no place for tags: none of those that clients know stays one. */
export function hasTag(name: string, at: number): boolean {
  return matches(known, name, at) !== null;
}

const known =
  /\[\/?(?:b|i|u|s|quote|code|color|bgcolor|url|img|image|audio|video|spoiler|sjis)[=\]]/iy;
