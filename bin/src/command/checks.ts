/** What was looked at, as commands print it. */
import { z } from "zod";
import type { Check } from "../house.ts";

export const checksOutput = z.array(
  z.object({ name: z.string(), level: z.enum(["ok", "warning", "fault"]), text: z.string() }),
);

export const isFault = ({ level }: Check): boolean => level === "fault";

/** One line of what was looked at. */
export const sayCheck = ({ name, level, text }: Check): string =>
  `${level.padEnd(7)}  ${name.padEnd(11)}  ${text}`;
