/** Ids of what moves in: those that it had, where ours can be so; else ones that follow from them, the same in every run. */
import { createHash } from "node:crypto";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A UUID that follows from what it is, where it comes from, and what it was called there. */
export function derivedId(source: string, kind: string, given: string): string {
  const hex = createHash("sha256").update(`${source}\0${kind}\0${given}`).digest("hex");
  const at = (from: number, to: number): string => hex.slice(from, to);
  return `${at(0, 8)}-${at(8, 12)}-8${at(13, 16)}-a${at(17, 20)}-${at(20, 32)}`;
}

/** The id itself where it is a UUID, whatever its case; else one that follows from it. */
export function keptId(source: string, kind: string, given: string): string {
  const lower = given.toLowerCase();
  return uuid.test(lower) ? lower : derivedId(source, kind, given);
}

/** 16 bytes an entry, twice as many places as entries: a million take 32 MiB. */
const words = 4;
const placesMin = 1 << 12;

/** A set of UUIDs, as small as numbers can be. */
export class IdSet {
  #table = new Uint32Array(placesMin * words);
  readonly #entry = new Uint32Array(words);
  #size = 0;

  /** @returns whether it was not there before */
  add(id: string): boolean {
    if ((this.#size + 1) * 2 * words > this.#table.length) this.#grow();
    takeWords(id, this.#entry);
    const isNew = put(this.#table, this.#entry, 0);
    if (isNew) this.#size += 1;
    return isNew;
  }

  #grow(): void {
    const before = this.#table;
    this.#table = new Uint32Array(before.length * 2);
    for (let at = 0; at < before.length; at += words) {
      if (isTaken(before, at)) put(this.#table, before, at);
    }
  }
}

const dash = 0x2d;

/** Writes a UUID in small letters as numbers. */
function takeWords(id: string, into: Uint32Array): void {
  let word = 0;
  let digits = 0;
  for (let at = 0; at < id.length; at += 1) {
    const code = id.charCodeAt(at);
    if (code === dash) continue;
    word = (word << 4) | (code < 0x3a ? code - 0x30 : code - 0x57);
    digits += 1;
    if (digits % 8 === 0) into[digits / 8 - 1] = word;
  }
  // All zeros is an empty place.
  if (!isTaken(into, 0)) into[3] = 1;
}

/** Ids that count up lie apart: one behind the other they would be long rows to look through. */
function mixed(a: number, b: number, c: number, d: number): number {
  let x = Math.imul(a ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35) ^ d, 0x9e3779b1);
  x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d);
  return (x ^ (x >>> 13)) >>> 0;
}

const isTaken = (table: Uint32Array, at: number): boolean =>
  table[at] !== 0 || table[at + 1] !== 0 || table[at + 2] !== 0 || table[at + 3] !== 0;

/** @param from where in `entries` the id's words begin */
function put(table: Uint32Array, entries: Uint32Array, from: number): boolean {
  const [a, b] = [entries[from] as number, entries[from + 1] as number];
  const [c, d] = [entries[from + 2] as number, entries[from + 3] as number];
  let at = (mixed(a, b, c, d) % (table.length / words)) * words;
  for (; isTaken(table, at); at = (at + words) % table.length) {
    if (table[at] === a && table[at + 1] === b && table[at + 2] === c && table[at + 3] === d)
      return false;
  }
  table[at] = a;
  table[at + 1] = b;
  table[at + 2] = c;
  table[at + 3] = d;
  return true;
}

/** A set of whole numbers, a bit for each up to the highest. */
export class NumberSet {
  #bits = new Uint8Array(64);

  add(n: number): void {
    const at = n >>> 3;
    if (at >= this.#bits.length) {
      const before = this.#bits;
      this.#bits = new Uint8Array(Math.max(before.length * 2, at + 1));
      this.#bits.set(before);
    }
    this.#bits[at] = (this.#bits[at] as number) | (1 << (n & 7));
  }

  has(n: number): boolean {
    return ((this.#bits[n >>> 3] ?? 0) & (1 << (n & 7))) !== 0;
  }
}
