/** What each event about people, their sessions and moderation gives to whom: rows for `event.test.ts`. */
import type { AddressTag, EventOf, EventType } from "@dragoman/bus-schema";
import { ada, ben, general, mona, nowMs, olga, owner, session, staff, type Told } from "../edge.ts";
import { banned, channelList, gone, listedStaff, listedWhisper } from "./shared.ts";

const tag = "tag" as AddressTag;

const coming = {
  username: "mona",
  roles: ["moderator", "user"],
  color: "#000001",
  nickname: null,
  cracked: true,
  pfp: null,
  status: { status: "offline", text: "" },
};

const comes = (username: string, pfp: string | null = null): object => ({
  username,
  roles: ["user"],
  color: null,
  nickname: null,
  cracked: true,
  pfp,
  status: { status: "online", text: "" },
});

export const peopleGolden: {
  readonly [T in Extract<
    EventType,
    `${"leader" | "journal" | "import" | "link" | "moderation" | "presence" | "session" | "status" | "user"}.${string}`
  >]: readonly [EventOf<T>, readonly Told[]];
} = {
  "journal.skipped": [{ type: "journal.skipped", seq: 1, id: "r1", why: "damaged" }, []],
  "journal.levelled": [{ type: "journal.levelled", level: 2, version: "0.1.0" }, []],
  "journal.filled": [{ type: "journal.filled", bytes: "" }, []],
  "import.stored": [{ type: "import.stored", events: [{ type: "user.joined", user: mona }] }, []],
  "leader.started": [{ type: "leader.started", coreId: "c" }, []],
  "status.changed": [
    {
      type: "status.changed",
      userId: ben.userId,
      status: { status: "idle", text: "tea", afk: { status: "online", text: "" } },
      before: { status: "online", text: "" },
    },
    [
      {
        to: "everyone",
        packets: [
          {
            cmd: "status_get",
            username: "ben",
            status: { status: "idle", text: "tea" },
            global: true,
          },
        ],
      },
    ],
  ],
  "user.nicknamed": [
    {
      type: "user.nicknamed",
      userId: ben.userId,
      nickname: "Benny",
      before: null,
      byId: ben.userId,
    },
    [
      {
        to: "everyone",
        packets: [{ cmd: "nickname_update", user: ben.userId, username: "ben", nickname: "Benny" }],
      },
    ],
  ],
  "user.pictured": [
    { type: "user.pictured", userId: ben.userId, url: "https://e.example/a.png" },
    [
      {
        to: "everyone",
        packets: [{ cmd: "user_connect", user: comes("ben", "https://e.example/a.png") }],
      },
    ],
  ],
  "user.joined": [
    { type: "user.joined", user: mona },
    [{ to: "everyone", packets: [{ cmd: "user_join", user: coming }] }],
  ],
  "moderation.silenced": [
    {
      type: "moderation.silenced",
      userId: ben.userId,
      byId: mona.userId,
      reason: "",
      untilMs: nowMs + 300_000,
      lengthMs: 300_000,
    },
    [
      {
        to: "people",
        packets: [
          { cmd: "rate_limit", reason: "User timeout set", length: 300_000 },
          { cmd: "error", src: "user_timeout", val: "You are timed out for 300 seconds" },
        ],
      },
    ],
  ],
  "moderation.unsilenced": [
    { type: "moderation.unsilenced", userId: ben.userId, byId: mona.userId },
    [
      {
        to: "people",
        packets: [{ cmd: "error", src: "user_timeout", val: "Your time-out is over" }],
      },
    ],
  ],
  "moderation.refilled": [
    { type: "moderation.refilled", userId: ben.userId, byId: olga.userId },
    [],
  ],
  "user.departed": [
    { type: "user.departed", userId: mona.userId, byId: null },
    [
      { to: "people", packets: [], closing: "departed" },
      { to: "everyone", packets: [{ cmd: "user_leave", username: "mona" }] },
    ],
  ],
  "user.renamed": [
    { type: "user.renamed", userId: ben.userId, name: "bob", handle: "bob", before: "ben" },
    [
      {
        to: "everyone",
        packets: [{ cmd: "user_updated", user_id: ben.userId, username: "bob", nickname: null }],
      },
      {
        to: "everyone",
        packets: [{ cmd: "user_update", user: "ben", username: "bob", nickname: null }],
      },
      { to: "everyone", packets: [{ cmd: "user_disconnect", username: "ben" }] },
      { to: "everyone", packets: [{ cmd: "user_leave", username: "ben" }] },
      { to: "everyone", packets: [{ cmd: "user_join", user: comes("bob") }] },
      { to: "everyone", packets: [{ cmd: "user_connect", user: comes("bob") }] },
      {
        to: "people",
        packets: [
          {
            cmd: "ready",
            user: {
              username: "bob",
              roles: ["user"],
              status: { status: "online", text: "" },
              pfp_url: null,
              cracked: true,
            },
            // What follows from the connection's key (`derivedKey`).
            validator: "SzRrEWG8DNLRvb3lk2cfN-7z4LlO5pfADw5dowB0ruc",
          },
        ],
      },
      {
        to: "people",
        packets: [
          {
            cmd: "channel_update",
            channel: {
              ...listedWhisper,
              name: "@bob",
              permissions: { send: ["ada", "bob"] },
            },
            current_name: "@ben",
          },
        ],
      },
    ],
  ],
  "user.assigned": [
    {
      type: "user.assigned",
      userId: mona.userId,
      roleIds: [owner.roleId],
      before: mona.roleIds,
    },
    [
      {
        to: "everyone",
        packets: [{ cmd: "user_roles_get", user: "mona", roles: ["owner"], color: "#000000" }],
      },
      {
        to: "people",
        packets: [channelList(listedStaff)],
      },
    ],
  ],
  "user.merged": [
    {
      type: "user.merged",
      intoId: ada.userId,
      fromId: ben.userId,
      roleIds: ada.roleIds,
      color: "#c0ffee",
    },
    [
      {
        to: "everyone",
        packets: [
          {
            cmd: "user_roles_get",
            user: "ada",
            roles: ["user"],
            color: "#c0ffee",
            global: true,
          },
        ],
      },
      { to: "everyone", packets: [{ cmd: "user_leave", username: "ben" }] },
    ],
  ],
  "link.joined": [
    {
      type: "link.joined",
      userId: ben.userId,
      identity: { provider: "site", id: "2", name: "ben", color: "#c0ffee" },
      color: "#c0ffee",
    },
    [
      {
        to: "everyone",
        packets: [{ cmd: "user_roles_get", user: "ben", roles: ["user"], color: "#c0ffee" }],
      },
    ],
  ],
  "link.removed": [
    { type: "link.removed", userId: ben.userId, provider: "site", id: "2", color: null },
    [
      {
        to: "everyone",
        packets: [{ cmd: "user_roles_get", user: "ben", roles: ["user"], color: null }],
      },
    ],
  ],
  "user.erased": [
    {
      type: "user.erased",
      userId: ben.userId,
      accounts: [{ userId: ben.userId, name: "erased-2" }],
      called: ["ben"],
      credentialIds: [],
      subscriptionIds: [],
    },
    [
      {
        to: "people",
        packets: [
          {
            cmd: "channel_update",
            channel: {
              ...listedWhisper,
              name: "@erased-2",
              permissions: { send: ["ada", "erased-2"] },
            },
            current_name: "@ben",
          },
        ],
      },
    ],
  ],
  "user.forgotten": [
    { type: "user.forgotten", userIds: [ben.userId], quotedIn: [], done: true },
    [],
  ],
  "user.revoked": [{ type: "user.revoked", userId: ada.userId, epoch: 2 }, []],
  "session.opened": [{ type: "session.opened", session: session(mona), addressTag: tag }, []],
  "session.moved": [
    {
      type: "session.moved",
      sessionId: session(ben).sessionId,
      userId: ben.userId,
      from: { channelId: general.channelId },
      to: { channelId: staff.channelId },
    },
    [],
  ],
  "session.dropped": [
    { type: "session.dropped", sessionId: session(ada).sessionId, untilMs: 1 },
    [],
  ],
  "session.closed": [{ type: "session.closed", session: session(ada), why: "leave" }, []],
  "presence.began": [
    { type: "presence.began", userId: mona.userId },
    [{ to: "everyone", packets: [{ cmd: "user_connect", user: coming }] }],
  ],
  "presence.ended": [
    gone("leave"),
    [{ to: "everyone", packets: [{ cmd: "user_disconnect", username: "ben" }] }],
  ],
  "moderation.kicked": [
    {
      type: "moderation.kicked",
      userId: ben.userId,
      byId: mona.userId,
      reason: "noise",
      why: "kick",
      untilMs: null,
    },
    [{ to: "people", packets: [], closing: "kicked" }],
  ],
  "moderation.banned": [
    banned,
    [
      { to: "people", packets: [], closing: "banned" },
      { to: "everyone", packets: [{ cmd: "user_leave", username: "ben" }] },
    ],
  ],
  "moderation.unbanned": [
    { type: "moderation.unbanned", userId: mona.userId, byId: null },
    [{ to: "everyone", packets: [{ cmd: "user_join", user: coming }] }],
  ],
};
