/** The bytes of a packed map's entries, by slot: pages outside of the heap that are emptied when little of them is left. */
import type { Packer, Shapes } from "./packer.ts";

/** Bytes of a page. The number of a page and a place in it are one address of 32 bits. */
const pageBytes = 65_536;
/** Before each entry: its slot, and how many bytes it has. */
const headBytes = 8;
const nowhere = 0xffff_ffff;
const slotsMin = 8;

export interface Page {
  /** Its place among the pages. */
  readonly number: number;
  readonly bytes: Buffer;
  /** Whose bytes these are: the packer's own, or those of a page that came from elsewhere, which takes no others. */
  readonly shapes: Shapes;
  /** Bytes in use from the start, and of these the bytes of entries that are still there. */
  used: number;
  live: number;
}

export class PackedEntries {
  readonly #packer: Packer;
  readonly #pages: (Page | undefined)[] = [];
  readonly #free: number[] = [];
  #current = -1;
  /** Full, or short of room, since `tidy`. */
  readonly #left: number[] = [];
  /** By slot: where the entry stands. */
  #addresses = new Uint32Array(slotsMin).fill(nowhere);

  constructor(packer: Packer) {
    this.#packer = packer;
  }

  /** Bytes taken, with what is kept free for more. */
  get bytes(): number {
    const pages = this.#pages.reduce((sum, page) => sum + (page?.bytes.length ?? 0), 0);
    return pages + this.#addresses.byteLength;
  }

  /** For so many slots there is room. */
  get room(): number {
    return this.#addresses.length;
  }

  has(slot: number): boolean {
    return this.#addresses[slot] !== nowhere;
  }

  /** The page of an entry that is there. */
  pageOf(slot: number): Page {
    return this.#pages[Math.floor((this.#addresses[slot] as number) / pageBytes)] as Page;
  }

  /** Where in its page an entry begins. */
  placeOf(slot: number): number {
    return ((this.#addresses[slot] as number) % pageBytes) + headBytes;
  }

  /** The slots of the entries in whose bytes some bytes stand, in no order. Nothing may be changed meanwhile. */
  *holding(wanted: Buffer): Generator<number> {
    for (const page of this.#pages) {
      if (page === undefined) continue;
      let found = page.bytes.indexOf(wanted);
      for (let at = 0; at < page.used && found !== -1; ) {
        const end = at + headBytes + page.bytes.readUInt32LE(at + 4);
        if (found < end) {
          const slot = page.bytes.readUInt32LE(at);
          if (this.#addresses[slot] === page.number * pageBytes + at) yield slot;
          found = page.bytes.indexOf(wanted, end);
        }
        at = end;
      }
    }
  }

  /** Writes the entry of an empty slot, on the page that takes what the packer writes if no other is named. */
  put(
    slot: number,
    source: Buffer,
    from: number,
    end: number,
    page = this.#roomFor(end - from),
  ): void {
    const at = page.used;
    page.bytes.writeUInt32LE(slot, at);
    page.bytes.writeUInt32LE(end - from, at + 4);
    source.copy(page.bytes, at + headBytes, from, end);
    page.used += headBytes + end - from;
    page.live += headBytes + end - from;
    this.#addresses[slot] = page.number * pageBytes + at;
  }

  /** Puts what the packer has written in the place of an entry, or where it has more room. */
  replace(slot: number): void {
    const { buffer, length, shapes } = this.#packer;
    const page = this.pageOf(slot);
    const at = this.placeOf(slot);
    if (page.shapes === shapes && length <= page.bytes.readUInt32LE(at - 4)) {
      buffer.copy(page.bytes, at, 0, length);
      return;
    }
    this.#release(page, at);
    this.put(slot, buffer, 0, length);
    this.#tidy();
  }

  delete(slot: number): void {
    this.#release(this.pageOf(slot), this.placeOf(slot));
    this.#addresses[slot] = nowhere;
    this.#tidy();
  }

  /** A page for entries of others, if there is none that has room for the next: for that one and so many bytes more. */
  pageFor(page: Page | undefined, length: number, more: number, shapes: Shapes): Page {
    const wanted = headBytes + length;
    if (page !== undefined && page.used + wanted <= page.bytes.length) return page;
    return this.#open(Math.max(wanted, Math.min(pageBytes, wanted + more)), shapes);
  }

  /** So many bytes take as many entries beside their own. */
  static headsOf(entries: number): number {
    return headBytes * entries;
  }

  /** Makes room for twice as many slots. */
  grow(): void {
    const more = new Uint32Array(this.#addresses.length * 2).fill(nowhere);
    more.set(this.#addresses);
    this.#addresses = more;
  }

  /** Numbers the slots anew, in their order, without those of deleted entries. @returns how many there are */
  renumber(): number {
    let to = 0;
    for (let slot = 0; slot < this.#addresses.length; slot += 1) {
      const address = this.#addresses[slot] as number;
      if (address === nowhere) continue;
      this.pageOf(slot).bytes.writeUInt32LE(to, address % pageBytes);
      this.#addresses[to] = address;
      to += 1;
    }
    this.#addresses.fill(nowhere, to);
    return to;
  }

  /** The page that has room for an entry of the packer. */
  #roomFor(length: number): Page {
    const wanted = headBytes + length;
    const page = this.#pages[this.#current];
    if (page !== undefined && page.used + wanted <= page.bytes.length) return page;
    // The first pages of a map are small: most maps stay so.
    const usual = Math.min(pageBytes, Math.max(512, this.#pages.length * 4_096));
    if (this.#current !== -1) this.#left.push(this.#current);
    const opened = this.#open(Math.max(usual, wanted), this.#packer.shapes);
    this.#current = opened.number;
    return opened;
  }

  #open(size: number, shapes: Shapes): Page {
    // Not of Node's pool, which a small piece would keep whole.
    const bytes = Buffer.from(new ArrayBuffer(size));
    const number = this.#free.pop() ?? this.#pages.length;
    const page: Page = { number, bytes, shapes, used: 0, live: 0 };
    this.#pages[number] = page;
    return page;
  }

  /** An entry leaves its place. */
  #release(page: Page, at: number): void {
    page.live -= headBytes + page.bytes.readUInt32LE(at - 4);
    if (page.number !== this.#current) this.#left.push(page.number);
  }

  /** Pages of which less than half is still there are emptied. */
  #tidy(): void {
    for (let number = this.#left.pop(); number !== undefined; number = this.#left.pop()) {
      const page = this.#pages[number];
      if (page !== undefined && number !== this.#current && page.live * 2 <= page.used) {
        this.#empty(page);
      }
    }
  }

  #empty(page: Page): void {
    for (let at = 0; at < page.used; ) {
      const slot = page.bytes.readUInt32LE(at);
      const begin = at + headBytes;
      const end = begin + page.bytes.readUInt32LE(at + 4);
      if (this.#addresses[slot] === page.number * pageBytes + at)
        this.#move(page, slot, begin, end);
      at = end;
    }
    this.#pages[page.number] = undefined;
    this.#free.push(page.number);
  }

  /** What stands on a page from elsewhere is written anew. */
  #move({ bytes, shapes }: Page, slot: number, from: number, end: number): void {
    const packer = this.#packer;
    if (shapes === packer.shapes) {
      this.put(slot, bytes, from, end);
      return;
    }
    packer.begin();
    for (const value of packer.read(bytes, from, 2, shapes)) packer.write(value);
    this.put(slot, packer.buffer, 0, packer.length);
  }
}
