/** Commands about pins. `message` is one of the place. */
import { z } from "zod";
import { MessageRef } from "../message-ref.ts";
import { Place } from "../place.ts";

const pin = { place: Place, message: MessageRef };

export const pinCommands = {
  "pin.add": z.object({ type: z.literal("pin.add"), ...pin }),
  "pin.remove": z.object({ type: z.literal("pin.remove"), ...pin }),
} as const;
