/** Queries about uploads and webhooks. */
import { z } from "zod";
import { Attachment, Webhook } from "../file.ts";
import { ChannelId } from "../id.ts";

export const fileQueries = {
  /** One upload that has not expired. Needs no session: its id is the secret. */
  "attachment.one": {
    ask: z.object({ type: z.literal("attachment.one"), attachmentId: z.string().max(64) }),
    answer: z.object({ attachment: Attachment.nullable() }),
  },
  /** The webhook of a token. Needs no session: the token is the secret. */
  "webhook.one": {
    ask: z.object({ type: z.literal("webhook.one"), token: z.string().max(200) }),
    answer: z.object({ webhook: Webhook.nullable() }),
  },
  /**
   * Webhooks, oldest first: all with their tokens for whoever manages the server, else those of channels that the
   * asker may view, without.
   */
  "webhook.list": {
    ask: z.object({ type: z.literal("webhook.list"), channelId: ChannelId.exactOptional() }),
    answer: z.object({
      webhooks: z.array(z.object({ webhook: Webhook, token: z.string().exactOptional() })),
    }),
  },
} as const;
