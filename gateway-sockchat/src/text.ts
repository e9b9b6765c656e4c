/**
 * Text of people into text that clients may render as HTML (reference, part 1.1 and 1.2). Everything from a
 * person passes here before it stands in a packet; the brand `Html` is how the compiler knows that it did.
 */

import { beginning, closeBidi, plainTree, type Tree, trimmed } from "@dragoman/bus-schema";
import { type LineOptions, tagged } from "./markup.ts";

declare const html: unique symbol;
/** Holds neither separators nor raw markup of a person: safe in any field. Made in this file alone. */
export type Html = string & { readonly [html]: true };

/** Literals of our own around holes that are already safe. */
export function safe(literals: TemplateStringsArray, ...holes: readonly (Html | number)[]): Html {
  let text = literals[0] ?? "";
  holes.forEach((hole, index) => {
    text += hole + (literals[index + 1] ?? "");
  });
  return text as Html;
}

export const empty = "" as Html;

/** Parts that are safe, with a separator of our own between them. */
export function join(parts: readonly Html[], separator: string): Html {
  return parts.join(separator) as Html;
}

const surrogates = /\p{Surrogate}/gu;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it takes out
const controls = /[\u0000-\u0008\u000b-\u001f\u007f]/g;
/** However a client ends its lines. */
const lineEnd = /\r\n?/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it takes out
const allControls = /[\u0000-\u001f\u007f]/g;

/**
 * What a person typed, before it goes to core: form feeds, NUL and other control characters out, a carriage return as
 * a line break, white space of all Unicode trimmed. Line breaks and tabs stay; entities are never decoded.
 */
export function clean(raw: string): string {
  return trimmed(raw.replace(lineEnd, "\n").replace(controls, ""));
}

/** A name, token or password from a packet's field: all control characters out. */
export function cleanField(raw: string): string {
  return raw.replace(allControls, "");
}

/** Text as it stands (part 1.1), without any tag: `&` and quotes stay as they are, as every server leaves them. */
export function escapeText(text: string): Html {
  return escapeTree(plainTree(text));
}

/** Text with its formatting (part 1.3), which ends with it. */
export function escapeTree(tree: Tree, options: LineOptions = {}): Html {
  return closeBidi(tagged(tree, options)) as Html;
}

/** What somebody typed, given back inside a notice: bounded, and on one line. */
export function escapeTyped(typed: string): Html {
  return escapeText(beginning(typed, 100).replace(/[\r\n]/g, " "));
}

const entities = new Map([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ['"', "&quot;"],
  ["'", "&#039;"],
  ["[", "&#91;"],
]);

/** A name (part 1.2): escaped as HTML and without tags and spaces, since clients cut whispers at the first one. */
export function escapeName(name: string): Html {
  const plain = closeBidi(name.replace(surrogates, "\ufffd").replace(allControls, ""))
    .replace(/\p{White_Space}/gu, "_")
    .replace(/^~+/, "");
  const escaped = plain.replace(/[&<>"'[]/g, (char) => entities.get(char) ?? char);
  return (escaped === "" ? "_" : escaped) as Html;
}

/** A slug, a colour, a permission field or a session id: its schema or its maker has vouched for it. */
export function vouch(token: string): Html {
  return token as Html;
}
