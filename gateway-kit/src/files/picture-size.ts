/** Width and height of a picture in pixels, from its first bytes. Nothing is decoded. */
import { type Box, Budget, boxesIn, headAt } from "./metadata/boxes.ts";
import { frameMarkers } from "./metadata/jpeg.ts";
import { UnreadableError } from "./metadata/source.ts";

export interface PictureSize {
  readonly width?: number;
  readonly height?: number;
}

type Reader = (head: DataView) => readonly [width: number, height: number] | undefined;

function jpeg(head: DataView): readonly [number, number] | undefined {
  let at = 2;
  while (at + 9 < head.byteLength) {
    if (head.getUint8(at) !== 0xff) return undefined;
    const marker = head.getUint8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (frameMarkers.has(marker)) return [head.getUint16(at + 7), head.getUint16(at + 5)];
    at += 2 + head.getUint16(at + 2);
  }
  return undefined;
}

function text(head: DataView, at: number, length: number): string {
  return String.fromCharCode(...new Uint8Array(head.buffer, head.byteOffset + at, length));
}

function webp(head: DataView): readonly [number, number] | undefined {
  const kind = text(head, 12, 4);
  if (kind === "VP8X") {
    const low = (at: number): number => head.getUint16(at, true) + head.getUint8(at + 2) * 65_536;
    return [low(24) + 1, low(27) + 1];
  }
  if (kind === "VP8L") {
    const bits = head.getUint32(21, true);
    return [(bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1];
  }
  if (kind === "VP8 ") {
    return [head.getUint16(26, true) & 0x3fff, head.getUint16(28, true) & 0x3fff];
  }
  return undefined;
}

/** Of HEIF and AVIF: the size of the largest picture in it, which is the one that is shown, or one that it is made of. */
function heif(head: DataView): readonly [number, number] | undefined {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  const budget = new Budget();
  let box = headAt(bytes, 0, Number.MAX_SAFE_INTEGER);
  while (box.type !== "meta") {
    budget.spend();
    box = headAt(bytes.subarray(box.end, box.end + 16), box.end, Number.MAX_SAFE_INTEGER);
  }
  const child = (parent: Box, type: string, skip = 0): Box | undefined => {
    for (const each of boxesIn(bytes, { start: parent.body + skip, end: parent.end }, budget)) {
      if (each.type === type) return each;
    }
    return undefined;
  };
  const properties = child(box, "iprp", 4);
  const container = properties && child(properties, "ipco");
  if (container === undefined) return undefined;
  let largest: readonly [number, number] | undefined;
  for (const { type, body } of boxesIn(
    bytes,
    { start: container.body, end: container.end },
    budget,
  )) {
    if (type !== "ispe") continue;
    const size = [head.getUint32(body + 4), head.getUint32(body + 8)] as const;
    if (largest === undefined || size[0] * size[1] > largest[0] * largest[1]) largest = size;
  }
  return largest;
}

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ["image/png", (head) => [head.getUint32(16), head.getUint32(20)]],
  ["image/gif", (head) => [head.getUint16(6, true), head.getUint16(8, true)]],
  ["image/bmp", (head) => [head.getInt32(18, true), Math.abs(head.getInt32(22, true))]],
  ["image/jpeg", jpeg],
  ["image/webp", webp],
  ...["image/avif", "image/heic", "image/heif", "image/heic-sequence", "image/heif-sequence"].map(
    (mime) => [mime, heif] as const,
  ),
]);

/** Whether every whole picture of a type tells its size within its first bytes. Of a JPEG much may stand before. */
export const tellsSize = (mime: string): boolean => readers.has(mime) && mime !== "image/jpeg";

/** Nothing where the kind tells none, the head is cut short, or there is no picture in it. */
export function pictureSize(mime: string, head: Uint8Array): PictureSize {
  const reader = readers.get(mime);
  if (reader === undefined) return {};
  let size: readonly [number, number] | undefined;
  try {
    size = reader(new DataView(head.buffer, head.byteOffset, head.byteLength));
  } catch (error) {
    if (error instanceof RangeError || error instanceof UnreadableError) return {};
    throw error;
  }
  const [width, height] = size ?? [0, 0];
  return width > 0 && height > 0 ? { width, height } : {};
}
