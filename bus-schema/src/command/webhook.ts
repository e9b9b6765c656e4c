/** Commands about webhooks. `webhook.post` is a gateway's, for whoever holds the token. */
import { z } from "zod";
import { Content, Embed } from "../content.ts";
import { ChannelId } from "../id.ts";

const webhookId = z.string().min(1).max(64);
const avatar = z.string().max(2000);

export const webhookCommands = {
  "webhook.create": z.object({
    type: z.literal("webhook.create"),
    channelId: ChannelId,
    name: z.string().max(200),
    avatar: avatar.nullable().exactOptional(),
  }),
  "webhook.update": z.object({
    type: z.literal("webhook.update"),
    webhookId,
    name: z.string().max(200).exactOptional(),
    avatar: avatar.nullable().exactOptional(),
  }),
  /** A new token; the old one is void. */
  "webhook.renew": z.object({ type: z.literal("webhook.renew"), webhookId }),
  "webhook.delete": z.object({ type: z.literal("webhook.delete"), webhookId }),
  /** `as`: under another name or picture than the webhook's; `github`: as a push of that site. */
  "webhook.post": z.object({
    type: z.literal("webhook.post"),
    token: z.string().min(1).max(200),
    content: Content,
    embeds: z.array(Embed).max(10).exactOptional(),
    as: z
      .object({
        github: z.literal(true).exactOptional(),
        name: z.string().min(1).max(100).exactOptional(),
        avatar: avatar.exactOptional(),
      })
      .exactOptional(),
  }),
} as const;
