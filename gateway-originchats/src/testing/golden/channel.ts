/** What each event about the community, its roles and channels gives to whom: rows for `event.test.ts`. */
import type { CredentialId, EventOf, EventType } from "@dragoman/bus-schema";
import {
  ada,
  general,
  member,
  message,
  moderator,
  owner,
  roster,
  type Told,
  whisper,
} from "../edge.ts";
import { channelList, listedGeneral, listedStaff, listedWhisper } from "./shared.ts";

const ownerList = {
  cmd: "roles_list",
  roles: {
    owner: {
      id: owner.roleId,
      name: "owner",
      description: null,
      color: "#000000",
      hoisted: true,
      permissions: ["administrator"],
      self_assignable: false,
      category: null,
      position: 0,
    },
  },
};

export const channelGolden: {
  readonly [T in Extract<EventType, `${"channel" | "role" | "server"}.${string}`>]: readonly [
    EventOf<T>,
    readonly Told[],
  ];
} = {
  "server.updated": [
    { type: "server.updated", server: { ...roster().server, name: "New" } },
    [{ to: "everyone", packets: [{ cmd: "server_update", name: "New", icon: "", banner: "" }] }],
  ],
  "server.phased": [
    {
      type: "server.phased",
      standing: { protocol: "originchats", phase: "announced", text: "" },
      before: "open",
    },
    [
      {
        to: "everyone",
        packets: [
          {
            cmd: "error",
            src: "server_update",
            val: "This community moves to Sock Chat. Call /move to see how you come along.",
          },
        ],
      },
    ],
  ],
  "server.signalled": [{ type: "server.signalled", signal: "reload" }, []],
  "role.created": [
    { type: "role.created", roleId: owner.roleId, roles: [owner] },
    [
      {
        to: "everyone",
        packets: [
          {
            cmd: "roles_list",
            roles: {
              owner: {
                id: owner.roleId,
                name: "owner",
                description: null,
                color: "#000000",
                hoisted: true,
                permissions: ["administrator"],
                self_assignable: false,
                category: null,
                position: 0,
              },
            },
          },
        ],
      },
    ],
  ],
  "role.updated": [
    { type: "role.updated", roleId: owner.roleId, roles: [owner, moderator, member] },
    [
      {
        to: "everyone",
        packets: [
          {
            cmd: "roles_list",
            roles: {
              ...ownerList.roles,
              moderator: {
                ...ownerList.roles.owner,
                id: moderator.roleId,
                name: "moderator",
                color: "#000001",
                permissions: moderator.permissions,
                position: 1,
              },
              user: {
                ...ownerList.roles.owner,
                id: member.roleId,
                name: "user",
                color: null,
                hoisted: false,
                permissions: member.permissions,
                position: 2,
              },
            },
          },
        ],
      },
    ],
  ],
  "role.deleted": [
    { type: "role.deleted", roleId: moderator.roleId, name: "moderator", roles: [owner] },
    [
      { to: "everyone", packets: [ownerList] },
      {
        to: "everyone",
        packets: [{ cmd: "user_roles_get", user: "mona", roles: [], color: null }],
      },
      {
        to: "people",
        packets: [channelList(listedWhisper)],
      },
    ],
  ],
  "role.reordered": [
    { type: "role.reordered", roles: [owner] },
    [
      { to: "everyone", packets: [ownerList] },
      {
        to: "people",
        packets: [channelList(listedWhisper)],
      },
    ],
  ],
  "channel.created": [
    { type: "channel.created", channel: whisper },
    [
      {
        to: "channel",
        packets: [channelList(listedWhisper)],
      },
    ],
  ],
  "channel.updated": [
    { type: "channel.updated", channel: { ...general, name: "lobby" }, before: general },
    [
      { to: "people", packets: [] },
      {
        to: "channel",
        packets: [
          {
            cmd: "channel_update",
            channel: {
              type: "text",
              name: "lobby",
              description: "For everyone",
              permissions: { view: ["user"], send: ["user"], delete: ["moderator"] },
              last_message: 7.5,
              last_message_id: message(7).messageId,
            },
            current_name: "general",
          },
        ],
      },
    ],
  ],
  "channel.moved": [
    { type: "channel.moved", channelId: general.channelId, index: 1, before: 0 },
    [{ to: "people", packets: [channelList(listedStaff, listedGeneral)] }],
  ],
  "channel.deleted": [
    { type: "channel.deleted", channel: general, why: "deleted" },
    [{ to: "people", packets: [channelList(listedWhisper)] }],
  ],
  "channel.admitted": [
    {
      type: "channel.admitted",
      channelId: general.channelId,
      userId: ada.userId,
      passwordId: "p" as CredentialId,
    },
    [],
  ],
  "channel.dismissed": [
    { type: "channel.dismissed", channelId: general.channelId, userId: ada.userId },
    [],
  ],
};
