import { z } from "zod";
import { Author, Message } from "../content.ts";
import { MessageId, MessageNumber, UserId } from "../id.ts";
import { Place } from "../place.ts";

export const messageEvents = {
  "message.posted": z.object({ type: z.literal("message.posted"), message: Message }),
  /** A line by the system for everybody. It stands in the default channel. */
  "message.announced": z.object({ type: z.literal("message.announced"), message: Message }),
  /** The message, whole, in its new form. Its place in the order does not change. */
  "message.edited": z.object({
    type: z.literal("message.edited"),
    message: Message,
    /** Whether it is among the newest 20 of its place: where clients cannot change old lines, such an edit is shown in place. */
    recent: z.boolean(),
  }),
  "message.deleted": z.object({
    type: z.literal("message.deleted"),
    messageId: MessageId,
    number: MessageNumber,
    place: Place,
    author: Author,
    byId: UserId.nullable(),
    /** Its time was over (`retention`): what clients show of it they may go on showing. */
    expired: z.literal(true).exactOptional(),
    /** Where it was its place's newest: the one that is so now, null without any. */
    newest: z.object({ messageId: MessageId, createdAtUs: z.int() }).nullable().exactOptional(),
  }),
} as const;
