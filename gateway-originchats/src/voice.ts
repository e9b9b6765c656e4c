/** Voice channels as packets (part 3, section 10). */
import type { Channel, SessionId, VoicePresence } from "@dragoman/bus-schema";
import type { Roster } from "@dragoman/gateway-kit";
import { nameOf } from "./view.ts";

/** Where to call somebody is told to those who are in the same channel. */
const hearsPeers = (
  { channelId }: VoicePresence,
  viewerId: SessionId | undefined,
  roster: Roster,
): boolean => viewerId !== undefined && roster.voiceOf(viewerId)?.channelId === channelId;

/** Somebody in a voice channel, as the session `viewerId` is told. */
export function voiceUser(
  present: VoicePresence,
  viewerId: SessionId | undefined,
  roster: Roster,
): object {
  const { userId, muted, peerId } = present;
  return {
    id: userId,
    username: nameOf(userId, roster),
    muted,
    ...(hearsPeers(present, viewerId, roster) ? { peer_id: peerId } : {}),
  };
}

/** The others in the channel that a session has joined, for it to call. */
function participants(
  { channelId }: Channel,
  sessionId: SessionId,
  roster: Roster,
): readonly object[] {
  return roster
    .voicesIn(channelId)
    .filter((present) => present.sessionId !== sessionId)
    .map(({ userId, peerId, muted }) => ({
      username: nameOf(userId, roster),
      peer_id: peerId,
      muted,
    }));
}

/** `voice_join`: who else is in the channel that the session has joined. */
export const voiceJoin = (channel: Channel, sessionId: SessionId, roster: Roster): object => ({
  cmd: "voice_join",
  channel: channel.name,
  participants: participants(channel, sessionId, roster),
});
