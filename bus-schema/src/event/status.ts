import { z } from "zod";
import { Status } from "../community.ts";
import { UserId } from "../id.ts";

export const statusEvents = {
  "status.changed": z.object({
    type: z.literal("status.changed"),
    userId: UserId,
    status: Status,
    before: Status,
  }),
} as const;
