/**
 * Who comes and goes in voice channels (part 3, section 10). Everybody who sees the channel is told, and those
 * inside also where to call; who joins has that from the reply.
 */
import type { ChannelId, SessionId } from "@dragoman/bus-schema";
import type { Roster } from "@dragoman/gateway-kit";
import { nameOf } from "../view.ts";
import { voiceUser } from "../voice.ts";
import { encode } from "../wire.ts";
import { type Delivery, type Rows, toChannel } from "./row.ts";

function renderVoiceUser(
  cmd: "voice_user_joined" | "voice_user_updated",
  { channelId, sessionId }: { readonly channelId: ChannelId; readonly sessionId: SessionId },
  roster: Roster,
): readonly Delivery[] {
  const channel = roster.channel(channelId);
  const present = roster.voiceOf(sessionId);
  if (channel === undefined || present === undefined) return [];
  const packet = (viewerId: SessionId | undefined): string =>
    encode({
      cmd,
      channel: channel.name,
      user: voiceUser(present, viewerId, roster),
      global: true,
    });
  return [
    {
      audience: { to: "channel", channelId },
      personal: ({ session }) => (session === undefined ? [] : [packet(session.sessionId)]),
      ...(cmd === "voice_user_joined" ? { exceptSessionId: sessionId } : {}),
    },
  ];
}

export const voiceRows: Rows<"voice"> = {
  "voice.joined": (event, _commit, { roster }) =>
    renderVoiceUser("voice_user_joined", event, roster),
  "voice.left": ({ channelId, userId }, _commit, { roster }) => {
    const channel = roster.channel(channelId);
    if (channel === undefined) return [];
    return [
      toChannel(channel, () => ({
        cmd: "voice_user_left",
        channel: channel.name,
        username: nameOf(userId, roster),
        global: true,
      })),
    ];
  },
  "voice.muted": (event, _commit, { roster }) =>
    renderVoiceUser("voice_user_updated", event, roster),
};
