/**
 * The items of a HEIF or AVIF file (ISO/IEC 23008-12): pictures stay, and whatever else lies beside them is zeroed:
 * what the camera wrote, XMP, names. How a picture stands is a property of its own there.
 */
import { type Box, blank, boxesIn, type Loaded } from "./boxes.ts";
import { sure } from "./source.ts";

const pictures: ReadonlySet<string> = new Set([
  "hvc1",
  "av01",
  "avc1",
  "vvc1",
  "grid",
  "iovl",
  "iden",
  "tmap",
  "lhv1",
  "unci",
  "mski",
]);
const kept: ReadonlySet<string> = new Set([
  "hdlr",
  "pitm",
  "iinf",
  "iloc",
  "iref",
  "iprp",
  "idat",
  "dinf",
  "grpl",
]);

/** Stretches of one file's items; honest ones have one for each. */
const extentsMax = 100_000;

/** An empty table of TIFF behind the four bytes of its place, for readers that insist on one. */
const nothing = Buffer.from("000000004d4d002a00000008000000000000", "hex");

/** Reads numbers of a box one behind the other. @throws UnreadableError beyond its end */
class Cursor {
  readonly #bytes: Buffer;
  readonly #end: number;
  at: number;

  constructor(bytes: Buffer, { body, end }: Box) {
    this.#bytes = bytes;
    this.#end = end;
    this.at = body;
  }

  /** Of so many bytes: 0, 1, 2, 4 or 8. */
  number(length: number): number {
    sure(this.at + length <= this.#end, "a box is cut off");
    const at = this.at;
    this.at += length;
    if (length === 0) return 0;
    return length === 8
      ? Number(this.#bytes.readBigUInt64BE(at))
      : this.#bytes.readUIntBE(at, length);
  }
}

/** The body of `meta` behind its version and flags. */
const inside = ({ body, end }: Box): { start: number; end: number } => ({ start: body + 4, end });

/** Plans what becomes of a `meta`: one of pictures is cleared item by item, any other goes as a whole. @throws UnreadableError */
export function planItems(box: Box, at: Loaded): void {
  const { bytes, from, budget, changes } = at;
  const whole: Box = { ...box, start: 0, body: box.body - box.start, end: box.end - box.start };
  sure(whole.end - whole.body >= 4, "a box is cut off");
  const boxes = [...boxesIn(bytes, inside(whole), budget)];
  const one = (type: string): Box | undefined => boxes.find((each) => each.type === type);
  const handler = one("hdlr");
  const isOfPictures =
    handler !== undefined &&
    bytes.toString("latin1", handler.body + 8, handler.body + 12) === "pict";
  if (!isOfPictures) {
    blank(changes, whole, from);
    return;
  }
  for (const each of boxes) if (!kept.has(each.type)) blank(changes, each, from);
  for (const type of ["iinf", "iloc", "idat"]) {
    sure(boxes.filter((each) => each.type === type).length <= 1, `more than one ${type}`);
  }
  const others = othersOf(one("iinf"), at);
  if (others.size > 0) blankItems(others, one("iloc"), one("idat"), at);
}

/** The items that are no pictures, with their kinds. */
function othersOf(iinf: Box | undefined, { bytes, budget }: Loaded): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  if (iinf === undefined) return found;
  const head = new Cursor(bytes, iinf);
  const isShort = head.number(1) === 0;
  head.number(2);
  head.number(1);
  head.number(isShort ? 2 : 4);
  for (const entry of boxesIn(bytes, { start: head.at, end: iinf.end }, budget)) {
    const each = new Cursor(bytes, entry);
    const version = each.number(1);
    sure(entry.type === "infe" && (version === 2 || version === 3), "an item of an unknown form");
    each.at += 3;
    const id = each.number(version === 2 ? 2 : 4);
    each.number(2);
    sure(each.at + 4 <= entry.end, "a box is cut off");
    const type = bytes.toString("latin1", each.at, each.at + 4);
    if (!pictures.has(type)) found.set(id, type);
  }
  return found;
}

function blankItems(
  others: ReadonlyMap<number, string>,
  iloc: Box | undefined,
  idat: Box | undefined,
  { bytes, from, fileSize, changes }: Loaded,
): void {
  sure(iloc !== undefined, "items that lie nowhere");
  const read = new Cursor(bytes, iloc);
  const version = read.number(1);
  read.at += 3;
  sure(version <= 2, "places of an unknown form");
  const sizes = read.number(2);
  const [offsetBytes, lengthBytes, baseBytes] = [sizes >> 12, (sizes >> 8) & 15, (sizes >> 4) & 15];
  const indexBytes = version === 0 ? 0 : sizes & 15;
  for (const length of [offsetBytes, lengthBytes, baseBytes, indexBytes]) {
    sure([0, 4, 8].includes(length), "places of an unknown form");
  }
  const count = read.number(version < 2 ? 2 : 4);
  let total = 0;
  for (let item = 0; item < count; item += 1) {
    const type = others.get(read.number(version < 2 ? 2 : 4));
    const method = version === 0 ? 0 : read.number(2) & 15;
    const elsewhere = read.number(2);
    const base = read.number(baseBytes);
    const extents = read.number(2);
    total += extents;
    sure(total <= extentsMax, "too many stretches");
    sure(type === undefined || (elsewhere === 0 && method <= 1), "an item that lies elsewhere");
    const body = type === undefined || method === 0 ? 0 : idat && from + idat.body;
    const limit = method === 1 && idat !== undefined ? from + idat.end : fileSize;
    sure(body !== undefined, "items that lie nowhere");
    for (let extent = 0; extent < extents; extent += 1) {
      read.number(indexBytes);
      const start = body + base + read.number(offsetBytes);
      const length = read.number(lengthBytes);
      if (type === undefined) continue;
      sure(length > 0 && start + length <= limit, "an item that lies beyond the file");
      changes.blanks.push({ start, end: start + length });
      if (type === "Exif" && extents === 1 && length >= nothing.length) {
        changes.writes.push({ at: start, bytes: nothing });
      }
    }
  }
}
