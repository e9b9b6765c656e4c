/**
 * WebSocket frames as a server writes them (RFC 6455 section 5.2): unmasked, whole, text. A packet is encoded
 * once for all who get it; what goes into an outbox are these bytes. Compression is off, so they are final. A long packet
 * goes in fragments (section 5.4), between which control frames may be written.
 */
import type { LongFrame, Packet } from "./transport.ts";

const fin = 0x80;
const textOpcode = 0x01;
const continuationOpcode = 0x00;
const length16 = 126;
const length64 = 127;

function headerBytes(payloadBytes: number): number {
  if (payloadBytes < length16) return 2;
  return payloadBytes < 0x1_0000 ? 4 : 10;
}

function writeHeader(
  into: Buffer,
  at: number,
  payloadBytes: number,
  first = fin | textOpcode,
): number {
  into[at] = first;
  if (payloadBytes < length16) {
    into[at + 1] = payloadBytes;
    return at + 2;
  }
  if (payloadBytes < 0x1_0000) {
    into[at + 1] = length16;
    return into.writeUInt16BE(payloadBytes, at + 2);
  }
  into[at + 1] = length64;
  into.writeUInt32BE(Math.floor(payloadBytes / 2 ** 32), at + 2);
  return into.writeUInt32BE(payloadBytes % 2 ** 32, at + 6);
}

/** One text frame. A lone surrogate becomes U+FFFD, as UTF-8 wants it. */
export function encodeFrame(packet: Packet): Buffer {
  const payloadBytes = Buffer.byteLength(packet, "utf8");
  const frame = Buffer.allocUnsafe(headerBytes(payloadBytes) + payloadBytes);
  frame.write(packet, writeHeader(frame, 0, payloadBytes), "utf8");
  return frame;
}

/** A text frame for each packet, one behind the other in one buffer. */
export function encodeFrames(packets: readonly Packet[]): Buffer {
  const [only] = packets;
  if (only !== undefined && packets.length === 1) return encodeFrame(only);
  return Buffer.concat(packets.map(encodeFrame));
}

/** A fragment for each piece. */
export function encodeFragments(pieces: readonly Buffer[]): LongFrame {
  const parts = pieces.map((piece, index) => {
    const opcode = index === 0 ? textOpcode : continuationOpcode;
    const first = index === pieces.length - 1 ? fin | opcode : opcode;
    const header = Buffer.allocUnsafe(headerBytes(piece.length));
    writeHeader(header, 0, piece.length, first);
    return [header, piece];
  });
  return { parts, cut: Buffer.from([fin | continuationOpcode, 0]) };
}
