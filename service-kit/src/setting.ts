/** What a setting of the configuration may be. Each takes what YAML gives and what the environment gives. */
import { z } from "zod";

const port = z.coerce.number().int().min(0).max(65_535);
const ms = z.coerce.number().int().min(0);
const count = z.coerce.number().int().min(0);
/** A bound of inbound bytes: no packet that a protocol needs is shorter. */
const frameBytes = z.coerce.number().int().min(1_024);
const flag = z
  .union([z.boolean(), z.enum(["0", "1", "true", "false"])])
  .transform((value) => value === true || value === "1" || value === "true");
const list = z.union([z.array(z.string()), z.string()]).transform((value) =>
  typeof value === "string"
    ? value
        .split(",")
        .map((entry) => entry.trim())
        .filter((entry) => entry !== "")
    : value,
);
const text = z.string();

/** The kinds of settings; a schema adds the default. `flag` is on or off, `list` has commas in the environment. */
export const setting = { port, ms, count, frameBytes, flag, list, text } as const;
