/** How frames of OriginChats are compared: ids, times and secrets masked, `USR:local_x` as `x`. */

import type { Comparison, Difference } from "./comparison.ts";
import { choices } from "./originchats-choices.ts";
import type { Detour } from "./originchats-detour.ts";
import { detours } from "./originchats-detours.ts";
import { rewrites } from "./originchats-rewrites.ts";
import type { Step } from "./recording.ts";

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** Ids; a webhook's token is one and 32 digits more. */
const uuid =
  /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?:[0-9a-f]{32})?|m0\d{3}\b/g;
/** Where files are fetched from: the recorder's settings, or the house's. */
const baseUrl = /https:\/\/chat\.example\.org|http:\/\/127\.0\.0\.1:\d+/g;
const timeKeys = new Set([
  "timestamp",
  "created_at",
  "expires_at",
  "ended_at",
  "last_message",
  "length",
  "cooldown_remaining",
]);
const secretKeys = new Set(["validator", "validator_key", "token", "device_fingerprint"]);

/** A JSON text in the form in which it is compared. */
export function masked(text: string): string {
  return JSON.stringify(mask(JSON.parse(text.replaceAll(baseUrl, "")) as Json));
}

/** The value without what differs from run to run; keys in order, since order has no meaning. */
function mask(value: Json, key = ""): Json {
  if (typeof value === "number" && timeKeys.has(key)) return "<time>";
  if (typeof value === "string") {
    if (secretKeys.has(key)) return "<secret>";
    if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)) return "<time>";
    return value
      .replaceAll("USR:local_", "")
      .replace(uuid, "<id>")
      .replace(/\d+\.\d more seconds|Wait \d+\.\d seconds/, "<seconds>");
  }
  if (Array.isArray(value)) return value.map((entry: Json) => mask(entry, key));
  if (typeof value !== "object" || value === null) return value;
  const sorted: { [key: string]: Json } = {};
  const object = value as JsonObject;
  for (const name of Object.keys(object).sort()) sorted[name] = mask(object[name] ?? null, name);
  return sorted;
}

export class OriginchatsComparison implements Comparison {
  readonly #file: string;
  readonly #ids: Map<string, string>;
  readonly #detours: readonly Detour[];

  /**
   * @param file the recording's name, for the choices that belong to one
   * @param ids what stands already for ids of the recording
   */
  constructor(file: string, ids: ReadonlyMap<string, string> = new Map()) {
    this.#file = file;
    this.#ids = new Map(ids);
    this.#detours = detours.filter((detour) => file.startsWith(`${detour.file}-`));
  }

  explains({ line }: Step): boolean {
    return this.#detours.some((detour) => covers(detour, line));
  }

  omits({ line }: Step): boolean {
    return this.#detours.some((detour) => detour.unsent === true && covers(detour, line));
  }

  /** Detours that explain nothing of what was seen: a choice that is none any more. */
  idleDetours(explained: readonly Difference[]): readonly Detour[] {
    return this.#detours.filter((detour) => !explained.some(({ line }) => covers(detour, line)));
  }

  /** The heartbeat: the recording has as many as it waited for. */
  recurs(frame: string): boolean {
    return frame === '{"cmd":"ping"}';
  }

  expected(frame: string, step: Step, who: string): string | null {
    return this.#form(frame, step, who, "theirs");
  }

  actual(frame: string, step: Step, who: string): string | null {
    return this.#form(frame, step, who, "ours");
  }

  learn(expected: string, actual: string): void {
    const theirs = expected.match(uuid) ?? [];
    const ours = actual.match(uuid) ?? [];
    // Key order may differ: pair ids by the key that they stand under.
    this.#pair(JSON.parse(expected) as Json, JSON.parse(actual) as Json);
    if (theirs.length === 1 && ours.length === 1) this.#ids.set(theirs[0] ?? "", ours[0] ?? "");
  }

  translate(frame: string): string {
    const whole = frame.replace(uuid, (id) => this.#ids.get(id) ?? id);
    const rewritten = rewrites.filter(({ files }) => files.test(this.#file));
    return rewritten.reduce((text, { change }) => change(text), whole);
  }

  #pair(theirs: Json, ours: Json): void {
    if (typeof theirs === "string" && typeof ours === "string") {
      const [a, b] = [theirs.match(uuid) ?? [], ours.match(uuid) ?? []];
      if (a.length !== b.length) return;
      for (const [n, id] of a.entries()) this.#ids.set(id, b[n] ?? id);
    } else if (Array.isArray(theirs) && Array.isArray(ours)) {
      for (const [n, entry] of (theirs as Json[]).entries()) {
        this.#pair(entry, (ours as Json[])[n] ?? null);
      }
    } else if (isObject(theirs) && isObject(ours)) {
      for (const key of Object.keys(theirs)) {
        if (key in ours) this.#pair(theirs[key] ?? null, ours[key] ?? null);
      }
    }
  }

  #form(frame: string, step: Step, who: string, side: "theirs" | "ours"): string | null {
    let value = JSON.parse(frame.replaceAll(baseUrl, "")) as JsonObject;
    for (const choice of choices) {
      if (choice.files !== undefined && !choice.files.test(this.#file)) continue;
      const changed = choice[side]?.(value, { step, who });
      if (changed === null) return null;
      if (changed !== undefined) value = changed;
    }
    return JSON.stringify(mask(value));
  }
}

const covers = ({ lines }: Detour, line: number): boolean => lines.includes(line);

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
