/** Commands about what a person says of being there. */
import { z } from "zod";
import { Status } from "../community.ts";

export const statusCommands = {
  /** `afk`: until the person posts or leaves. Absent: until they set another. */
  "status.set": z.object({
    type: z.literal("status.set"),
    status: Status.shape.status,
    text: Status.shape.text,
    afk: z.literal(true).exactOptional(),
  }),
  /** Ends what `/afk` set. Nothing where it is not set. */
  "status.back": z.object({ type: z.literal("status.back") }),
} as const;
