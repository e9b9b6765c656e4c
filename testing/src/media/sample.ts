/** What the samples of files are made of. */

export interface Sample {
  readonly mime: string;
  readonly title: string;
  readonly bytes: Buffer;
  /** What must be there afterwards. */
  readonly kept: readonly Buffer[];
  readonly size?: { readonly width: number; readonly height: number };
  /** Lengths at which it is cut off in the middle of something. */
  readonly cuts: readonly number[];
}

export const secret = "SECRET 48.2N 16.3E";

export const bytesOf = (text: string): Buffer => Buffer.from(text, "latin1");
export const u16 = (n: number): Buffer => {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(n);
  return bytes;
};
export const u32 = (n: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(n);
  return bytes;
};
export const join = (...parts: readonly (Buffer | string)[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === "string" ? bytesOf(part) : part)));
