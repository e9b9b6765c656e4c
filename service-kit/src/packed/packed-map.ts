/**
 * A map of very many values of which few are asked for at a time, as of all accounts that there ever were: each entry is
 * some bytes outside of the heap, read anew by whoever asks, and those asked for of late are kept as they were read. It is
 * a `Map` in every other respect, but that two reads of a value need not give the same object.
 */
import { Packer, packed } from "./packer.ts";

/** Bytes of a page. The number of a page and a place in it are one address of 32 bits. */
const pageBytes = 65_536;
/** Before each entry: its slot, and how many bytes it has. */
const headBytes = 8;
const nowhere = 0xffff_ffff;
const gone = 0xffff_ffff;
/** Values that are kept as they were read: so many, and up to as many again. */
const keptMax = 8_192;
const slotsMin = 8;

/** One for all maps: they never write at the same time. */
const packer = new Packer();

interface Page {
  readonly bytes: Buffer;
  /** Bytes in use from the start, and of these the bytes of entries that are still there. */
  used: number;
  live: number;
}

export class PackedMap<K extends string | number, V> extends Map<K, V> {
  #pages: (Page | undefined)[] = [];
  readonly #free: number[] = [];
  #current = -1;
  /** Full, or short of room, since `#tidy`. */
  #left: number[] = [];
  /** By slot, in the order in which the keys came: where the entry stands. */
  #addresses = new Uint32Array(slotsMin).fill(nowhere);
  #slots = 0;
  #size = 0;
  /** Slots, counted from 1, by the hash of their keys; open addressing. */
  #index = new Uint32Array(slotsMin * 2);
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
    const pages = this.#pages.reduce((sum, page) => sum + (page?.bytes.length ?? 0), 0);
    return pages + this.#addresses.byteLength + this.#index.byteLength;
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
    if (place === -1) this.#add(keyLength);
    else this.#replace((this.#index[place] as number) - 1);
    if (this.#young.has(key)) this.#young.set(key, value);
    else this.#old.delete(key);
    return this;
  }

  override delete(key: K): boolean {
    const place = this.#find(key);
    if (place === -1) return false;
    const slot = (this.#index[place] as number) - 1;
    this.#index[place] = gone;
    const address = this.#addresses[slot] as number;
    this.#addresses[slot] = nowhere;
    this.#size -= 1;
    this.#young.delete(key);
    this.#old.delete(key);
    this.#release(address);
    this.#tidy();
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
    this.#pages = [];
    this.#free.length = 0;
    this.#left = [];
    this.#current = -1;
    this.#addresses = new Uint32Array(slotsMin).fill(nowhere);
    this.#slots = 0;
    this.#size = 0;
    this.#index = new Uint32Array(slotsMin * 2);
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
      if (this.#addresses[slot] !== nowhere) yield this.#entry(slot);
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
      if (this.#addresses[slot] !== nowhere) yield this.#entry(slot);
    }
  }

  /**
   * The entries that hold a text or a number somewhere, and a few that only seem to: far quicker than to read all. In no
   * order; those of something short may be many. Nothing may be changed meanwhile.
   */
  *holding(what: string | number): Generator<[K, V]> {
    const wanted = packed(what);
    for (const [number, page] of this.#pages.entries()) {
      if (page === undefined) continue;
      let found = page.bytes.indexOf(wanted);
      for (let at = 0; at < page.used && found !== -1; ) {
        const end = at + headBytes + page.bytes.readUInt32LE(at + 4);
        if (found < end) {
          const slot = page.bytes.readUInt32LE(at);
          if (this.#addresses[slot] === number * pageBytes + at) yield this.#entry(slot);
          found = page.bytes.indexOf(wanted, end);
        }
        at = end;
      }
    }
  }

  #keep(key: K, value: V): void {
    if (this.#young.size >= keptMax) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }

  #pageOf(address: number): Page {
    return this.#pages[Math.floor(address / pageBytes)] as Page;
  }

  #entry(slot: number): [K, V] {
    const address = this.#addresses[slot] as number;
    const at = (address % pageBytes) + headBytes;
    return packer.read(this.#pageOf(address).bytes, at, 2) as [K, V];
  }

  /** Packs the key. @returns its place in the index; -1: it is not there */
  #find(key: K): number {
    packer.begin();
    packer.write(key);
    const { buffer, length } = packer;
    const mask = this.#index.length - 1;
    for (let place = hashOf(buffer, 0, length) & mask; ; place = (place + 1) & mask) {
      const entry = this.#index[place] as number;
      if (entry === 0) return -1;
      if (entry !== gone && this.#isKey(entry - 1, buffer, length)) return place;
    }
  }

  #isKey(slot: number, key: Buffer, length: number): boolean {
    const address = this.#addresses[slot] as number;
    const { bytes } = this.#pageOf(address);
    const at = (address % pageBytes) + headBytes;
    for (let n = 0; n < length; n += 1) if (bytes[at + n] !== key[n]) return false;
    return true;
  }

  /** Enters what is packed as a new entry. */
  #add(keyLength: number): void {
    if (this.#slots === this.#addresses.length) this.#renumber();
    if ((this.#indexed + 1) * 4 > this.#index.length * 3) this.#reindex();
    const slot = this.#slots;
    this.#slots += 1;
    this.#size += 1;
    const { buffer, length } = packer;
    this.#addresses[slot] = this.#put(slot, buffer, 0, length);
    this.#enter(slot, hashOf(buffer, 0, keyLength));
    this.#tidy();
  }

  #enter(slot: number, hash: number): void {
    const mask = this.#index.length - 1;
    let place = hash & mask;
    while (this.#index[place] !== 0) place = (place + 1) & mask;
    this.#index[place] = slot + 1;
    this.#indexed += 1;
  }

  /** Puts what is packed in the place of an entry, or where it has more room. */
  #replace(slot: number): void {
    const { buffer, length } = packer;
    const address = this.#addresses[slot] as number;
    const { bytes } = this.#pageOf(address);
    const at = address % pageBytes;
    if (length <= bytes.readUInt32LE(at + 4)) {
      buffer.copy(bytes, at + headBytes, 0, length);
      return;
    }
    this.#addresses[slot] = this.#put(slot, buffer, 0, length);
    this.#release(address);
    this.#tidy();
  }

  /** Writes an entry behind the last. @returns where */
  #put(slot: number, source: Buffer, from: number, length: number): number {
    const wanted = headBytes + length;
    let page = this.#pages[this.#current];
    if (page === undefined || page.used + wanted > page.bytes.length) page = this.#open(wanted);
    const at = page.used;
    page.bytes.writeUInt32LE(slot, at);
    page.bytes.writeUInt32LE(length, at + 4);
    source.copy(page.bytes, at + headBytes, from, from + length);
    page.used += wanted;
    page.live += wanted;
    return this.#current * pageBytes + at;
  }

  #open(wanted: number): Page {
    // The first pages of a map are small: most maps stay so.
    const usual = Math.min(pageBytes, Math.max(512, this.#pages.length * 4_096));
    // Not of Node's pool, which a small piece would keep whole.
    const bytes = Buffer.from(new ArrayBuffer(Math.max(usual, wanted)));
    const page: Page = { bytes, used: 0, live: 0 };
    if (this.#current !== -1) this.#left.push(this.#current);
    this.#current = this.#free.pop() ?? this.#pages.length;
    this.#pages[this.#current] = page;
    return page;
  }

  /** An entry has left its place. */
  #release(address: number): void {
    const number = Math.floor(address / pageBytes);
    const page = this.#pages[number] as Page;
    page.live -= headBytes + page.bytes.readUInt32LE((address % pageBytes) + 4);
    if (number !== this.#current) this.#left.push(number);
  }

  /** Pages of which less than half is still there are emptied. */
  #tidy(): void {
    for (let number = this.#left.pop(); number !== undefined; number = this.#left.pop()) {
      const page = this.#pages[number];
      if (page !== undefined && number !== this.#current && page.live * 2 <= page.used) {
        this.#empty(page, number);
      }
    }
  }

  #empty(page: Page, number: number): void {
    for (let at = 0; at < page.used; ) {
      const slot = page.bytes.readUInt32LE(at);
      const length = page.bytes.readUInt32LE(at + 4);
      const begin = at + headBytes;
      if (this.#addresses[slot] === number * pageBytes + at) {
        this.#addresses[slot] = this.#put(slot, page.bytes, begin, length);
      }
      at = begin + length;
    }
    this.#pages[number] = undefined;
    this.#free.push(number);
  }

  /** Makes room for more slots: those of deleted keys go, in order, and where they are few, there are twice as many. */
  #renumber(): void {
    if (this.#size * 4 > this.#slots * 3) {
      const more = new Uint32Array(this.#addresses.length * 2).fill(nowhere, this.#slots);
      more.set(this.#addresses);
      this.#addresses = more;
      return;
    }
    this.#numbering += 1;
    let to = 0;
    for (let slot = 0; slot < this.#slots; slot += 1) {
      const address = this.#addresses[slot] as number;
      if (address === nowhere) continue;
      this.#pageOf(address).bytes.writeUInt32LE(to, address % pageBytes);
      this.#addresses[to] = address;
      to += 1;
    }
    this.#addresses.fill(nowhere, to);
    this.#slots = to;
    this.#reindex();
  }

  #reindex(): void {
    let length = slotsMin * 2;
    while (length * 3 < (this.#size + 1) * 5) length *= 2;
    this.#index = new Uint32Array(length);
    this.#indexed = 0;
    for (let slot = 0; slot < this.#slots; slot += 1) {
      const address = this.#addresses[slot] as number;
      if (address === nowhere) continue;
      const { bytes } = this.#pageOf(address);
      const at = (address % pageBytes) + headBytes;
      this.#enter(slot, hashOf(bytes, at, packer.endOf(bytes, at)));
    }
  }
}

/** FNV-1a, with its bits stirred: open addressing looks at the lowest. */
function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let at = from; at < to; at += 1) hash = Math.imul(hash ^ (bytes[at] as number), 0x0100_0193);
  return (hash ^ (hash >>> 15)) >>> 0;
}
