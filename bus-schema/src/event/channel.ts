import { z } from "zod";
import { Channel } from "../community.ts";

export const channelEvents = {
  /** A channel, whole. It is listed last. Its first line, a system message, follows in the same commit. */
  "channel.created": z.object({ type: z.literal("channel.created"), channel: Channel }),
} as const;
