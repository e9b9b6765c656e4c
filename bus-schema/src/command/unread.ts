/** Read marks, one per person and place. */
import { z } from "zod";
import { MessageId } from "../id.ts";
import { Place } from "../place.ts";

export const unreadCommands = {
  /** Without `messageId`: up to the newest. An id that is not in the place changes nothing. */
  "unread.mark": z.object({
    type: z.literal("unread.mark"),
    place: Place,
    messageId: MessageId.exactOptional(),
  }),
} as const;
