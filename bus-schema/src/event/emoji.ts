import { z } from "zod";
import { Emoji } from "../file.ts";

export const emojiEvents = {
  "emoji.added": z.object({ type: z.literal("emoji.added"), emoji: Emoji }),
  "emoji.updated": z.object({ type: z.literal("emoji.updated"), emoji: Emoji, before: Emoji }),
  /** The emoji, as it was: rosters forget it at this event. */
  "emoji.deleted": z.object({ type: z.literal("emoji.deleted"), emoji: Emoji }),
} as const;
