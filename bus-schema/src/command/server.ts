/** Commands about the community itself. */
import { z } from "zod";
import { ServerAsset } from "../file.ts";
import { ChannelId } from "../id.ts";

export const serverCommands = {
  /** Absent fields stay as they are; `icon` and `banner` null: none. */
  "server.update": z.object({
    type: z.literal("server.update"),
    name: z.string().max(100).exactOptional(),
    icon: ServerAsset.nullable().exactOptional(),
    banner: ServerAsset.nullable().exactOptional(),
    motd: z.string().max(1000).exactOptional(),
    defaultChannelId: ChannelId.exactOptional(),
  }),
} as const;
