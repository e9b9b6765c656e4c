/** What several of the golden tables of `event.test.ts` show. */
import type { EventOf, Message } from "@dragoman/bus-schema";
import { ben, message, mona } from "../edge.ts";

export const system = { kind: "system" } as const;

export const deletion = ({
  messageId,
  number,
  place,
  author,
}: Message): EventOf<"message.deleted"> => ({
  type: "message.deleted",
  messageId,
  number,
  place,
  author,
  byId: null,
});

export const banned: EventOf<"moderation.banned"> = {
  type: "moderation.banned",
  userId: ben.userId,
  byId: mona.userId,
  untilMs: null,
  reason: "",
  addressTags: [],
};

export const gone = (why: EventOf<"presence.ended">["why"]): EventOf<"presence.ended"> => ({
  type: "presence.ended",
  userId: ben.userId,
  why,
});

export const posted = {
  user: "ada",
  content: "hi",
  timestamp: 1795444253.164399,
  id: message(9).messageId,
  pinned: false,
  type: "message",
  interaction: null,
};

export const listedWhisper = {
  type: "text",
  name: "@ben",
  permissions: { send: ["ada", "ben"] },
  last_message: null,
  last_message_id: null,
};

export const listedGeneral = {
  type: "text",
  name: "general",
  description: "For everyone",
  permissions: { view: ["user"], send: ["user"], delete: ["moderator"] },
  last_message: 7.5,
  last_message_id: message(7).messageId,
};

export const listedStaff = {
  type: "text",
  name: "staff",
  description: "For everyone",
  permissions: { view: ["moderator", "owner"], send: ["owner"] },
  last_message: null,
  last_message_id: null,
};

export const noPings = { users: [], roles: [], replies: [] };

/** What each entry of `channels_get` holds. */
interface Listed {
  readonly type: string;
  readonly name: string;
  readonly description?: string;
  readonly [more: string]: unknown;
}

/** A list of channels, with its short form beside it (part 1, 2.9). */
export const channelList = (...val: readonly Listed[]) => ({
  cmd: "channels_get",
  val,
  channels: val.map(({ type, name, description }) => ({
    type,
    name,
    ...(description === undefined ? {} : { description }),
  })),
});
