/** Commands about notifications for people who are away (OriginChats part 3, section 11). */
import { z } from "zod";

const endpoint = z.string().min(1).max(2_000);

/** As the browser gives it. */
export const pushSubscription = z.object({
  endpoint,
  p256dh: z.string().min(1).max(200),
  auth: z.string().min(1).max(100),
});

export const pushCommands = {
  /** Endpoint and keys go into core's secret bucket, never into the journal. */
  "push.subscribe": pushSubscription.extend({ type: z.literal("push.subscribe") }),
  "push.unsubscribe": z.object({ type: z.literal("push.unsubscribe"), endpoint }),
} as const;
