/**
 * Entries of one packed map as they go to one of another process: the bytes as they stand, and the shapes that they
 * name, so that neither side makes a value of each.
 */
import { endOf, objectAt, type Packer, type Shapes } from "./packer.ts";

/** The form of the bytes. Whoever changes how values are packed raises it. */
export const packedForm = 1;

export interface PackedPage {
  /** Shapes by the numbers that the bytes name them by. */
  readonly shapes: readonly (readonly [number, readonly string[]])[];
  /** One entry behind the other, each a key and its value. */
  readonly bytes: Buffer;
}

/** What of each value a page holds. */
export interface Excerpt<K> {
  /** The first of these fields is an object, whose keys are the value's own in the page; the others stand beside them. */
  readonly fields: readonly [string, ...string[]];
  /** Fields that few values have: those stand beside them too. */
  readonly optional?: readonly string[];
  /** What stands there besides: no texts, which could stand in the object before and would be named by it. */
  readonly more: (key: K) => Readonly<Record<string, number | boolean | null>>;
}

/** Writes the entry that stands at a place, or an excerpt of it: as it stands where that can be. */
export function writeEntry<K>(
  packer: Packer,
  from: Buffer,
  at: number,
  shapes: Shapes,
  excerpt: Excerpt<K> | undefined,
): void {
  packer.next();
  const isOwn = shapes === packer.shapes;
  const keyEnd = endOf(from, at, shapes);
  if (excerpt === undefined) {
    if (isOwn) packer.copy(from, at, endOf(from, keyEnd, shapes));
    else for (const value of packer.read(from, at, 2, shapes)) packer.write(value);
    return;
  }
  const { fields, optional = [], more } = excerpt;
  const object = objectAt(from, keyEnd, shapes);
  const [key] = packer.read(from, at, 1, shapes) as [K];
  const beside = more(key);
  const isPlain = !optional.some((field) => object?.keys.includes(field));
  if (isOwn && isPlain && fields.every((field, index) => object?.keys[index] === field)) {
    const begin = object?.at ?? keyEnd;
    const end = fields.reduce((place) => endOf(from, place, shapes), begin);
    packer.copy(from, at, keyEnd);
    packer.writeMore([...fields.slice(1), ...Object.keys(beside)]);
    packer.copy(from, begin, end);
    for (const value of Object.values(beside)) packer.write(value);
    return;
  }
  const [, value] = packer.read(from, at, 2, shapes) as [K, Readonly<Record<string, unknown>>];
  const [first, ...others] = fields;
  const rest = Object.fromEntries(
    [...others, ...optional.filter((field) => field in value)].map((field) => [
      field,
      value[field],
    ]),
  );
  packer.write(key);
  packer.write({ ...(value[first] as object), ...rest, ...beside });
}

/** Those shapes that the bytes of a page name. */
export function shapesIn(bytes: Buffer, shapes: Shapes): PackedPage["shapes"] {
  const seen = new Set<number>();
  for (let at = 0; at < bytes.length; ) at = endOf(bytes, at, shapes, seen);
  return [...seen].map((number) => [number, shapes[number] as readonly string[]]);
}

let latest = { text: "", table: [] as Shapes };

/** The shapes of a page, by number. Pages of one process nearly always share them. */
export function tableOf({ shapes }: PackedPage): Shapes {
  const text = JSON.stringify(shapes);
  if (text === latest.text) return latest.table;
  const table: (readonly string[])[] = [];
  for (const [number, keys] of shapes) table[number] = keys;
  latest = { text, table };
  return table;
}

/** Where an entry begins, its key ends and it ends. */
export type Span = readonly [begin: number, keyEnd: number, end: number];

/** @throws RangeError where the bytes are no page */
export function spansOf(bytes: Buffer, shapes: Shapes): readonly Span[] {
  const spans: Span[] = [];
  for (let at = 0; at < bytes.length; ) {
    const keyEnd = endOf(bytes, at, shapes);
    const end = endOf(bytes, keyEnd, shapes);
    if (end > bytes.length) throw new RangeError("a packed page is cut off");
    spans.push([at, keyEnd, end]);
    at = end;
  }
  return spans;
}
