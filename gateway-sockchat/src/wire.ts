/** Frames into packets and back: fields joined by tabs, one packet a frame (reference, part 1). Never throws. */
import type { Frame, Packet } from "@dragoman/gateway-kit";
import type { Html } from "./text.ts";

/** An inbound packet: its id in decimal, and the fields after it. */
export interface Inbound {
  readonly id: string;
  readonly fields: readonly string[];
}

/** No packet has a use for more; the rest is ignored, as extra fields are. */
const fieldsMax = 16;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A frame's text. Binary frames count as text where they are UTF-8; null: they are not. */
export function textOf(frame: Frame): string | null {
  if (frame.kind === "text") return frame.text;
  try {
    return utf8.decode(frame.bytes);
  } catch {
    // Not UTF-8, so no packet: the caller passes over it as over any unknown one.
    return null;
  }
}

/** Null: not text. */
export function decode(frame: Frame): Inbound | null {
  const text = textOf(frame);
  if (text === null) return null;
  const [id = "", ...fields] = text.split("\t", fieldsMax);
  return { id, fields };
}

/** What may stand in a field: text that was made safe, a number, a literal of ours. */
export type Field = Html | number;

/** Ids and sub-ids come first, as literals of this package. */
export function encode(id: string, ...fields: readonly Field[]): Packet {
  return fields.length === 0 ? id : `${id}\t${fields.join("\t")}`;
}
