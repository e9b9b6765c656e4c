/**
 * What a setting of the configuration may be. What YAML gives has the type already; numbers of the environment are read by
 * `load-config.ts`.
 */
import { z } from "zod";
import { timerMsMax } from "./time.ts";

const count = z.number().int().min(0);
const port = count.max(65_535);
/** What a timer waits for: it would run off at once if it were longer. */
const ms = count.max(timerMsMax);
/** How long something is kept: no timer waits for it. */
const ageMs = count;
/** A bound of inbound bytes: no packet that a protocol needs is shorter. */
const frameBytes = count.min(1_024);
const flag = z
  .union([z.boolean(), z.enum(["0", "1", "true", "false"])])
  .transform((value) => value === true || value === "1" || value === "true");
const list = z
  .union([z.array(z.string()), z.string()])
  .transform((value) => (typeof value === "string" ? splitList(value) : value));
const text = z.string();

/** Settings as they stand in a file. */
export type Tree = Record<string, unknown>;

/** A list as the environment has it. */
export function splitList(text: string): readonly string[] {
  return text
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
}

/** The kinds of settings; a schema adds the default. `flag` is on or off, `list` has commas in the environment. */
export const setting = { port, ms, ageMs, count, frameBytes, flag, list, text } as const;
