import { z } from "zod";
import { UserId } from "../id.ts";

export const presenceEvents = {
  /** The person's first session over both protocols and all gateways. */
  "presence.began": z.object({ type: z.literal("presence.began"), userId: UserId }),
  /** The person's last session has ended. Follows `session.closed` in the same commit. */
  "presence.ended": z.object({
    type: z.literal("presence.ended"),
    userId: UserId,
    why: z.enum([
      "leave",
      "timeout",
      "kick",
      "ban",
      "flood",
      "resumed",
      "gateway",
      "depart",
      "merged",
      "password",
      "phase",
    ]),
  }),
} as const;
