import { z } from "zod";
import { Webhook } from "../file.ts";

export const webhookEvents = {
  "webhook.created": z.object({ type: z.literal("webhook.created"), webhook: Webhook }),
  "webhook.updated": z.object({ type: z.literal("webhook.updated"), webhook: Webhook }),
  /** The webhook with a new `tokenId`. */
  "webhook.renewed": z.object({ type: z.literal("webhook.renewed"), webhook: Webhook }),
  "webhook.deleted": z.object({ type: z.literal("webhook.deleted"), webhook: Webhook }),
} as const;
