import { z } from "zod";
import { ChannelId, SessionId, UserId } from "../id.ts";
import { VoicePresence } from "../voice.ts";

export const voiceEvents = {
  /** Stands for whatever the person had in that channel before. Its `peerId` is shown inside only. */
  "voice.joined": z.object({ type: z.literal("voice.joined"), ...VoicePresence.shape }),
  "voice.left": z.object({
    type: z.literal("voice.left"),
    channelId: ChannelId,
    userId: UserId,
    sessionId: SessionId,
  }),
  "voice.muted": z.object({
    type: z.literal("voice.muted"),
    channelId: ChannelId,
    userId: UserId,
    sessionId: SessionId,
    muted: z.boolean(),
  }),
} as const;
