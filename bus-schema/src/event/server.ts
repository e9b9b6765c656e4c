import { z } from "zod";
import { Server } from "../community.ts";

export const serverEvents = {
  /** The whole description of the community, after any change of it. */
  "server.updated": z.object({ type: z.literal("server.updated"), server: Server }),
} as const;
