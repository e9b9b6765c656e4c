import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type About,
  type AddressTag,
  type CredentialId,
  type Event,
  type EventOf,
  type EventType,
  eventTypes,
  type Message,
  type ThreadId,
} from "@dragoman/bus-schema";
import { derivedKey } from "@dragoman/service-kit";
import {
  ada,
  ben,
  commit,
  forum,
  general,
  member,
  message,
  moderator,
  mona,
  nowMs,
  objectIn,
  olga,
  owner,
  poll,
  render,
  roster,
  session,
  staff,
  thread,
  whisper,
} from "../scene.ts";
import { fileGolden } from "./file-golden.ts";
import { slashGolden } from "./slash-golden.ts";

const system = { kind: "system", name: "originChats" } as const;
const tag = "tag" as AddressTag;
const whispered = message(9, { place: { channelId: whisper.channelId } });
const deletion = ({ messageId, number, place, author }: Message): EventOf<"message.deleted"> => ({
  type: "message.deleted",
  messageId,
  number,
  place,
  author,
  byId: null,
});
const banned: EventOf<"moderation.banned"> = {
  type: "moderation.banned",
  userId: ben.userId,
  byId: mona.userId,
  untilMs: null,
  reason: "",
  addressTags: [],
};
const gone = (why: EventOf<"presence.ended">["why"]): EventOf<"presence.ended"> => ({
  type: "presence.ended",
  userId: ben.userId,
  why,
});
const coming = {
  username: "mona",
  roles: ["moderator", "user"],
  color: "#000001",
  nickname: null,
  cracked: true,
  pfp: null,
  status: { status: "offline", text: "" },
};
const posted = {
  user: "ada",
  content: "hi",
  timestamp: 1795444253.164399,
  id: message(9).messageId,
  pinned: false,
  type: "message",
  interaction: null,
};
const about: About = {
  messageId: message(9).messageId,
  number: message(9).number,
  place: message(9).place,
  author: message(9).author,
  excerpt: "hi",
};
const listedWhisper = {
  type: "text",
  name: "@ben",
  permissions: { view: ["ada", "ben"], send: ["ada", "ben"] },
  last_message: null,
  last_message_id: null,
};
const noPings = { users: [], roles: [], replies: [] };

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

/** An entry of `users_list` in the eyes of others. */
const listed = (name: string, roles: string[], color: string | null, isHere: boolean): object => ({
  username: name,
  nickname: null,
  roles,
  color,
  status: { status: isHere ? "online" : "offline", text: "" },
  cracked: true,
  pfp: null,
});
const usersWith = (...changed: object[]): Record<string, unknown> => ({
  cmd: "users_list",
  users: changed,
});
const listedAda = listed("ada", ["user"], null, true);
const listedMona = listed("mona", ["moderator", "user"], "#000001", false);
const listedOlga = listed("olga", ["owner", "user"], "#000000", true);
const threadId = (n: number): ThreadId =>
  `00000000-0000-4000-9000-${String(n).padStart(12, "0")}` as ThreadId;
const inThread = { threadId: thread.threadId, channelId: forum.channelId };
const threadState = { name: "Topic", slug: "forum-Topic", locked: false, archived: false };
const shownThread = {
  id: thread.threadId,
  name: "Topic",
  parent_channel: "forum",
  created_by: "ben",
  created_at: 5.5,
  locked: false,
  archived: false,
  participants: ["ben"],
  last_message: null,
  last_message_id: null,
};
const ofPoll = {
  pollId: poll.pollId,
  messageId: message(9).messageId,
  place: { channelId: general.channelId },
};
const shownResults = {
  poll_id: poll.pollId,
  question: "Tea?",
  allow_multiselect: false,
  ended: false,
  ended_at: null,
  total_votes: 1,
  results: [
    { id: "0", text: "yes", emoji: null, votes: 1, voters: [] },
    { id: "n", text: "no", emoji: "🚫", votes: 0, voters: [] },
  ],
};

/** One of each event, with what it gives to whom. Personal rows are rendered for ada. */
const golden: { readonly [T in EventType]: readonly [EventOf<T>, ReturnType<typeof render>] } = {
  ...fileGolden,
  ...slashGolden,
  "leader.started": [{ type: "leader.started", coreId: "c" }, []],
  "server.updated": [
    { type: "server.updated", server: { ...roster().server, name: "New" } },
    [{ to: "everyone", packets: [{ cmd: "server_update", name: "New", icon: "", banner: "" }] }],
  ],
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
        packets: [
          {
            cmd: "channels_get",
            val: [
              {
                type: "text",
                name: "@ben",
                permissions: { view: ["ada", "ben"], send: ["ada", "ben"] },
                last_message: null,
                last_message_id: null,
              },
            ],
          },
        ],
      },
    ],
  ],
  "role.reordered": [
    { type: "role.reordered", roles: [owner] },
    [
      { to: "everyone", packets: [ownerList] },
      {
        to: "people",
        packets: [
          {
            cmd: "channels_get",
            val: [
              {
                type: "text",
                name: "@ben",
                permissions: { view: ["ada", "ben"], send: ["ada", "ben"] },
                last_message: null,
                last_message_id: null,
              },
            ],
          },
        ],
      },
    ],
  ],
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
        packets: [
          usersWith(
            listedAda,
            { ...listed("ben", ["user"], null, true), pfp: "https://e.example/a.png" },
            listedMona,
            listedOlga,
          ),
        ],
      },
    ],
  ],
  "channel.created": [
    { type: "channel.created", channel: whisper },
    [
      {
        to: "channel",
        packets: [
          {
            cmd: "channels_get",
            val: [listedWhisper],
          },
        ],
      },
    ],
  ],
  "channel.updated": [
    { type: "channel.updated", channel: { ...general, name: "lobby" }, before: general },
    [
      { to: "everyone", packets: [] },
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
    [{ to: "everyone", packets: [] }],
  ],
  "channel.deleted": [
    { type: "channel.deleted", channel: general, why: "deleted" },
    [{ to: "everyone", packets: [{ cmd: "channels_get", val: [listedWhisper] }] }],
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
    [],
  ],
  "moderation.cleared": [{ type: "moderation.cleared", userId: ben.userId, byId: olga.userId }, []],
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
        packets: [{ cmd: "user_updated", user_id: "u2", username: "bob", nickname: null }],
      },
      {
        to: "everyone",
        packets: [{ cmd: "user_update", user: "ben", username: "bob", nickname: null }],
      },
      { to: "everyone", packets: [{ cmd: "user_disconnect", username: "ben" }] },
      {
        to: "everyone",
        packets: [
          {
            cmd: "user_connect",
            user: {
              username: "bob",
              roles: ["user"],
              color: null,
              nickname: null,
              cracked: true,
              pfp: null,
              status: { status: "online", text: "" },
            },
          },
        ],
      },
      {
        to: "everyone",
        packets: [
          usersWith(listedAda, listed("bob", ["user"], null, true), listedMona, listedOlga),
        ],
      },
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
            validator: derivedKey(`originChats-${"x".repeat(32)}`),
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
              permissions: { view: ["ada", "bob"], send: ["ada", "bob"] },
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
        packets: [
          {
            cmd: "channels_get",
            val: [
              {
                type: "text",
                name: "general",
                description: "For everyone",
                permissions: { view: ["user"], send: ["user"], delete: ["moderator"] },
                last_message: 7.5,
                last_message_id: message(7).messageId,
              },
              listedWhisper,
            ],
          },
        ],
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
        packets: [usersWith(listed("ada", ["user"], "#c0ffee", true), listedMona, listedOlga)],
      },
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
  "user.revoked": [{ type: "user.revoked", userId: ada.userId, epoch: 2 }, []],
  "session.opened": [{ type: "session.opened", session: session(mona), addressTag: tag }, []],
  "session.moved": [
    {
      type: "session.moved",
      sessionId: session(ben).sessionId,
      userId: ben.userId,
      from: general.channelId,
      to: staff.channelId,
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
  "message.announced": [
    { type: "message.announced", message: message(9, { author: system }) },
    [
      {
        to: "channel",
        packets: [
          {
            cmd: "message_new",
            message: { ...posted, user: "originChats" },
            channel: "general",
            thread_id: null,
            global: true,
          },
        ],
      },
    ],
  ],
  "message.posted": [
    { type: "message.posted", message: message(9) },
    [
      {
        to: "channel",
        packets: [
          {
            cmd: "message_new",
            message: { ...posted, pings: noPings },
            channel: "general",
            thread_id: null,
            global: true,
          },
        ],
      },
    ],
  ],
  "message.edited": [
    {
      type: "message.edited",
      message: message(9, { editedAtUs: 1, content: { text: "new", markup: "markdown" } }),
      recent: true,
    },
    [
      {
        to: "channel",
        packets: [
          {
            cmd: "message_edit",
            id: message(9).messageId,
            content: "new",
            message: { ...posted, content: "new", edited: true },
            channel: "general",
            global: true,
          },
        ],
      },
    ],
  ],
  "message.deleted": [
    deletion(message(9)),
    [
      {
        to: "channel",
        packets: [
          {
            cmd: "message_delete",
            id: message(9).messageId,
            channel: "general",
            global: true,
          },
        ],
      },
    ],
  ],
  "reaction.added": [
    { type: "reaction.added", ...about, emoji: "👍", userId: ben.userId },
    [
      {
        to: "channel",
        packets: [
          {
            cmd: "message_react_add",
            id: about.messageId,
            emoji: "👍",
            channel: "general",
            from: "ben",
            global: true,
          },
        ],
      },
    ],
  ],
  "reaction.removed": [
    { type: "reaction.removed", ...about, emoji: "👍", userId: ben.userId },
    [
      {
        to: "channel",
        packets: [
          {
            cmd: "message_react_remove",
            id: about.messageId,
            emoji: "👍",
            channel: "general",
            from: "ben",
            global: true,
          },
        ],
      },
    ],
  ],
  "pin.added": [
    { type: "pin.added", ...about, byId: mona.userId },
    [
      {
        to: "channel",
        packets: [
          {
            cmd: "message_pin",
            id: about.messageId,
            channel: "general",
            pinned: true,
            global: true,
          },
        ],
      },
    ],
  ],
  "pin.removed": [
    { type: "pin.removed", ...about, byId: mona.userId },
    [
      {
        to: "channel",
        packets: [
          {
            cmd: "message_unpin",
            id: about.messageId,
            channel: "general",
            pinned: false,
            global: true,
          },
        ],
      },
    ],
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
  "thread.created": [
    { type: "thread.created", thread: { ...thread, threadId: threadId(201), name: "New" } },
    [
      {
        to: "channel",
        packets: [
          {
            cmd: "thread_create",
            thread: { ...shownThread, id: threadId(201), name: "New" },
            channel: "forum",
            global: true,
          },
        ],
      },
    ],
  ],
  "thread.updated": [
    {
      type: "thread.updated",
      ...inThread,
      before: threadState,
      after: { ...threadState, name: "Renamed", locked: true },
    },
    [
      {
        to: "channel",
        packets: [
          {
            cmd: "thread_update",
            thread: { ...shownThread, name: "Renamed", locked: true },
            channel: "forum",
            global: true,
          },
        ],
      },
    ],
  ],
  "thread.deleted": [
    { type: "thread.deleted", ...inThread, before: threadState },
    [
      {
        to: "channel",
        packets: [
          { cmd: "thread_delete", thread_id: thread.threadId, channel: "forum", global: true },
        ],
      },
    ],
  ],
  "thread.joined": [
    { type: "thread.joined", ...inThread, userId: ada.userId },
    [
      {
        to: "channel",
        packets: [
          {
            cmd: "thread_join",
            thread: { ...shownThread, participants: ["ben", "ada"] },
            thread_id: thread.threadId,
            channel: "forum",
            user: "ada",
            global: true,
          },
        ],
      },
    ],
  ],
  "thread.left": [
    { type: "thread.left", ...inThread, userId: ben.userId },
    [
      {
        to: "channel",
        packets: [
          {
            cmd: "thread_leave",
            thread: { ...shownThread, participants: [] },
            thread_id: thread.threadId,
            channel: "forum",
            user: "ben",
            global: true,
          },
        ],
      },
    ],
  ],
  "poll.voted": [
    { type: "poll.voted", ...ofPoll, userId: ben.userId, optionIds: ["0"], poll },
    [
      {
        to: "channel",
        packets: [
          {
            cmd: "poll_vote_update",
            poll_id: poll.pollId,
            message_id: message(9).messageId,
            channel: "general",
            thread_id: null,
            user: "ben",
            option_ids: ["0"],
            results: shownResults,
          },
        ],
      },
    ],
  ],
  "poll.ended": [
    {
      type: "poll.ended",
      ...ofPoll,
      byId: null,
      poll: { ...poll, endedAtUs: 9_500_000 },
      voters: [[ben.userId], []],
    },
    [
      {
        to: "channel",
        packets: [
          {
            cmd: "poll_end",
            poll_id: poll.pollId,
            message_id: message(9).messageId,
            channel: "general",
            thread_id: null,
            results: {
              ...shownResults,
              ended: true,
              ended_at: 9.5,
              results: [
                { id: "0", text: "yes", emoji: null, votes: 1, voters: ["ben"] },
                { id: "n", text: "no", emoji: "🚫", votes: 0, voters: [] },
              ],
            },
          },
        ],
      },
    ],
  ],
  "unread.marked": [
    {
      type: "unread.marked",
      userId: ada.userId,
      place: { channelId: general.channelId },
      messageId: message(9).messageId,
    },
    [
      {
        to: "people",
        packets: [{ cmd: "unreads_update", last_read: message(9).messageId, channel: "general" }],
      },
    ],
  ],
};

for (const type of eventTypes) {
  test(`${type} is told as the reference says`, () => {
    const [event, told] = golden[type] as readonly [Event, ReturnType<typeof render>];
    const shown = type.startsWith("thread.") ? [general, forum] : [general, staff, whisper];
    const channels = type === "channel.created" ? [] : shown;
    assert.deepEqual(render(roster({ channels, threads: [thread] }), commit(event)), told);
  });
}

test("every event renders in a community that knows none of its people and places", () => {
  const empty = { channels: [], threads: [], users: [], sessions: [], roles: [], lastMessages: [] };
  for (const [event] of Object.values(golden)) render(roster(empty), commit(event));
});

test("keys stand in the order of the reference", () => {
  const reply = message(9, {
    replyTo: { messageId: message(1).messageId, author: { kind: "user", userId: ben.userId } },
    ping: true,
    embeds: [{ title: "t" }],
    editedAtUs: 1,
  });
  const [told] = render(roster(), commit({ type: "message.posted", message: reply }));
  const [packet] = told?.packets ?? [];
  assert.deepEqual(Object.keys(packet ?? {}), ["cmd", "message", "channel", "thread_id", "global"]);
  assert.deepEqual(Object.keys(packet?.["message"] as object), [
    "user",
    "content",
    "timestamp",
    "id",
    "reply_to",
    "ping",
    "embeds",
    "edited",
    "pinned",
    "type",
    "interaction",
    "pings",
  ]);
});

test("a reply pings its original's author unless it says not to", () => {
  const replyTo = {
    messageId: message(1).messageId,
    author: { kind: "user", userId: ben.userId },
  } as const;
  const pingsOf = (change: Partial<Message>): unknown => {
    const event = { type: "message.posted", message: message(9, change) } as const;
    const [told] = render(roster(), commit(event));
    return objectIn(told?.packets[0], "message")["pings"];
  };
  assert.deepEqual(pingsOf({ replyTo }), { ...noPings, replies: ["ben"] });
  assert.deepEqual(pingsOf({ replyTo, ping: false }), noPings);
  const content = { text: "@olga @&user", markup: "bbcode" } as const;
  assert.deepEqual(pingsOf({ content }), { users: ["olga"], roles: ["user"], replies: [] });
});

test("an edit carries pings only where it mentions somebody", () => {
  const edited = message(9, { content: { text: "@ben", markup: "markdown" } });
  const [told] = render(
    roster(),
    commit({ type: "message.edited", message: edited, recent: true }),
  );
  const whole = objectIn(told?.packets[0], "message");
  assert.deepEqual(whole["pings"], { ...noPings, users: ["ben"] });
});

test("lines of the system stand under one name, actions in italics", () => {
  const all = commit(
    { type: "message.posted", message: message(9, { author: system }) },
    { type: "message.posted", message: message(10, { kind: "action" }) },
  );
  const [line, action] = render(roster(), all).map((told) => told.packets[0]?.["message"]);
  assert.deepEqual(line, { ...posted, user: "originChats" });
  assert.equal((action as Record<string, unknown>)["content"], "_hi_");
  assert.equal((action as Record<string, unknown>)["kind"], "action");
});

test("departed people keep their last name", () => {
  const of = roster({ users: [{ ...ada, departed: true }] });
  const [told] = render(of, commit({ type: "message.posted", message: message(9) }));
  assert.equal(objectIn(told?.packets[0], "message")["user"], "ada");
});

test("a whisper stands in a channel called by the other, with a first page where it is new", () => {
  const event = { type: "message.posted", message: whispered } as const;
  const [told, ...more] = render(roster(), commit(event), ben);
  assert.equal(told?.packets[0]?.["channel"], "@ada");
  assert.deepEqual(more, []);

  const first = commit({ type: "channel.created", channel: whisper }, event);
  const packets = render(roster({ channels: [general] }), first).map(({ packets: [one] }) => one);
  assert.deepEqual(
    packets.map((packet) => packet?.["cmd"]),
    ["channels_get", "message_new", "messages_get"],
  );
  assert.equal(packets[2]?.["channel"], "@ben");
  assert.deepEqual(packets[2]?.["messages"], [{ ...posted, id: whispered.messageId }]);
});

test("an edit and a deletion of a whisper name the channel for each", () => {
  const edited = { type: "message.edited", message: whispered, recent: true } as const;
  const all = commit(edited, deletion(whispered));
  const channels = render(roster(), all, ben).map((told) => told.packets[0]?.["channel"]);
  assert.deepEqual(channels, ["@ada", "@ada"]);
});

test("who is banned while connected goes offline first, then leaves the lists", () => {
  const closed = { type: "session.closed", session: session(ben), why: "ban" } as const;
  const all = commit(banned, closed, gone("ban"));
  assert.deepEqual(render(roster(), all), [
    { to: "people", packets: [], closing: "banned" },
    { to: "everyone", packets: [{ cmd: "user_disconnect", username: "ben" }] },
    { to: "everyone", packets: [{ cmd: "user_leave", username: "ben" }] },
  ]);
});

test("hidden people come and go unseen", () => {
  const hidden = { ...ben, status: { status: "invisible", text: "" } } as const;
  const of = roster({ users: [ada, hidden] });
  const all = commit({ type: "presence.began", userId: ben.userId }, gone("leave"));
  assert.deepEqual(render(of, all), []);
});

test("a flood ends with this protocol's limit packet, not with a kick", () => {
  const [event] = golden["moderation.kicked"];
  const [told] = render(roster(), commit({ ...event, why: "flood", untilMs: 5 }));
  assert.equal(told?.closing, "flood");
});

test("a mark in a place that the person no longer views is not told", () => {
  const [event] = golden["unread.marked"];
  const place = { channelId: staff.channelId };
  assert.deepEqual(render(roster(), commit({ ...event, place })), []);
  assert.equal(render(roster(), commit({ ...event, userId: olga.userId, place })).length, 1);
});

test("a gained channel is told by the person's own full list", () => {
  const created = { type: "channel.created", channel: staff } as const;
  const [told] = render(roster({ channels: [general] }), commit(created), mona);
  const names = Object.values(objectIn(told?.packets[0], "val")).map(
    (channel) => (channel as { readonly name: string }).name,
  );
  assert.deepEqual(names, ["general", "staff"]);
});
