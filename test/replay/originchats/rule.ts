/** The forms in which rules of OriginChats are written. */
import { mapFrames } from "../outcome.ts";
import type { At } from "../rule.ts";
import { type Frame, type Json, type JsonObject, object } from "./frame.ts";
import type { OriginchatsRule } from "./protocol.ts";
import type { Community } from "./state.ts";

/** Where a rule is asked about one frame: `who` receives it, `sent` is what the client of the step sent. */
export interface Place extends At<Community> {
  readonly who: string;
  readonly sent: JsonObject;
}

/** What the step's client sent; `{}` if it is no object. */
export function sentIn({ step: { action } }: At<Community>): JsonObject {
  if (action.do !== "send") return {};
  try {
    return object(JSON.parse(action.text) as Json);
  } catch {
    return {};
  }
}

/** A rule about single frames: what comes in place of one; null: nothing; undefined: it stays. */
export function frameRule(
  section: string,
  what: string,
  change: (frame: Frame, place: Place) => Frame | null | undefined,
): OriginchatsRule {
  return {
    section,
    what,
    expect(outcome, at) {
      const sent = sentIn(at);
      return mapFrames(outcome, (frame, who) => {
        const changed = change(frame, { ...at, who, sent });
        return changed === undefined ? frame : changed;
      });
    },
  };
}

/** The same for frames of these commands. */
export const ruleFor = (
  cmds: readonly string[],
  section: string,
  what: string,
  change: (frame: Frame, place: Place) => Frame | null | undefined,
): OriginchatsRule =>
  frameRule(section, what, (frame, place) =>
    cmds.includes(String(frame["cmd"])) ? change(frame, place) : undefined,
  );

/** A value with each object in it changed, from the inside out; the same one when nothing is. */
export function changeObjects(value: Json, change: (each: JsonObject) => JsonObject): Json {
  if (Array.isArray(value)) {
    const changed = value.map((each: Json) => changeObjects(each, change));
    return changed.some((each, n) => each !== value[n]) ? changed : value;
  }
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value as JsonObject);
  const changed = entries.map(([key, each]) => [key, changeObjects(each, change)] as const);
  const same = changed.every(([, each], n) => each === entries[n]?.[1]);
  return change(same ? (value as JsonObject) : (Object.fromEntries(changed) as JsonObject));
}

/** A value with each text in it changed, keys too; the same one when nothing is. */
export function changeTexts(value: Json, change: (each: string) => string): Json {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) {
    const changed = value.map((each: Json) => changeTexts(each, change));
    return changed.some((each, n) => each !== value[n]) ? changed : value;
  }
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value as JsonObject);
  const changed = entries.map(([key, each]) => [change(key), changeTexts(each, change)] as const);
  const same = changed.every(
    ([key, each], n) => key === entries[n]?.[0] && each === entries[n]?.[1],
  );
  return same ? value : (Object.fromEntries(changed) as JsonObject);
}
