/** Commands about reactions. A place without a thread stands for the whole channel. */
import { z } from "zod";
import { MessageRef } from "../message-ref.ts";
import { Place } from "../place.ts";

const reaction = {
  place: Place,
  message: MessageRef,
  /** Any text: compared exactly, as it is. */
  emoji: z.string().min(1).max(400),
};

export const reactionCommands = {
  "reaction.add": z.object({ type: z.literal("reaction.add"), ...reaction }),
  "reaction.remove": z.object({ type: z.literal("reaction.remove"), ...reaction }),
} as const;
