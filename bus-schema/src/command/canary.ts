/** The canary: a gateway's own sign that what is said at it arrives everywhere. No person gives it, and none is told. */
import { z } from "zod";

export const canaryCommands = {
  /** Crosses once. It changes nothing, and is not stored: it yields a signal. */
  "canary.cross": z.object({
    type: z.literal("canary.cross"),
    /** Counts up from 1 in the life of the gateway. */
    n: z.int().min(1),
    /** The journal's time at the gateway when it was said; epoch ms. */
    saidAt: z.int(),
    /** When the next one is to be expected; 0: none, the gateway ends. */
    everyMs: z.int().min(0),
  }),
} as const;
