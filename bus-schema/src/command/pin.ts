/** Commands about pins. `message` is the id of a message of the place. */
import { z } from "zod";
import { Place } from "../place.ts";

const pin = { place: Place, message: z.string().min(1).max(64) };

export const pinCommands = {
  "pin.add": z.object({ type: z.literal("pin.add"), ...pin }),
  "pin.remove": z.object({ type: z.literal("pin.remove"), ...pin }),
} as const;
