/** What each event about voice, slash commands and notifications gives to whom: rows for `event.test.ts`. */
import type { EventOf, InviteId, PushId, SlashCommand } from "@dragoman/bus-schema";
import { ada, ben, general, message, nowMs, session, type Told } from "../edge.ts";

const roll: SlashCommand = {
  name: "roll",
  description: "Roll dice",
  options: [{ name: "sides", description: "Sides", type: "int", required: true }],
  whitelistRoles: ["user"],
  ephemeral: false,
};
const answer = message(9, {
  author: { kind: "user", userId: ben.userId },
  content: { text: "4", markup: "markdown" },
  interaction: { command: "roll", userId: ada.userId },
});
const inGeneral = { channelId: general.channelId };
const bySession = { userId: ada.userId, sessionId: session(ada).sessionId };

type GatheringEvent =
  | "voice.joined"
  | "voice.left"
  | "voice.muted"
  | "slash.registered"
  | "slash.removed"
  | "slash.called"
  | "slash.answered"
  | "push.subscribed"
  | "push.unsubscribed"
  | "invite.created"
  | "invite.revoked"
  | "token.issued"
  | "token.ended";

export const slashGolden: {
  readonly [T in GatheringEvent]: readonly [EventOf<T>, readonly Told[]];
} = {
  "voice.joined": [
    { type: "voice.joined", ...inGeneral, ...bySession, muted: false, peerId: "p1" },
    [
      {
        to: "channel",
        packets: [
          {
            cmd: "voice_user_joined",
            channel: "general",
            user: { id: ada.userId, username: "ada", muted: false, peer_id: "p1" },
            global: true,
          },
        ],
      },
    ],
  ],
  "voice.left": [
    { type: "voice.left", ...inGeneral, ...bySession },
    [
      {
        to: "channel",
        packets: [{ cmd: "voice_user_left", channel: "general", username: "ada", global: true }],
      },
    ],
  ],
  // Nobody is in voice here.
  "voice.muted": [{ type: "voice.muted", ...inGeneral, ...bySession, muted: true }, []],
  "slash.registered": [
    { type: "slash.registered", ...bySession, commands: [roll] },
    [
      {
        to: "everyone",
        packets: [
          {
            cmd: "slash_add",
            commands: [
              {
                name: "roll",
                description: "Roll dice",
                options: [
                  {
                    name: "sides",
                    description: "Sides",
                    type: "int",
                    choices: null,
                    required: true,
                  },
                ],
                whitelistRoles: ["user"],
                blacklistRoles: null,
                ephemeral: false,
                registeredBy: "ada",
              },
            ],
          },
        ],
      },
    ],
  ],
  "slash.removed": [
    { type: "slash.removed", sessionId: session(ada).sessionId, names: ["roll"] },
    [{ to: "everyone", packets: [{ cmd: "slash_remove", commands: ["roll"] }] }],
  ],
  "slash.called": [
    {
      type: "slash.called",
      callId: "call",
      handlerSessionId: session(ada).sessionId,
      invokerId: ben.userId,
      ...inGeneral,
      name: "roll",
      args: { sides: 6 },
      ephemeral: false,
    },
    [
      {
        to: "session",
        packets: [
          {
            cmd: "slash_call",
            val: { command: "roll", args: { sides: 6 }, commander: "ada" },
            invoker: ben.userId,
            invokerUsername: "ben",
            channel: "general",
          },
        ],
      },
    ],
  ],
  "slash.answered": [
    { type: "slash.answered", callId: "call", invokerId: ada.userId, message: answer },
    [
      {
        to: "people",
        packets: [
          {
            cmd: "message_new",
            message: {
              user: "ben",
              content: "4",
              timestamp: (nowMs * 1000 + 164_399) / 1_000_000,
              id: answer.messageId,
              pinned: false,
              type: "message",
              interaction: { command: "roll", username: "ada" },
            },
            channel: "general",
            global: true,
          },
        ],
      },
    ],
  ],
  "push.subscribed": [
    { type: "push.subscribed", userId: ada.userId, subscriptionId: "p" as PushId },
    [],
  ],
  "push.unsubscribed": [
    { type: "push.unsubscribed", userId: ada.userId, subscriptionId: "p" as PushId },
    [],
  ],
  "invite.created": [
    {
      type: "invite.created",
      invite: {
        inviteId: "mine22" as InviteId,
        digest: "d",
        uses: 1,
        expiresAtMs: 1,
        roleIds: [],
        note: "",
        createdAtMs: 0,
      },
    },
    [],
  ],
  "invite.revoked": [{ type: "invite.revoked", inviteId: "mine22" as InviteId }, []],
  "token.issued": [
    {
      type: "token.issued",
      userId: ada.userId,
      token: { tokenId: 1, protocol: "originchats", issuedAtMs: 0, expiresAtMs: 1 },
      ended: [],
    },
    [],
  ],
  "token.ended": [{ type: "token.ended", userId: ada.userId, tokenId: 1 }, []],
};
