/** Settings as commands print them: each with its value, a secret masked, and where it came from. */
import { z } from "zod";
import type { Setting } from "../doctor.ts";

export const settingOutput = z.object({ name: z.string(), value: z.string(), origin: z.string() });

/** In columns. */
export function settingLines(settings: readonly Setting[]): readonly string[] {
  const widths = (["name", "value"] as const).map((column) =>
    Math.max(...settings.map((setting) => setting[column].length)),
  );
  return settings.map(({ name, value, origin }) =>
    [name.padEnd(widths[0] ?? 0), value.padEnd(widths[1] ?? 0), origin].join("  ").trimEnd(),
  );
}
