/** Small real files for tests. */
import { deflateSync } from "node:zlib";

/** 2 by 2 pixels, grey: what the recordings upload. */
export const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAAAAABX3VL4AAAADklEQVR4nGNoaGBoaAAABgYCASzBUNcAAAAASUVORK5CYII=",
  "base64",
);

/** One pixel. */
export const gif = Buffer.from(
  "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7",
  "base64",
);

/** The smallest thing that a reader takes for a document. */
export const pdf = Buffer.from("%PDF-1.4 tiny");

export const dataUri = (mime: string, bytes: Uint8Array): string =>
  `data:${mime};base64,${Buffer.from(bytes).toString("base64")}`;

/** A PNG of that many pixels whose data does not shrink: as long as is wanted. */
export function longPng(bytes: number): Buffer {
  const noise = Buffer.alloc(bytes);
  let state = 1;
  for (let at = 0; at < bytes; at += 1) {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff;
    noise[at] = state >> 16;
  }
  return Buffer.concat([
    png.subarray(0, 33),
    chunk("IDAT", deflateSync(noise, { level: 0 })),
    png.subarray(-12),
  ]);
}

function chunk(kind: string, data: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(data.length, 0);
  head.write(kind, 4, "latin1");
  return Buffer.concat([head, data, Buffer.alloc(4)]);
}
