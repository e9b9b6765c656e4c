/** Frames to packets and back: JSON objects with a `cmd` (part 1, section 1). Decoding never throws. */
import { readJson } from "@dragoman/bus-schema";
import type { Packet } from "@dragoman/gateway-kit";

export type JsonObject = Readonly<Record<string, unknown>>;

/** No packet has a use for more values, all lists and objects in it counted: each costs its checks, and a wrong one more. */
export const valuesMax = 10_000;

/** `got` names what came instead of an object, in the words of part 1, 6.4. `wide`: an object of too many values. */
export type Decoded =
  | { readonly kind: "packet"; readonly packet: JsonObject }
  | { readonly kind: "wide" }
  | { readonly kind: "other"; readonly got: string };

/** Decodes the text of a frame. What is not JSON counts as a plain string. */
export function decode(text: string): Decoded {
  let value: unknown;
  try {
    value = readJson(text);
  } catch {
    return { kind: "other", got: "str" };
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return isWide(value) ? { kind: "wide" } : { kind: "packet", packet: value as JsonObject };
  }
  return { kind: "other", got: typeName(value, text) };
}

function isWide(packet: object): boolean {
  const waiting: unknown[] = [packet];
  let count = 0;
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value !== "object" || value === null) continue;
    const inner: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
    count += inner.length;
    if (count > valuesMax) return true;
    waiting.push(...inner);
  }
  return false;
}

function typeName(value: unknown, text: string): string {
  if (value === null) return "NoneType";
  if (Array.isArray(value)) return "list";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "number") return /[.eE]/.test(text) ? "float" : "int";
  return "str";
}

/** A packet as the text of one frame. */
export function encode(packet: object): Packet {
  return JSON.stringify(packet);
}

/** A packet with the requester's `listener` as last field (part 1, 6.2). */
export function withListener(packet: Packet, listener: string | undefined): Packet {
  return tailOf(packet, listener);
}

/** The end of a packet with the `listener`. */
export function tailOf(end: string, listener: string | undefined): string {
  if (listener === undefined) return end;
  return `${end.slice(0, -1)},"listener":${JSON.stringify(listener)}}`;
}

/** The `listener` of a request: strings with something in them only. */
export function listenerOf(packet: JsonObject): string | undefined {
  const listener = packet["listener"];
  return typeof listener === "string" && listener !== "" ? listener : undefined;
}

/** Part 1, section 1: the answer to `ping`. */
export function pongPacket(listener: string | undefined): Packet {
  return withListener(encode({ cmd: "pong", val: "pong" }), listener);
}

/** Part 1, 6.3. `src` is the request's `cmd`; undefined where the request had none. */
export function errorPacket(src: unknown, val: string, listener?: string): Packet {
  const packet = encode(src === undefined ? { cmd: "error", val } : { cmd: "error", src, val });
  return withListener(packet, listener);
}

/** Whether the original's language counts a value as true: empty texts, lists and objects do not. */
export function isTruthy(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === "object" && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}

/** How deep a value is nested, counted to `limit` at most and without recursion. A plain value is 0. */
export function depthOf(value: unknown, limit: number): number {
  let level: unknown[] = [value];
  for (let depth = 0; depth < limit; depth += 1) {
    const nested = level.filter((entry) => typeof entry === "object" && entry !== null);
    if (nested.length === 0) return depth;
    level = nested.flatMap((entry) => Object.values(entry as object));
  }
  return limit;
}

/** A value as the original's language writes it: `None`, `['x']` (for `Unknown command: …`). */
export function pythonText(value: unknown): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "string") return `'${value}'`;
  if (Array.isArray(value)) return `[${value.map(pythonText).join(", ")}]`;
  if (typeof value === "object") {
    const entries = Object.entries(value).map(([key, inner]) => `'${key}': ${pythonText(inner)}`);
    return `{${entries.join(", ")}}`;
  }
  return String(value);
}
