import { z } from "zod";
import { Place } from "../content.ts";
import { MessageId, UserId } from "../id.ts";

export const unreadEvents = {
  "unread.marked": z.object({
    type: z.literal("unread.marked"),
    userId: UserId,
    place: Place,
    messageId: MessageId,
  }),
} as const;
