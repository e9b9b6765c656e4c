/** Width and height of a picture in pixels, from its first bytes. Nothing is decoded. */

export interface PictureSize {
  readonly width?: number;
  readonly height?: number;
}

type Reader = (head: DataView) => readonly [width: number, height: number] | undefined;

/** JPEG markers that hold the size: all start-of-frame ones but those of tables. */
const frames: ReadonlySet<number> = new Set([
  0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf,
]);

function jpeg(head: DataView): readonly [number, number] | undefined {
  let at = 2;
  while (at + 9 < head.byteLength) {
    if (head.getUint8(at) !== 0xff) return undefined;
    const marker = head.getUint8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (frames.has(marker)) return [head.getUint16(at + 7), head.getUint16(at + 5)];
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

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ["image/png", (head) => [head.getUint32(16), head.getUint32(20)]],
  ["image/gif", (head) => [head.getUint16(6, true), head.getUint16(8, true)]],
  ["image/bmp", (head) => [head.getInt32(18, true), Math.abs(head.getInt32(22, true))]],
  ["image/jpeg", jpeg],
  ["image/webp", webp],
]);

const pixelsMax = 65_535;

/** Nothing where the kind tells none, the head is cut short, or the size is absurd. */
export function pictureSize(mime: string, head: Uint8Array): PictureSize {
  const reader = readers.get(mime);
  if (reader === undefined) return {};
  let size: readonly [number, number] | undefined;
  try {
    size = reader(new DataView(head.buffer, head.byteOffset, head.byteLength));
  } catch (error) {
    if (error instanceof RangeError) return {};
    throw error;
  }
  if (size === undefined) return {};
  const [width, height] = size;
  const sane = width > 0 && height > 0 && width <= pixelsMax && height <= pixelsMax;
  return sane ? { width, height } : {};
}
