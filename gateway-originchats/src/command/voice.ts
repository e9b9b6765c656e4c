/** Requests about voice channels (part 3, section 10). */
import type { Channel, Rejection } from "@dragoman/bus-schema";
import type { Step, View } from "@dragoman/gateway-kit";
import { z } from "zod";
import { type Ask, fail, reply, thenReply } from "../answer.ts";
import { findViewedChannel } from "../place.ts";
import { refuse } from "../rejection.ts";
import { voiceJoin, voiceUser } from "../voice.ts";
import { type CommandRows, noFields, row } from "./row.ts";

const peerRequired = "Peer ID is required";
const nameRequired = "Channel name is required";
const denied = "You do not have permission to access this voice channel";
const otherKind = "This is not a voice channel";
const nowhere = "You are not in a voice channel";
const peerMax = 200;

/** The voice channel of a request, or the error's text. */
function voiceChannel(given: unknown, ask: Ask): Channel | string {
  if (typeof given !== "string" || given === "") return nameRequired;
  const channel = findViewedChannel(given, ask.session.userId, ask.view.roster);
  if (channel === undefined) return denied;
  return channel.kind === "voice" ? channel : otherKind;
}

const JoinShape = z.object({
  channel: z.unknown().exactOptional(),
  peer_id: z.unknown().exactOptional(),
});

function join(packet: z.infer<typeof JoinShape>, ask: Ask): readonly Step[] {
  const { peer_id: peerId } = packet;
  if (typeof peerId !== "string" || peerId === "" || peerId.length > peerMax) {
    return fail(ask, peerRequired);
  }
  const channel = voiceChannel(packet.channel, ask);
  if (typeof channel === "string") return fail(ask, channel);
  const { channelId } = channel;
  return [
    {
      do: "command",
      body: { type: "voice.join", channelId, peerId },
      settle: thenReply(ask, (_commit, { roster }) =>
        voiceJoin(roster.channel(channelId) ?? channel, ask.session.sessionId, roster),
      ),
      refuse: refuse(ask, { not_found: () => denied, invalid: () => otherKind }),
    },
  ];
}

/** The name of the channel where the asker is as things stand. */
function whereIn(ask: Ask, { roster }: View): string {
  const present = roster.voiceOf(ask.session.sessionId);
  const channel = present === undefined ? undefined : roster.channel(present.channelId);
  return channel?.name ?? "";
}

const refuseNowhere = (ask: Ask): ((rejection: Rejection, view: View) => readonly Step[]) =>
  refuse(ask, { not_found: () => nowhere });

function leave(ask: Ask): readonly Step[] {
  return [
    {
      do: "command",
      body: { type: "voice.leave" },
      settle: thenReply(ask, (commit, { roster }) => {
        const event = commit.events.find((each) => each.type === "voice.left");
        const channel = event === undefined ? undefined : roster.channel(event.channelId);
        return { cmd: "voice_leave", channel: channel?.name ?? "" };
      }),
      refuse: refuseNowhere(ask),
    },
  ];
}

const mute = (muted: boolean) =>
  row({
    shape: noFields,
    translate: (_, ask) => [
      {
        do: "command",
        body: { type: "voice.mute", muted },
        settle: thenReply(ask, (_commit, view) => ({
          cmd: muted ? "voice_mute" : "voice_unmute",
          channel: whereIn(ask, view),
          muted,
        })),
        refuse: refuseNowhere(ask),
      },
    ],
  });

const StateShape = z.object({ channel: z.unknown().exactOptional() });

function state(packet: z.infer<typeof StateShape>, ask: Ask): readonly Step[] {
  const channel = voiceChannel(packet.channel, ask);
  if (typeof channel === "string") return fail(ask, channel);
  const { roster } = ask.view;
  const { sessionId } = ask.session;
  const present = roster.voicesIn(channel.channelId);
  return [
    reply(ask, {
      cmd: "voice_state",
      channel: channel.name,
      participants: present.map((each) => voiceUser(each, sessionId, roster)),
    }),
  ];
}

export const voiceCommands = {
  voice_join: row({ shape: JoinShape, translate: join }),
  voice_leave: row({ shape: noFields, translate: (_, ask) => leave(ask) }),
  voice_mute: mute(true),
  voice_unmute: mute(false),
  voice_state: row({ shape: StateShape, translate: state }),
} as const satisfies CommandRows;
