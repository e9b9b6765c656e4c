/** What each event about messages and what hangs on them gives to whom: rows for `event.test.ts`. */
import type { About, EventOf, EventType, ThreadId } from "@dragoman/bus-schema";
import { ada, ben, forum, general, message, mona, poll, type Told, thread } from "../edge.ts";
import { deletion, noPings, posted, system } from "./shared.ts";

const about: About = {
  messageId: message(9).messageId,
  number: message(9).number,
  place: message(9).place,
  author: message(9).author,
  excerpt: "hi",
};

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

export const messageGolden: {
  readonly [T in Extract<
    EventType,
    `${"message" | "pin" | "poll" | "reaction" | "thread" | "unread"}.${string}`
  >]: readonly [EventOf<T>, readonly Told[]];
} = {
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
