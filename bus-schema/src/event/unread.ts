import { z } from "zod";
import { MessageId, UserId } from "../id.ts";
import { Place } from "../place.ts";

export const unreadEvents = {
  "unread.marked": z.object({
    type: z.literal("unread.marked"),
    userId: UserId,
    place: Place,
    messageId: MessageId,
  }),
} as const;
