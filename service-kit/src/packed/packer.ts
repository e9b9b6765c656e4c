/**
 * Values as a few bytes and back: what JSON holds, and maps. Ids take their 16 bytes, a string that stands in a record
 * twice is written once, and the keys of objects are kept apart, as shapes with numbers. Who reads bytes of another packer
 * brings its shapes along (`PackedPage`). They are never stored.
 */
import { readCount, readUuid, writeUuid } from "./bytes.ts";

/** What begins a value. From 0x40 on the low six bits are the length of a Latin-1 string, from 0x80 on a number below 128. */
const tags = {
  nothing: 0,
  true: 1,
  false: 2,
  positive: 3,
  negative: 4,
  double: 5,
  uuid: 6,
  digest: 7,
  latin1: 8,
  utf8: 9,
  again: 10,
  array: 11,
  object: 12,
  map: 13,
  /** An object with more keys: their shape, the object, what they hold. */
  more: 14,
} as const;
const shortText = 0x40;
const smallNumber = 0x80;

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** 32 bytes in base64url, as keyed digests are written. The last sign holds four bits. */
const digestPattern = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: all of Latin-1
const latin1Pattern = /^[\u0000-\u00ff]*$/;
const uuidBytes = 16;
const digestBytes = 32;
/** Shorter ones are not looked for. */
const againMin = 4;

/** The keys of objects as a tree, so that to name those of one needs no text of them all. */
interface Shape {
  readonly keys: readonly string[];
  readonly next: Map<string, Shape>;
  /** Its number, once an object has had exactly these keys. */
  number: number;
}

const numbers = Buffer.alloc(8);

/** The keys of objects by the numbers of their shapes. */
export type Shapes = readonly (readonly string[])[];

/** Where what was read ends, the strings so far, and the shapes of whoever wrote it. */
interface Reader {
  at: number;
  readonly texts: string[];
  readonly shapes: Shapes;
}

/** Writes values into one buffer of its own, which grows, and reads them out of any. */
export class Packer {
  readonly #root: Shape = { keys: [], next: new Map(), number: -1 };
  readonly #shapes: (readonly string[])[] = [];
  #buffer: Buffer = Buffer.allocUnsafe(256);
  #at = 0;
  readonly #texts: string[] = [];

  /** Holds the record that is written, from its start on; another one when it has grown. */
  get buffer(): Buffer {
    return this.#buffer;
  }

  /** Bytes of the record so far. */
  get length(): number {
    return this.#at;
  }

  /** The shapes of what is written here; more come. */
  get shapes(): Shapes {
    return this.#shapes;
  }

  /** Begins a record anew. */
  begin(): void {
    this.#at = 0;
    this.#texts.length = 0;
  }

  /** Begins another record behind what is written. */
  next(): void {
    this.#texts.length = 0;
  }

  /** Takes bytes over as they are. */
  copy(from: Buffer, at: number, end: number): void {
    this.#room(end - at);
    this.#at += from.copy(this.#buffer, this.#at, at, end);
  }

  /** Writes that an object, which comes next, has more keys, whose values come behind it. */
  writeMore(keys: readonly string[]): void {
    this.#writeByte(tags.more);
    this.#writeShape(keys.reduce(nextShape, this.#root));
  }

  /** Writes a value behind those of the record. @throws TypeError where it is none that JSON or a map holds */
  write(value: unknown): void {
    if (typeof value === "string") this.#writeText(value);
    else if (typeof value === "number") this.#writeNumber(value);
    else if (typeof value === "boolean") this.#writeByte(value ? tags.true : tags.false);
    else if (value === null) this.#writeByte(tags.nothing);
    else if (typeof value !== "object") throw new TypeError(`not to be packed: ${typeof value}`);
    else if (Array.isArray(value)) {
      this.#writeByte(tags.array);
      this.#writeCount(value.length);
      for (const item of value) this.write(item);
    } else if (value instanceof Map) {
      this.#writeByte(tags.map);
      this.#writeCount(value.size);
      for (const [key, item] of value) {
        this.write(key);
        this.write(item);
      }
    } else this.#writeObject(value as Readonly<Record<string, unknown>>);
  }

  /** Reads the values of a record that begin at a place, one after the other. */
  read(from: Buffer, at: number, count: number, shapes: Shapes = this.#shapes): unknown[] {
    const reader: Reader = { at, texts: [], shapes };
    const values: unknown[] = [];
    for (let n = 0; n < count; n += 1) values.push(this.#read(from, reader));
    return values;
  }

  #room(bytes: number): void {
    const wanted = this.#at + bytes;
    if (wanted <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(wanted, this.#buffer.length * 2));
    this.#buffer.copy(grown, 0, 0, this.#at);
    this.#buffer = grown;
  }

  #writeByte(byte: number): void {
    this.#room(1);
    this.#buffer[this.#at] = byte;
    this.#at += 1;
  }

  /** Seven bits a byte, the lowest first. */
  #writeCount(count: number): void {
    let left = count;
    while (left >= 128) {
      this.#writeByte((left % 128) + 128);
      left = Math.floor(left / 128);
    }
    this.#writeByte(left);
  }

  #writeNumber(value: number): void {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) {
      this.#writeByte(tags.double);
      this.#room(8);
      this.#buffer.writeDoubleLE(value, this.#at);
      this.#at += 8;
    } else if (value < 0) {
      this.#writeByte(tags.negative);
      this.#writeCount(-value);
    } else if (value < 128) this.#writeByte(smallNumber + value);
    else {
      this.#writeByte(tags.positive);
      this.#writeCount(value);
    }
  }

  #writeText(text: string): void {
    if (text.length >= againMin) {
      const known = this.#texts.indexOf(text);
      if (known !== -1) {
        this.#writeByte(tags.again);
        this.#writeCount(known);
        return;
      }
      this.#texts.push(text);
    }
    if (text.length === 36 && uuidPattern.test(text)) this.#writeUuid(text);
    else if (text.length === 43 && digestPattern.test(text)) {
      this.#writeByte(tags.digest);
      this.#room(digestBytes);
      this.#at += this.#buffer.write(text, this.#at, "base64url");
    } else if (latin1Pattern.test(text)) this.#writeLatin1(text);
    else {
      this.#writeByte(tags.utf8);
      const bytes = Buffer.byteLength(text);
      this.#writeCount(bytes);
      this.#room(bytes);
      this.#at += this.#buffer.write(text, this.#at);
    }
  }

  #writeLatin1(text: string): void {
    if (text.length < smallNumber - shortText) this.#writeByte(shortText + text.length);
    else {
      this.#writeByte(tags.latin1);
      this.#writeCount(text.length);
    }
    this.#room(text.length);
    this.#at += this.#buffer.write(text, this.#at, "latin1");
  }

  #writeUuid(text: string): void {
    this.#writeByte(tags.uuid);
    this.#room(uuidBytes);
    writeUuid(text, this.#buffer, this.#at);
    this.#at += uuidBytes;
  }

  #writeObject(value: Readonly<Record<string, unknown>>): void {
    let shape = this.#root;
    for (const key in value) if (value[key] !== undefined) shape = nextShape(shape, key);
    this.#writeByte(tags.object);
    this.#writeShape(shape);
    for (const key of shape.keys) this.write(value[key]);
  }

  #writeShape(shape: Shape): void {
    if (shape.number === -1) shape.number = this.#shapes.push(shape.keys) - 1;
    this.#writeCount(shape.number);
  }

  #read(from: Buffer, reader: Reader): unknown {
    const tag = from[reader.at] as number;
    reader.at += 1;
    if (tag >= smallNumber) return tag - smallNumber;
    if (tag >= shortText) return this.#readLatin1(from, reader, tag - shortText);
    switch (tag) {
      case tags.nothing:
        return null;
      case tags.true:
        return true;
      case tags.false:
        return false;
      case tags.positive:
        return readCount(from, reader);
      case tags.negative:
        return -readCount(from, reader);
      case tags.double:
        from.copy(numbers, 0, reader.at, reader.at + 8);
        reader.at += 8;
        return numbers.readDoubleLE();
      case tags.array:
        return this.#readArray(from, reader);
      case tags.object:
        return this.#readObject(from, reader);
      case tags.map:
        return this.#readMap(from, reader);
      case tags.more:
        return this.#readMore(from, reader);
      default:
        return this.#readText(from, reader, tag);
    }
  }

  #readArray(from: Buffer, reader: Reader): unknown[] {
    const items: unknown[] = [];
    for (let left = readCount(from, reader); left > 0; left -= 1) {
      items.push(this.#read(from, reader));
    }
    return items;
  }

  #readMap(from: Buffer, reader: Reader): Map<unknown, unknown> {
    const items = new Map<unknown, unknown>();
    for (let left = readCount(from, reader); left > 0; left -= 1) {
      const key = this.#read(from, reader);
      items.set(key, this.#read(from, reader));
    }
    return items;
  }

  #readObject(from: Buffer, reader: Reader): Record<string, unknown> {
    const keys = reader.shapes[readCount(from, reader)] as readonly string[];
    const value: Record<string, unknown> = {};
    for (const key of keys) value[key] = this.#read(from, reader);
    return value;
  }

  #readMore(from: Buffer, reader: Reader): Record<string, unknown> {
    const keys = reader.shapes[readCount(from, reader)] as readonly string[];
    const value = this.#read(from, reader) as Record<string, unknown>;
    for (const key of keys) value[key] = this.#read(from, reader);
    return value;
  }

  #readText(from: Buffer, reader: Reader, tag: number): string {
    if (tag === tags.again) return reader.texts[readCount(from, reader)] as string;
    if (tag === tags.latin1) return this.#readLatin1(from, reader, readCount(from, reader));
    let text: string;
    if (tag === tags.uuid) {
      text = readUuid(from, reader.at);
      reader.at += uuidBytes;
    } else if (tag === tags.digest) {
      text = from.toString("base64url", reader.at, reader.at + digestBytes);
      reader.at += digestBytes;
    } else if (tag === tags.utf8) {
      const bytes = readCount(from, reader);
      text = from.toString("utf8", reader.at, reader.at + bytes);
      reader.at += bytes;
    } else throw new RangeError(`no packed value begins with ${tag}`);
    if (text.length >= againMin) reader.texts.push(text);
    return text;
  }

  #readLatin1(from: Buffer, reader: Reader, length: number): string {
    const text = from.toString("latin1", reader.at, reader.at + length);
    reader.at += length;
    if (length >= againMin) reader.texts.push(text);
    return text;
  }
}

function nextShape(shape: Shape, key: string): Shape {
  const known = shape.next.get(key);
  if (known !== undefined) return known;
  const next: Shape = { keys: [...shape.keys, key], next: new Map(), number: -1 };
  shape.next.set(key, next);
  return next;
}

/** Where the value ends that begins at a place. @param seen is told the numbers of its shapes */
export function endOf(from: Buffer, at: number, shapes: Shapes, seen?: Set<number>): number {
  const place = { at };
  skip(from, place, shapes, seen);
  return place.at;
}

function skip(from: Buffer, place: { at: number }, shapes: Shapes, seen?: Set<number>): void {
  const tag = from[place.at] as number;
  place.at += 1;
  if (tag >= smallNumber) return;
  if (tag >= shortText) place.at += tag - shortText;
  else if (tag === tags.uuid) place.at += uuidBytes;
  else if (tag === tags.digest) place.at += digestBytes;
  else if (tag === tags.double) place.at += 8;
  else if (tag === tags.latin1 || tag === tags.utf8) {
    const bytes = readCount(from, place);
    place.at += bytes;
  } else if (tag === tags.again || tag === tags.positive || tag === tags.negative) {
    readCount(from, place);
  } else if (tag >= tags.array) {
    for (let left = partsOf(tag, from, place, shapes, seen); left > 0; left -= 1) {
      skip(from, place, shapes, seen);
    }
  }
}

/** How many values a list, a map or an object consists of. */
function partsOf(
  tag: number,
  from: Buffer,
  place: { at: number },
  shapes: Shapes,
  seen?: Set<number>,
): number {
  const count = readCount(from, place);
  if (tag === tags.array) return count;
  if (tag === tags.map) return count * 2;
  const keys = shapes[count];
  if (keys === undefined) throw new RangeError(`packed with an unknown shape: ${count}`);
  seen?.add(count);
  return keys.length + Number(tag === tags.more);
}

/** Of a packed object: where its first value stands, and its keys. undefined: it is no object, or has more keys. */
export function objectAt(
  from: Buffer,
  at: number,
  shapes: Shapes,
): { readonly at: number; readonly keys: readonly string[] } | undefined {
  if (from[at] !== tags.object) return undefined;
  const place = { at: at + 1 };
  const keys = shapes[readCount(from, place)] ?? [];
  return { at: place.at, keys };
}

/** The bytes that stand for a text or a number in every record that holds it. */
export function packed(what: string | number): Buffer {
  const packer = new Packer();
  packer.begin();
  packer.write(what);
  return Buffer.from(packer.buffer.subarray(0, packer.length));
}
