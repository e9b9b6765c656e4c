/** Who is in which voice channel. Sound goes from person to person; the server says where to find whom. */
import { z } from "zod";
import { ChannelId, SessionId, UserId } from "./id.ts";

/** Where a client takes calls; made by the client. */
export const PeerId = z.string().min(1).max(200);

/** A session in a voice channel: one a session, and one a person in each channel. */
export const VoicePresence = z.object({
  channelId: ChannelId,
  userId: UserId,
  sessionId: SessionId,
  muted: z.boolean(),
  peerId: PeerId,
});
export type VoicePresence = z.infer<typeof VoicePresence>;
