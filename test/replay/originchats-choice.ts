/** What a choice is: where we differ from the original on purpose, as a change of frames. */
import type { Json, JsonObject } from "./originchats.ts";
import type { Step } from "./recording.ts";

export interface At {
  readonly step: Step;
  readonly who: string;
}

/** Turns a frame into the form in which both sides are compared; null passes over it, undefined keeps it. */
export type Change = (frame: JsonObject, at: At) => JsonObject | null | undefined;

export interface Choice {
  /** Where it is written. */
  readonly section: string;
  /** What differs. */
  readonly what: string;
  /** The recordings that it is about; absent: all. */
  readonly files?: RegExp;
  readonly theirs?: Change;
  readonly ours?: Change;
}

/** A choice that brings both sides into one form. */
export const both = (section: string, what: string, change: Change, files?: RegExp): Choice => ({
  section,
  what,
  theirs: change,
  ours: change,
  ...(files ? { files } : {}),
});

export function without(frame: JsonObject, ...keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(frame).filter(([key]) => !keys.includes(key)));
}

export const object = (value: Json | undefined): JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};

export const list = (value: Json | undefined): readonly Json[] =>
  Array.isArray(value) ? (value as readonly Json[]) : [];

/** What the step's client sent; `{}` if it is no object. */
export function sent({ step }: At): JsonObject {
  const { action } = step;
  if (action.do !== "send") return {};
  try {
    return object(JSON.parse(action.text) as Json);
  } catch {
    return {};
  }
}

/** The account behind a client: `bob#2` is bob's second connection. */
export const account = (who: string): string => who.replace(/#.*/, "");
