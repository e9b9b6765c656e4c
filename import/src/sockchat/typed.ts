/**
 * What a Sock Chat server has stored, turned back into what was typed (Sock Chat reference, 1.1, 1.2, 4.1).
 */

/** Control characters that no text has with us; a tabulator is four spaces, as clients send it. */
const controls = /[^\P{Cc}\n]/gu;
const control = /\p{Cc}/u;

/** Text as it is kept here: line breaks of one kind, no control characters, no blanks around it. */
export function cleanText(text: string): string {
  return control.test(text) ? withoutControls(text) : text.trim();
}

function withoutControls(text: string): string {
  return text.replace(/\r\n?/g, "\n").replace(/\t/g, "    ").replace(controls, "").trim();
}

const unescapes = new Map([
  ["&lt;", "<"],
  ["&gt;", ">"],
]);

/**
 * Escaped text as it was typed. What somebody typed as `&lt;` cannot be told from `<`, and was shown as that to everybody;
 * no other entity is the server's.
 */
export function typedText(escaped: string): string {
  if (!escaped.includes("&") && !escaped.includes("<")) return escaped;
  return escaped.replace(/ ?<br\/> ?|&lt;|&gt;/g, (found) => unescapes.get(found) ?? "\n");
}

/** The words of an action, which the server wraps: `<i>waves</i>`. */
export function actionText(stored: string): string {
  const isWrapped = stored.startsWith("<i>") && stored.endsWith("</i>");
  return typedText(isWrapped ? stored.slice(3, -4) : stored);
}

const entities = new Map([
  ["&amp;", "&"],
  ["&lt;", "<"],
  ["&gt;", ">"],
  ["&quot;", '"'],
  ["&#039;", "'"],
]);

/** A name without what `htmlspecialchars` made of it. Its blanks stay `_`. */
function typedName(escaped: string): string {
  if (!escaped.includes("&")) return escaped;
  return escaped.replace(/&(?:amp|lt|gt|quot|#039);/g, (entity) => entities.get(entity) ?? entity);
}

/** A name as lists showed it: whose it is, and whether it is a nickname. */
export interface ShownName {
  readonly name: string;
  readonly isNick: boolean;
}

/** Takes the mark of who is away off (`&lt;AFK&gt;_`, also as it was typed) and the tilde of a nickname. */
export function shownName(shown: string): ShownName {
  const name = withoutAway(withoutAway(shown, "&lt;", "&gt;_"), "<", ">_");
  const isNick = name.startsWith("~");
  return { name: typedName(isNick ? name.slice(1) : name), isNick };
}

function withoutAway(shown: string, from: string, to: string): string {
  if (!shown.startsWith(from)) return shown;
  const end = shown.indexOf(to, from.length);
  return end < 0 ? shown : shown.slice(end + to.length);
}

/** What the bot says (4.1). */
export interface Notice {
  readonly key: string;
  readonly arguments: readonly string[];
}

/** The notice in a text of the bot; null: it is none. */
export function noticeOf(text: string): Notice | null {
  const [kind, key = "", ...rest] = text.split("\f");
  const isNotice = (kind === "0" || kind === "1") && /^[a-z]{1,20}$/.test(key);
  return isNotice ? { key, arguments: rest } : null;
}

/** A colour as we keep it; null: none of one's own. */
export function colorOfText(color: string | null): string | null {
  return color !== null && /^#[0-9a-fA-F]{6}$/.test(color) ? color.toLowerCase() : null;
}

/** SharpChat's colour in a number: 0xRRGGBB, or bit 30 for none of one's own. */
export function colorOfNumber(raw: number | null): string | null {
  const inherits = raw === null || (raw & 0x40000000) !== 0;
  return inherits ? null : `#${(raw & 0xffffff).toString(16).padStart(6, "0")}`;
}
