/**
 * Numbers by texts, some bytes each: only hashes of the texts are kept, so that whoever looks one up compares what it
 * finds, and the texts stand in one place alone. Of names by which entries of a packed map are found.
 */
const slotsMin = 16;
/** A place whose number was taken away. */
const gone = 0xffff_ffff;

export class TextIndex {
  /** By turns a hash and a number, counted from 1; open addressing. */
  #places = new Uint32Array(slotsMin * 2);
  #size = 0;
  /** Places that are or were in use. */
  #used = 0;

  /** Bytes taken. */
  get bytes(): number {
    return this.#places.byteLength;
  }

  add(text: string, number: number): void {
    if ((this.#used + 1) * 4 > (this.#places.length / 2) * 3) this.#rebuild();
    this.#enter(hashOf(text), number);
  }

  /** Takes away one entry of that text and number. */
  delete(text: string, number: number): void {
    for (const place of this.#matching(hashOf(text))) {
      if (this.#places[place + 1] !== number + 1) continue;
      this.#places[place + 1] = gone;
      this.#size -= 1;
      return;
    }
  }

  /** The numbers of a text, and now and then one of another. */
  find(text: string): readonly number[] {
    return [...this.#matching(hashOf(text))].map(
      (place) => (this.#places[place + 1] as number) - 1,
    );
  }

  *#matching(hash: number): Generator<number> {
    const mask = this.#places.length - 1;
    for (let place = (hash * 2) & mask; ; place = (place + 2) & mask) {
      const entry = this.#places[place + 1] as number;
      if (entry === 0) return;
      if (entry !== gone && this.#places[place] === hash) yield place;
    }
  }

  #enter(hash: number, number: number): void {
    const mask = this.#places.length - 1;
    let place = (hash * 2) & mask;
    while (this.#places[place + 1] !== 0) place = (place + 2) & mask;
    this.#places[place] = hash;
    this.#places[place + 1] = number + 1;
    this.#size += 1;
    this.#used += 1;
  }

  #rebuild(): void {
    const before = this.#places;
    let slots = slotsMin;
    while (slots * 3 < (this.#size + 1) * 5) slots *= 2;
    this.#places = new Uint32Array(slots * 2);
    this.#size = 0;
    this.#used = 0;
    for (let place = 0; place < before.length; place += 2) {
      const entry = before[place + 1] as number;
      if (entry !== 0 && entry !== gone) this.#enter(before[place] as number, entry - 1);
    }
  }
}

/** FNV-1a over the units of a text, with its bits stirred. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x0100_0193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
