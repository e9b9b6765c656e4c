/** Frames of OriginChats as rules read them, and what differs in them from run to run. */
import { hole, type Mark, type Marked, unitOf } from "../mark.ts";

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** A frame. An answer over HTTP is one too: `status`, `headers` and `body`. */
export type Frame = JsonObject;

export const object = (value: Json | undefined): JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};

export const list = (value: Json | undefined): readonly Json[] =>
  Array.isArray(value) ? (value as readonly Json[]) : [];

export const text = (value: Json | undefined): string => (typeof value === "string" ? value : "");

export function without(frame: JsonObject, ...keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(frame).filter(([key]) => !keys.includes(key)));
}

/**
 * What the original names by the name of a person and we by an id, as a rule writes it: it then stands for one
 * id of ours throughout.
 */
export const idOfPerson = (name: string): string => `person:${name}`;

/** The id of the line that a new channel begins with here, which the original does not have. */
export const idOfFirstLine = (channel: string): string =>
  `first-line:${encodeURIComponent(channel)}`;

/** Ids; a webhook's token is one and 32 digits more; `new1` is one that a detour makes up. */
const uuid =
  "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?:[0-9a-f]{32})?(?:-again)?";
/** Entries of the log: their time and whose they are, or a number. */
const entry = `\\b1\\d{12}-[^"]+`;
/** Where files are fetched from. */
const base = "https://chat\\.example\\.org|http://127\\.0\\.0\\.1:\\d+|<base>";
const waits =
  "(?<=Wait )\\d+\\.\\d(?= seconds)|\\d+\\.\\d(?= more seconds)|(?<=You are timed out for )\\d+(?= seconds)";
const marks = new RegExp(
  `(${entry}|${uuid}|\\bm0\\d{3}\\b|\\b(?:person|first-line):[^"/ ]+|<new\\d+>)|(${base})|(${waits})`,
  "g",
);

const timeKeys = new Set(["timestamp", "created_at", "expires_at", "ended_at", "last_message"]);
const lengthKeys = new Set(["length", "cooldown_remaining"]);
const secretKeys = new Set(["key", "validator", "validator_key", "token", "device_fingerprint"]);

/** Collects the marks of a value while it is written as JSON with a hole for each; keys are in order. */
function write(value: Json, key: string, found: Mark[]): string {
  const mark = (one: Mark): string => {
    found.push(one);
    return hole;
  };
  if (typeof value === "number" && timeKeys.has(key)) {
    return mark({ kind: "time", unit: unitOf(value), value });
  }
  if (typeof value === "number" && lengthKeys.has(key)) return mark({ kind: "duration", value });
  if (value === "<time>") return mark({ kind: "time", unit: "s", value: null });
  if (value === "<time iso>") return mark({ kind: "time", unit: "iso", value: null });
  if (value === "<duration>") return mark({ kind: "duration", value: null });
  if (typeof value === "string") {
    if (secretKeys.has(key)) return mark({ kind: "id", value });
    if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)) {
      return mark({ kind: "time", unit: "iso", value: Date.parse(value) });
    }
    const shape = value
      .replaceAll(hole, "?")
      .replace(marks, (whole: string, id?: string, root?: string) =>
        id !== undefined || root !== undefined
          ? mark({ kind: "id", value: whole })
          : mark({ kind: "duration", value: Number(whole) }),
      );
    return JSON.stringify(shape);
  }
  if (Array.isArray(value)) return `[${value.map((each: Json) => write(each, key, found)).join()}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value as JsonObject).sort(([a], [b]) => (a < b ? -1 : 1));
  // Keys may be ids.
  const written = entries.map(
    ([name, inner]) => `${write(name, "", found)}:${write(inner, name, found)}`,
  );
  return `{${written.join()}}`;
}

export function markFrame(frame: Frame): Marked {
  const found: Mark[] = [];
  return { shape: write(frame, "", found), marks: found };
}

/** A text that is sent: each word of it that is an id or a secret of the recording is ours. */
export const translate = (sent: string, oursOf: (id: string) => string | undefined): string =>
  sent.replace(/[A-Za-z0-9_-]{5,}/g, (word) => oursOf(word) ?? word);
