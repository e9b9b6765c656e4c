import { z } from "zod";
import { Server } from "../community.ts";

export const serverEvents = {
  /** The whole description of the community, after any change of it. */
  "server.updated": z.object({
    type: z.literal("server.updated"),
    server: Server,
    /** What the configuration said, where it was the cause: what people changed since stays until it differs. */
    described: Server.pick({ name: true, ownerName: true, motd: true }).exactOptional(),
  }),
} as const;
