/** Commands of people in voice channels. */
import { z } from "zod";
import { ChannelId } from "../id.ts";
import { PeerId } from "../voice.ts";

export const voiceCommands = {
  /** Out of the voice channel where the session is, this one too, and into it. */
  "voice.join": z.object({
    type: z.literal("voice.join"),
    channelId: ChannelId,
    peerId: PeerId,
  }),
  "voice.leave": z.object({ type: z.literal("voice.leave") }),
  "voice.mute": z.object({ type: z.literal("voice.mute"), muted: z.boolean() }),
} as const;
