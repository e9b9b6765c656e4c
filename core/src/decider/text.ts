/** What a person wrote, before it is stored: trimmed, within the community's limit. */
import { type Content, isLonger, type Rejection, trimmed } from "@dragoman/bus-schema";

export function cleanContent(content: Content): Content {
  return { text: trimmed(content.text), markup: content.markup };
}

/**
 * The rejection of a message's text that is empty or longer than `max` code points. Null: allowed.
 * @param mayBeEmpty something else is in the message
 */
export function checkText(content: Content, max: number, mayBeEmpty: boolean): Rejection | null {
  const text = trimmed(content.text);
  if (text === "" && !mayBeEmpty) return { code: "invalid", field: "content", why: "empty" };
  return isLonger(text, max) ? { code: "too_long", field: "content", max } : null;
}
