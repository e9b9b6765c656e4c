import { z } from "zod";
import { Channel } from "../community.ts";
import { ChannelId, CredentialId, UserId } from "../id.ts";

export const channelEvents = {
  /** A channel, whole. It is listed last. Its first line, a system message, follows in the same commit. */
  "channel.created": z.object({ type: z.literal("channel.created"), channel: Channel }),
  /** A channel in its new form and in the one before. A new `passwordId` ends all admissions. */
  "channel.updated": z.object({
    type: z.literal("channel.updated"),
    channel: Channel,
    before: Channel,
  }),
  /** Its place in the list, and the one that it had. */
  "channel.moved": z.object({
    type: z.literal("channel.moved"),
    channelId: ChannelId,
    index: z.int().min(0),
    before: z.int().min(0),
  }),
  /** The channel as it was last. Whoever stood in it has been moved away in the same commit. */
  "channel.deleted": z.object({
    type: z.literal("channel.deleted"),
    channel: Channel,
    why: z.enum(["deleted", "abandoned"]),
  }),
  /** The person has given the password that `passwordId` stands for. */
  "channel.admitted": z.object({
    type: z.literal("channel.admitted"),
    channelId: ChannelId,
    userId: UserId,
    passwordId: CredentialId,
  }),
  /** The person has to give the password again. */
  "channel.dismissed": z.object({
    type: z.literal("channel.dismissed"),
    channelId: ChannelId,
    userId: UserId,
  }),
} as const;
