/** A slash command of the server's own: what the list says of it, its arguments, what it becomes. */
import type { Channel, Right } from "@dragoman/bus-schema";
import type { Step } from "@dragoman/gateway-kit";
import type { Ask } from "../answer.ts";
import type { JsonObject } from "../wire.ts";

interface Option {
  readonly name: string;
  readonly description: string;
  readonly type: "str" | "int";
  readonly required: boolean;
}

export interface BuiltIn {
  readonly name: string;
  readonly description: string;
  readonly options: readonly Option[];
  /** Who may call it; absent: everybody. */
  readonly right?: Right;
  /** Whether the answer goes to the caller alone. */
  readonly ephemeral: boolean;
  /** The caller has the right and may view the channel. */
  readonly run: (args: JsonObject, ask: Ask, channel: Channel) => readonly Step[];
}

/** An argument that is absent when undefined, or the error's text. */
export type Argument<T> =
  | { readonly ok: true; readonly value: T | undefined }
  | { readonly ok: false; readonly error: string };

function typeName(value: unknown): string {
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}

const wrong = (name: string, expected: string, value: unknown): Argument<never> => ({
  ok: false,
  error: `Invalid value for '${name}': Expected ${expected}, got ${typeName(value)}`,
});

/** A text argument; blank counts as absent. */
export function textArgument(args: JsonObject, name: string): Argument<string> {
  const value = Object.hasOwn(args, name) ? args[name] : undefined;
  if (value === undefined || value === null) return { ok: true, value: undefined };
  if (typeof value !== "string") return wrong(name, "string", value);
  const text = value.trim();
  return { ok: true, value: text === "" ? undefined : text };
}

/** A whole number; text with nothing but digits is one. */
export function integerArgument(args: JsonObject, name: string): Argument<number> {
  const value = Object.hasOwn(args, name) ? args[name] : undefined;
  if (value === undefined || value === null || value === "") return { ok: true, value: undefined };
  const number =
    typeof value === "string" && /^-?\d{1,12}$/.test(value.trim()) ? Number(value) : value;
  if (typeof number !== "number" || !Number.isSafeInteger(number)) {
    return wrong(name, "integer", value);
  }
  return { ok: true, value: number };
}
