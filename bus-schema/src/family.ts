/**
 * The families: the first word of every event and command type, and the name of the file that holds it in every
 * package. This list is the only one; index files spread their families in its order (held by `test/law`).
 */
import type { CommandType } from "./command/index.ts";
import type { EventType } from "./event/index.ts";

type FamilyOf<T extends string> = T extends `${infer F}.${string}` ? F : never;

export const families = [
  "leader",
  "journal",
  "import",
  "server",
  "role",
  "channel",
  "thread",
  "poll",
  "user",
  "link",
  "invite",
  "token",
  "session",
  "presence",
  "status",
  "message",
  "reaction",
  "pin",
  "moderation",
  "unread",
  "attachment",
  "emoji",
  "webhook",
  "voice",
  "slash",
  "push",
  "typing",
  "canary",
] as const satisfies readonly FamilyOf<EventType | CommandType>[];

export type Family = (typeof families)[number];

/** The event types of some families. Those of a family that is not in the list are nobody's, so they do not compile. */
export type EventTypeIn<F extends Family> = Extract<EventType, `${F}.${string}`>;
