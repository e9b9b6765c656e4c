/** Looks for what ends or begins something in the bytes of a dump. */
import { latin, skipBlank } from "./sql-values.ts";

/** Bytes of a statement that is read whole (`CREATE TABLE`), and of the head of an `INSERT`. */
export const statementBytesMax = 256 * 1024;

export const joined = (pieces: readonly Uint8Array[], bytes: number): Uint8Array =>
  Buffer.concat(pieces, bytes);

export function indexOfPair(
  buffer: Uint8Array,
  first: number,
  second: number,
  from: number,
): number {
  for (let at = buffer.indexOf(first, from); at >= 0; at = buffer.indexOf(first, at + 1)) {
    if (buffer[at + 1] === second) return at;
  }
  return -1;
}

/** Where a statement's semicolon is, outside of strings; -1: not here. */
export function endOfStatement(buffer: Uint8Array, from: number): number {
  let quote = 0;
  for (let at = from; at < buffer.length; at += 1) {
    const byte = buffer[at] as number;
    if (quote !== 0) {
      if (byte === 0x5c && quote !== 0x60) at += 1;
      else if (byte === quote) quote = 0;
    } else if (byte === 0x27 || byte === 0x22 || byte === 0x60) quote = byte;
    else if (byte === 0x3b) return at;
  }
  return -1;
}

/** Where the word `VALUES` of an `INSERT` begins, outside of names; -1: not here. */
export function indexOfValues(buffer: Uint8Array, from: number): number {
  const end = Math.min(buffer.length, from + statementBytesMax);
  let quote = 0;
  for (let at = from; at + 6 < end; at += 1) {
    const byte = buffer[at] as number;
    if (quote !== 0) {
      if (byte === quote) quote = 0;
    } else if (byte === 0x60 || byte === 0x22) quote = byte;
    else if (byte === 0x3b) return -1;
    else if (byte === 0x56 || byte === 0x76) {
      if (latin(buffer.subarray(at, at + 6)).toUpperCase() === "VALUES") return at;
    }
  }
  return -1;
}

/** Where behind a row's bracket, a comma and blanks another one opens. */
export function rowBehind(buffer: Uint8Array, from: number): number | "none" | "more" {
  const comma = skipBlank(buffer, from);
  if (comma >= buffer.length) return "more";
  if (buffer[comma] !== 0x2c) return "none";
  const begin = skipBlank(buffer, comma + 1);
  if (begin >= buffer.length) return "more";
  return buffer[begin] === 0x28 ? begin : "none";
}
