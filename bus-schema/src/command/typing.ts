/** Typing yields a signal, not an event: it is not stored. */
import { z } from "zod";
import { Place } from "../place.ts";

export const typingCommands = {
  "typing.start": z.object({ type: z.literal("typing.start"), place: Place }),
} as const;
