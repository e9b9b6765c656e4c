/**
 * One row of an `INSERT` as MySQL's tools write it: `(1,'it\'s',NULL,0xC3A9,_binary 'x')`. Reads what is there and
 * says when there is too little of it; knows no table and no statement.
 */

/** A value as written: null, a number or word as text, or the bytes of a string. `binary`: not in the dump's alphabet. */
export type SqlValue = null | string | { readonly bytes: Uint8Array; readonly binary: boolean };

export type RowRead =
  | { readonly kind: "row"; readonly values: readonly SqlValue[]; readonly next: number }
  /** The buffer ends within the row. */
  | { readonly kind: "more" }
  /** `at`: where it is no row any more. */
  | { readonly kind: "bad"; readonly at: number };

type ValueRead =
  | { readonly kind: "value"; readonly value: SqlValue; readonly next: number }
  | Exclude<RowRead, { kind: "row" }>;

const more = { kind: "more" } as const;
const [open, close, comma, quote, doubleQuote, backslash] = [0x28, 0x29, 0x2c, 0x27, 0x22, 0x5c];
/** Values that one row may have; more is no row of any table that we know. */
const valuesMax = 1_000;
/** Bytes of a number or word. */
const wordBytesMax = 80;

export const isBlank = (byte: number | undefined): boolean =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

export function skipBlank(buffer: Uint8Array, from: number): number {
  let at = from;
  while (isBlank(buffer[at])) at += 1;
  return at;
}

/**
 * Reads the row that begins at `from` with its bracket.
 * @param stringBytesMax a longer string makes it none; without a bound it may be as long as the buffer
 */
export function readRow(buffer: Uint8Array, from: number, stringBytesMax = Infinity): RowRead {
  if (from >= buffer.length) return more;
  if (buffer[from] !== open) return { kind: "bad", at: from };
  const values: SqlValue[] = [];
  let at = from + 1;
  while (values.length < valuesMax) {
    const read = readValue(buffer, skipBlank(buffer, at), stringBytesMax);
    if (read.kind !== "value") return read;
    values.push(read.value);
    at = skipBlank(buffer, read.next);
    if (at >= buffer.length) return more;
    if (buffer[at] === close) return { kind: "row", values, next: at + 1 };
    if (buffer[at] !== comma) return { kind: "bad", at };
    at += 1;
  }
  return { kind: "bad", at };
}

function readValue(buffer: Uint8Array, from: number, stringBytesMax: number): ValueRead {
  const first = buffer[from];
  if (first === undefined) return more;
  if (first === quote || first === doubleQuote) {
    return readString(buffer, from, stringBytesMax, false);
  }
  const whole = readWhole(buffer, from);
  if (whole !== null) return whole;
  const word = wordAt(buffer, from);
  if (word === null) return more;
  const next = from + word.length;
  if (word === "") return { kind: "bad", at: from };
  if (word.startsWith("_")) return readIntroduced(buffer, next, word, stringBytesMax);
  if (/^[xX]$/.test(word) && buffer[next] === quote) return readQuotedHex(buffer, next);
  if (/^0x[0-9a-fA-F]*$/.test(word)) return hexValue(word.slice(2), next, from);
  if (/^null$/i.test(word)) return { kind: "value", value: null, next };
  if (/^true$/i.test(word)) return { kind: "value", value: "1", next };
  if (/^false$/i.test(word)) return { kind: "value", value: "0", next };
  return /^[-+]?[0-9.][0-9.eE+-]*$/.test(word)
    ? { kind: "value", value: word, next }
    : { kind: "bad", at: from };
}

/** What follows `_binary`, `_utf8mb4`, `_latin1`. */
function readIntroduced(
  buffer: Uint8Array,
  from: number,
  introducer: string,
  stringBytesMax: number,
): ValueRead {
  const at = skipBlank(buffer, from);
  if (at >= buffer.length) return more;
  const binary = introducer.toLowerCase() === "_binary";
  if (buffer[at] === quote || buffer[at] === doubleQuote) {
    return readString(buffer, at, stringBytesMax, binary);
  }
  return readValue(buffer, at, stringBytesMax);
}

/** Letters, digits and what numbers have; of hexadecimal digits as many as there are. Null: the buffer ends within. */
function wordAt(buffer: Uint8Array, from: number): string | null {
  let at = from;
  while (isWord(buffer[at])) at += 1;
  if (at >= buffer.length) return null;
  const isHex = buffer[from] === 0x30 && (buffer[from + 1] ?? 0) === 0x78;
  if (at - from > wordBytesMax && !isHex) return "";
  return latin(buffer.subarray(from, at));
}

function isWord(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  const isLetter = (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
  return (
    isLetter || isDigit(byte) || byte === 0x5f || byte === 0x2e || byte === 0x2d || byte === 0x2b
  );
}

const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;

/** Bytes as the characters of the same numbers. */
export const latin = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");

/** Digits of a number that is one to the last. */
const plainDigitsMax = 15;

/** A whole number as it is written, which most values are; null: it is none, or written in another way. */
function readWhole(buffer: Uint8Array, from: number): ValueRead | null {
  let number = 0;
  let at = from;
  for (; at - from < plainDigitsMax && isDigit(buffer[at] ?? 0); at += 1)
    number = number * 10 + (buffer[at] as number) - 0x30;
  const isOther = at >= buffer.length || isWord(buffer[at]);
  const hasZeros = buffer[from] === 0x30 && at > from + 1;
  return at === from || isOther || hasZeros
    ? null
    : { kind: "value", value: String(number), next: at };
}

function readQuotedHex(buffer: Uint8Array, from: number): ValueRead {
  const end = buffer.indexOf(quote, from + 1);
  if (end < 0) return more;
  return hexValue(latin(buffer.subarray(from + 1, end)), end + 1, from);
}

function hexValue(digits: string, next: number, at: number): ValueRead {
  if (!/^(?:[0-9a-fA-F]{2})*$/.test(digits)) return { kind: "bad", at };
  const bytes = new Uint8Array(digits.length / 2);
  for (let index = 0; index < bytes.length; index += 1) {
    bytes[index] = Number.parseInt(digits.slice(index * 2, index * 2 + 2), 16);
  }
  return { kind: "value", value: { bytes, binary: true }, next };
}

/** What stands behind a backslash that is another character than itself. */
const escapes = new Map([
  [0x30, 0x00],
  [0x62, 0x08],
  [0x6e, 0x0a],
  [0x72, 0x0d],
  [0x74, 0x09],
  [0x5a, 0x1a],
]);

function readString(
  buffer: Uint8Array,
  from: number,
  stringBytesMax: number,
  binary: boolean,
): ValueRead {
  const mark = buffer[from] as number;
  const end = Math.min(buffer.length, from + 1 + stringBytesMax);
  let escaped = 0;
  for (let at = from + 1; at < end; at += 1) {
    const byte = buffer[at];
    if (byte === backslash) {
      escaped += 1;
      at += 1;
    } else if (byte === mark) {
      if (at + 1 >= buffer.length) return more;
      if (buffer[at + 1] !== mark) {
        const raw = buffer.subarray(from + 1, at);
        const bytes = escaped === 0 ? raw : unescaped(raw, mark, escaped);
        return { kind: "value", value: { bytes, binary }, next: at + 1 };
      }
      escaped += 1;
      at += 1;
    }
  }
  return end < buffer.length ? { kind: "bad", at: from } : more;
}

/** @param escaped how many pairs stand for one character each */
function unescaped(raw: Uint8Array, mark: number, escaped: number): Uint8Array {
  const bytes = new Uint8Array(raw.length - escaped);
  let to = 0;
  for (let at = 0; at < raw.length; at += 1) {
    const byte = raw[at] as number;
    if (byte === backslash || byte === mark) {
      at += 1;
      const second = raw[at] as number;
      bytes[to] = byte === mark ? mark : (escapes.get(second) ?? second);
    } else {
      bytes[to] = byte;
    }
    to += 1;
  }
  return bytes;
}
