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
  permissions: { view: ["ada", "ben"], send: ["ada", "ben"] },
  last_message: null,
  last_message_id: null,
};

export const noPings = { users: [], roles: [], replies: [] };
