/**
 * Text of people into text that clients may render as HTML (reference, part 1.1 and 1.2). Everything from a
 * person passes here before it stands in a packet; the brand `Html` is how the compiler knows that it did.
 */

import { trimmed } from "@dragoman/bus-schema";
import { hasTag, tame } from "./tag.ts";

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
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it takes out
const allControls = /[\u0000-\u001f\u007f]/g;

/**
 * What a person typed, before it goes to core: form feeds, NUL, carriage returns and other control characters
 * out, white space of all Unicode trimmed. Line breaks and tabs stay; entities are never decoded.
 */
export function clean(raw: string): string {
  return trimmed(raw.replace(controls, ""));
}

/** A name, token or password from a packet's field: all control characters out. */
export function cleanField(raw: string): string {
  return raw.replace(allControls, "");
}

/** Message text (part 1.1): `&` and quotes stay as they are, as every server leaves them. */
export function escapeText(text: string): Html {
  const plain = text.replace(surrogates, "\ufffd").replaceAll("\t", "    ").replace(controls, "");
  return closeBidi(tame(neutralise(plain)))
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("\n", " <br/> ") as Html;
}

/** What somebody typed, given back inside a notice: bounded, and on one line. */
export function escapeTyped(typed: string): Html {
  const cut = Array.from(typed.slice(0, 200)).slice(0, 100).join("");
  return escapeText(cut.replaceAll("\n", " "));
}

const entities = new Map([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ['"', "&quot;"],
  ["'", "&#039;"],
]);

/** A name (part 1.2): escaped as HTML, without spaces, since clients cut whispers at the first one. */
export function escapeName(name: string): Html {
  const plain = closeBidi(name.replace(surrogates, "\ufffd").replace(allControls, ""))
    .replace(/\p{White_Space}/gu, "_")
    .replace(/^~+/, "");
  const escaped = plain.replace(/[&<>"'[]/g, (char, at: number) =>
    char === "[" ? (hasTag(plain, at) ? "&#91;" : char) : (entities.get(char) ?? char),
  );
  return (escaped === "" ? "_" : escaped) as Html;
}

/** A slug, a colour, a permission field or a session id: its schema or its maker has vouched for it. */
export function vouch(token: string): Html {
  return token as Html;
}

// ---- bidirectional controls ---------------------------------------------------------------------------

const bidi = /[\u202a-\u202e\u2066-\u2069]/;
const popEmbedding = "\u202c";
const popIsolate = "\u2069";

/** Ends what the text leaves open, so that it turns round nothing that follows it. */
function closeBidi(text: string): string {
  if (!bidi.test(text)) return text;
  const open: string[] = [];
  for (const char of text) {
    if (char >= "\u2066" && char <= "\u2068") open.push(popIsolate);
    else if (char === popIsolate) {
      const isolate = open.lastIndexOf(popIsolate);
      if (isolate >= 0) open.length = isolate;
    } else if (char === popEmbedding) {
      if (open.at(-1) === popEmbedding) open.pop();
    } else if (char >= "\u202a" && char <= "\u202e") open.push(popEmbedding);
  }
  return text + open.reverse().join("");
}

// ---- link targets that run ----------------------------------------------------------------------------

/** One character as it may be written in an attribute: itself in either case, or as an entity. */
function spellingOf(char: string): string {
  const codes = [char.toLowerCase().charCodeAt(0), char.toUpperCase().charCodeAt(0)];
  const numbers = codes.flatMap((code) => [`&#0*${code};?`, `&#x0*${code.toString(16)};?`]);
  return `(?:${[char, ...numbers].join("|")})`;
}

/** What browsers pass over before and inside a scheme: control characters, white space, and quotes in BBCode. */
const passedOver =
  "(?:[\\s\"']|&Tab;|&NewLine;|&quot;|&apos;|" +
  "&#0*(?:[12]?[0-9]|3[0-24]|39);?|&#x0*(?:1?[0-9a-f]|20|22|27);?)*";
const scheme = (name: string): string => Array.from(name, spellingOf).join(passedOver);
const runningTarget = new RegExp(
  `(\\[[a-z]{1,20}\\s*=|\\[(?:url|img|image|audio|video)\\])(${passedOver})` +
    `(${["javascript", "vbscript", "data"].map(scheme).join("|")})` +
    `(${passedOver})(?::|&colon;|&#0*58;?|&#x0*3a;?)`,
  "gi",
);

/**
 * Takes the colon from `javascript:`, `data:` and `vbscript:` targets of BBCode tags, however they are
 * spelled: clients make live links of them. The words stay to be read.
 */
function neutralise(text: string): string {
  if (!text.includes("[")) return text;
  return text.replace(
    runningTarget,
    (_all, tag: string, lead: string, name: string, trail: string) =>
      `${tag}${lead}${name.replaceAll("&", "%26")}${trail.replaceAll("&", "%26")}%3A`,
  );
}
