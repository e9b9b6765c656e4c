/** Ids and numbers as bytes. */

const hexOf = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
const hexPair = new Uint8Array(128);
for (let digit = 0; digit < 16; digit += 1) hexPair[digit.toString(16).charCodeAt(0)] = digit;
const dashed = Buffer.alloc(36, "-");

/** A number in seven bits a byte, the lowest first. Moves the reader behind it. */
export function readCount(from: Buffer, reader: { at: number }): number {
  let count = 0;
  let factor = 1;
  for (;;) {
    const byte = from[reader.at] as number;
    reader.at += 1;
    if (byte < 128) return count + byte * factor;
    count += (byte - 128) * factor;
    factor *= 128;
  }
}

export function writeUuid(text: string, into: Buffer, at: number): void {
  let to = at;
  for (let from = 0; from < 36; from += 2) {
    // The dashes stand at odd places behind pairs.
    if (text.charCodeAt(from) === 45) from += 1;
    const high = hexPair[text.charCodeAt(from)] as number;
    const low = hexPair[text.charCodeAt(from + 1)] as number;
    into[to] = high * 16 + low;
    to += 1;
  }
}

export function readUuid(from: Buffer, at: number): string {
  let to = 0;
  for (let byte = 0; byte < 16; byte += 1) {
    if (byte === 4 || byte === 6 || byte === 8 || byte === 10) to += 1;
    const pair = hexOf[from[at + byte] as number] as string;
    dashed[to] = pair.charCodeAt(0);
    dashed[to + 1] = pair.charCodeAt(1);
    to += 2;
  }
  return dashed.toString("latin1");
}
