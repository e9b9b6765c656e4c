/**
 * What the bytes of a dump say. A dump is in UTF-8 or in MySQL's latin1 (which is Windows-1252), and what is stored in a
 * latin1 table by a server that never said what it sends (the PHP server) is UTF-8 that was taken for latin1: dumped as
 * UTF-8 it is encoded twice. Both are undone where the result is UTF-8 and beyond doubt, text by text, since one table
 * may hold both.
 */
import { latin } from "./sql-values.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder("utf-8", { ignoreBOM: true });

/** Windows-1252 from 0x80 to 0x9f; what it leaves out is the control character of the same number, as in MySQL. */
const upper =
  "\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f" +
  "\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178";
const byteOf = new Map([...upper].map((character, index) => [character, 0x80 + index]));

export interface Alphabet {
  /** The dump is in latin1 itself (`SET NAMES latin1`). */
  readonly dumpIsLatin: boolean;
  /** The column is of a latin1 table. */
  readonly columnIsLatin: boolean;
}

/** The text that bytes of a column are. U+FFFD stands for what is none. */
export function textOf(bytes: Uint8Array, { dumpIsLatin, columnIsLatin }: Alphabet): string {
  if (isAscii(bytes)) return latin(bytes);
  const text = strict(bytes);
  if (text === null) return dumpIsLatin ? fromLatin(bytes) : lenient.decode(bytes);
  return columnIsLatin && !dumpIsLatin ? onceEncoded(text) : text;
}

/** Most texts are, in every alphabet. */
function isAscii(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at += 1) if ((bytes[at] as number) >= 0x80) return false;
  return true;
}

function strict(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}

function fromLatin(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) {
    text += byte >= 0x80 && byte < 0xa0 ? upper[byte - 0x80] : String.fromCharCode(byte);
  }
  return text;
}

/** A text that is UTF-8 once more, decoded; any other as it is. */
function onceEncoded(text: string): string {
  if (/^\p{ASCII}*$/u.test(text)) return text;
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] as string;
    const code = byteOf.get(character) ?? text.charCodeAt(at);
    if (code > 0xff) return text;
    bytes[at] = code;
  }
  return strict(bytes) ?? text;
}
