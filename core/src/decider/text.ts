/** What a person wrote, before it is stored: trimmed, well-formed, within the community's limit. */
import { type Content, codePoints, type Rejection } from "@dragoman/bus-schema";

const space = /[\s\u0085]/u;
const loneSurrogate = /\p{Surrogate}/gu;

/** The text without Unicode white space at either end (both references), lone surrogates replaced. */
export function cleanText(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && space.test(text.charAt(start))) start += 1;
  while (end > start && space.test(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end).replace(loneSurrogate, "\uFFFD");
}

export function cleanContent(content: Content): Content {
  return { text: cleanText(content.text), markup: content.markup };
}

/**
 * The rejection of a message's text that is empty or longer than `max` code points. Null: allowed.
 * @param mayBeEmpty something else is in the message
 */
export function checkText(content: Content, max: number, mayBeEmpty: boolean): Rejection | null {
  const text = cleanText(content.text);
  if (text === "" && !mayBeEmpty) return { code: "invalid", field: "content", why: "empty" };
  // No text has more code points than units: most need no count.
  if (text.length > max && codePoints(text) > max) {
    return { code: "too_long", field: "content", max };
  }
  return null;
}
