/**
 * A map of very many values of which few are asked for at a time, as of all accounts that there ever were: each entry is
 * some bytes outside of the heap, read anew by whoever asks, and those asked for of late are kept as they were read. It is
 * a `Map` in every other respect, but that two reads of a value need not give the same object.
 */
import { PackedEntries, type Page } from "./packed-entries.ts";
import {
  type Excerpt,
  type PackedPage,
  shapesIn,
  spansOf,
  tableOf,
  writeEntry,
} from "./packed-page.ts";
import { endOf, Packer, packed } from "./packer.ts";

const gone = 0xffff_ffff;
/** Values that are kept as they were read: so many, and up to as many again. */
const keptMax = 8_192;
const indexMin = 16;

/** One for all maps: they never write at the same time. */
const packer = new Packer();

export class PackedMap<K extends string | number, V> extends Map<K, V> {
  #entries = new PackedEntries(packer);
  /** In the order in which the keys came. */
  #slots = 0;
  #size = 0;
  /** Slots, counted from 1, by the hash of their keys; open addressing. */
  #index = new Uint32Array(indexMin);
  /** Places of the index that are or were in use. */
  #indexed = 0;
  /** Raised when slots change their numbers. */
  #numbering = 0;
  #young = new Map<K, V>();
  #old = new Map<K, V>();

  constructor(entries?: Iterable<readonly [K, V]>) {
    super();
    for (const [key, value] of entries ?? []) this.set(key, value);
  }

  override get size(): number {
    return this.#size;
  }

  /** Bytes that the entries take, with what is kept free for more. */
  get bytes(): number {
    return this.#entries.bytes + this.#index.byteLength;
  }

  override has(key: K): boolean {
    return this.#young.has(key) || this.#old.has(key) || this.#find(key) !== -1;
  }

  override get(key: K): V | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) {
      this.#keep(key, old);
      return old;
    }
    const place = this.#find(key);
    if (place === -1) return undefined;
    const [, value] = this.#entry((this.#index[place] as number) - 1) as [K, V];
    this.#keep(key, value);
    return value;
  }

  /** @throws TypeError where the value is none that JSON or a map holds */
  override set(key: K, value: V): this {
    // The packer is this map's own: the index is asked before the value is written behind the key.
    const place = this.#find(key);
    const keyLength = packer.length;
    packer.write(value);
    if (place === -1) {
      const { buffer, length } = packer;
      this.#entries.put(this.#add(hashOf(buffer, 0, keyLength)), buffer, 0, length);
    } else this.#entries.replace((this.#index[place] as number) - 1);
    if (this.#young.has(key)) this.#young.set(key, value);
    else this.#old.delete(key);
    return this;
  }

  override delete(key: K): boolean {
    const place = this.#find(key);
    if (place === -1) return false;
    const slot = (this.#index[place] as number) - 1;
    this.#index[place] = gone;
    this.#size -= 1;
    this.#young.delete(key);
    this.#old.delete(key);
    this.#entries.delete(slot);
    return true;
  }

  /** Keys that are there, each once, in the order in which they came. */
  inOrder(keys: Iterable<K>): readonly K[] {
    const slots = new Map<K, number>();
    for (const key of keys) {
      const place = slots.has(key) ? -1 : this.#find(key);
      if (place !== -1) slots.set(key, this.#index[place] as number);
    }
    return [...slots].sort(([, one], [, other]) => one - other).map(([key]) => key);
  }

  override clear(): void {
    this.#entries = new PackedEntries(packer);
    this.#slots = 0;
    this.#size = 0;
    this.#index = new Uint32Array(indexMin);
    this.#indexed = 0;
    this.#numbering += 1;
    this.#young.clear();
    this.#old.clear();
  }

  override forEach(call: (value: V, key: K, map: Map<K, V>) => void): void {
    for (const [key, value] of this.entries()) call(value, key, this);
  }

  /**
   * In the order of their coming. What is read here is not kept. Values may be changed and keys deleted meanwhile.
   * @throws Error where a key is added meanwhile
   */
  override *entries(): MapIterator<[K, V]> {
    const numbering = this.#numbering;
    const slots = this.#slots;
    for (let slot = 0; slot < slots; slot += 1) {
      if (this.#numbering !== numbering) throw new Error("keys were added while they are read");
      if (this.#entries.has(slot)) yield this.#entry(slot);
    }
  }

  override *keys(): MapIterator<K> {
    for (const [key] of this.entries()) yield key;
  }

  override *values(): MapIterator<V> {
    for (const [, value] of this.entries()) yield value;
  }

  override [Symbol.iterator](): MapIterator<[K, V]> {
    return this.entries();
  }

  /**
   * So many entries at most, from the nth on, in the order of their coming; n counts those that were deleted, until keys are
   * numbered anew. Nothing may be changed meanwhile.
   */
  *slice(from: number, count: number): Generator<[K, V]> {
    const end = Math.min(this.#slots, from + count);
    for (let slot = from; slot < end; slot += 1) {
      if (this.#entries.has(slot)) yield this.#entry(slot);
    }
  }

  /** Up to where `slice` and `page` find entries. */
  get places(): number {
    return this.#slots;
  }

  /** The how many-th entry that of a key is, as `slice` counts; -1: none. */
  placeOf(key: K): number {
    const place = this.#find(key);
    return place === -1 ? -1 : (this.#index[place] as number) - 1;
  }

  /**
   * The entries that hold a text or a number somewhere, and a few that only seem to: far quicker than to read all. In no
   * order; those of something short may be many. Nothing may be changed meanwhile.
   */
  *holding(what: string | number): Generator<[K, V]> {
    for (const slot of this.#entries.holding(packed(what))) yield this.#entry(slot);
  }

  /**
   * Entries for a map of another process: so many at most, from the nth on (as in `slice`), whole or an excerpt of each.
   * Nothing may be changed meanwhile.
   */
  page(from: number, count: number, excerpt?: Excerpt<K>): PackedPage {
    packer.begin();
    const end = Math.min(this.#slots, from + count);
    for (let slot = from; slot < end; slot += 1) {
      if (!this.#entries.has(slot)) continue;
      const { bytes, shapes } = this.#entries.pageOf(slot);
      writeEntry(packer, bytes, this.#entries.placeOf(slot), shapes, excerpt);
    }
    const bytes = Buffer.from(packer.buffer.subarray(0, packer.length));
    return { bytes, shapes: shapesIn(bytes, packer.shapes) };
  }

  /**
   * Takes entries over as they are, but for those whose keys are there already. What it takes stands behind what was
   * there (`slice`).
   * @returns what it did not take
   * @throws RangeError where the bytes are no page
   */
  take(page: PackedPage): readonly (readonly [K, V])[] {
    const shapes = tableOf(page);
    const { bytes } = page;
    const spans = spansOf(bytes, shapes);
    const known: [K, V][] = [];
    let into: Page | undefined;
    for (const [n, [at, keyEnd, end]] of spans.entries()) {
      if (this.#locate(bytes, at, keyEnd) !== -1) {
        known.push(packer.read(bytes, at, 2, shapes) as [K, V]);
        continue;
      }
      const more = bytes.length - end + PackedEntries.headsOf(spans.length - n - 1);
      into = this.#entries.pageFor(into, end - at, more, shapes);
      this.#entries.put(this.#add(hashOf(bytes, at, keyEnd)), bytes, at, end, into);
    }
    return known;
  }

  #keep(key: K, value: V): void {
    if (this.#young.size >= keptMax) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }

  #entry(slot: number): [K, V] {
    const { bytes, shapes } = this.#entries.pageOf(slot);
    return packer.read(bytes, this.#entries.placeOf(slot), 2, shapes) as [K, V];
  }

  /** Packs the key. @returns its place in the index; -1: it is not there */
  #find(key: K): number {
    packer.begin();
    packer.write(key);
    return this.#locate(packer.buffer, 0, packer.length);
  }

  /** The place in the index of a packed key; -1: it is not there. */
  #locate(key: Buffer, from: number, to: number): number {
    const mask = this.#index.length - 1;
    for (let place = hashOf(key, from, to) & mask; ; place = (place + 1) & mask) {
      const entry = this.#index[place] as number;
      if (entry === 0) return -1;
      if (entry !== gone && this.#isKey(entry - 1, key, from, to)) return place;
    }
  }

  #isKey(slot: number, key: Buffer, from: number, to: number): boolean {
    const { bytes } = this.#entries.pageOf(slot);
    const at = this.#entries.placeOf(slot) - from;
    for (let n = from; n < to; n += 1) if (bytes[at + n] !== key[n]) return false;
    return true;
  }

  /** Makes a slot for a key that is not there, by its hash. @returns the slot, in which nothing stands yet */
  #add(hash: number): number {
    if (this.#slots === this.#entries.room) this.#renumber();
    if ((this.#indexed + 1) * 4 > this.#index.length * 3) this.#reindex();
    const slot = this.#slots;
    this.#slots += 1;
    this.#size += 1;
    this.#enter(slot, hash);
    return slot;
  }

  #enter(slot: number, hash: number): void {
    const mask = this.#index.length - 1;
    let place = hash & mask;
    while (this.#index[place] !== 0) place = (place + 1) & mask;
    this.#index[place] = slot + 1;
    this.#indexed += 1;
  }

  /** Makes room for more slots: those of deleted keys go, in order, and where they are few, there are twice as many. */
  #renumber(): void {
    if (this.#size * 4 > this.#slots * 3) {
      this.#entries.grow();
      return;
    }
    this.#numbering += 1;
    this.#slots = this.#entries.renumber();
    this.#reindex();
  }

  #reindex(): void {
    let length = indexMin;
    while (length * 3 < (this.#size + 1) * 5) length *= 2;
    this.#index = new Uint32Array(length);
    this.#indexed = 0;
    for (let slot = 0; slot < this.#slots; slot += 1) {
      if (!this.#entries.has(slot)) continue;
      const { bytes, shapes } = this.#entries.pageOf(slot);
      const at = this.#entries.placeOf(slot);
      this.#enter(slot, hashOf(bytes, at, endOf(bytes, at, shapes)));
    }
  }
}

/** FNV-1a, with its bits stirred: open addressing looks at the lowest. */
function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let at = from; at < to; at += 1) hash = Math.imul(hash ^ (bytes[at] as number), 0x0100_0193);
  return (hash ^ (hash >>> 15)) >>> 0;
}
