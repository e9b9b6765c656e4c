import { z } from "zod";
import { About } from "../content.ts";
import { UserId } from "../id.ts";

const reaction = { ...About.shape, emoji: z.string().min(1).max(400), userId: UserId };

export const reactionEvents = {
  "reaction.added": z.object({ type: z.literal("reaction.added"), ...reaction }),
  "reaction.removed": z.object({ type: z.literal("reaction.removed"), ...reaction }),
} as const;
