import { z } from "zod";
import { About } from "../content.ts";
import { UserId } from "../id.ts";

const pin = { ...About.shape, byId: UserId };

export const pinEvents = {
  "pin.added": z.object({ type: z.literal("pin.added"), ...pin }),
  "pin.removed": z.object({ type: z.literal("pin.removed"), ...pin }),
} as const;
