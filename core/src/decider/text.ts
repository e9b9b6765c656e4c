/** What a person wrote, before it is stored: trimmed, within the community's limit. */
import { type Content, isLonger, type Rejection, shows, trimmed } from "@dragoman/bus-schema";

export function cleanContent(content: Content): Content {
  return { ...content, text: trimmed(content.text) };
}

/**
 * The rejection of a message's text of which nothing shows, or that is longer than `max` code points. Null: allowed.
 * @param mayBeEmpty something else is in the message
 */
export function checkText(content: Content, max: number, mayBeEmpty: boolean): Rejection | null {
  if (!mayBeEmpty && !shows(cleanContent(content)))
    return { code: "invalid", field: "content", why: "empty" };
  return isLonger(trimmed(content.text), max) ? { code: "too_long", field: "content", max } : null;
}
