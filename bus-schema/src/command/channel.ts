/** Commands about channels. */
import { z } from "zod";
import { ChannelPermissions } from "../community.ts";

export const channelCommands = {
  "channel.create": z.object({
    type: z.literal("channel.create"),
    kind: z.enum(["text"]),
    name: z.string().min(1).max(80),
    description: z.string().max(2000).exactOptional(),
    permissions: ChannelPermissions,
    minRank: z.int().min(0).max(255).exactOptional(),
  }),
} as const;
