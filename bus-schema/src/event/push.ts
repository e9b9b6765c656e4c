import { z } from "zod";
import { PushId, UserId } from "../id.ts";

export const pushEvents = {
  /** The endpoint is the person's from now on, whoever had it before. */
  "push.subscribed": z.object({
    type: z.literal("push.subscribed"),
    userId: UserId,
    subscriptionId: PushId,
  }),
  "push.unsubscribed": z.object({
    type: z.literal("push.unsubscribed"),
    userId: UserId,
    subscriptionId: PushId,
  }),
} as const;
