/** The query about notifications. */
import { z } from "zod";

export const pushQueries = {
  /** The public half of the key that notifications are signed with: base64url of 65 bytes. */
  "push.key": {
    ask: z.object({ type: z.literal("push.key") }),
    answer: z.object({ key: z.string() }),
  },
} as const;
