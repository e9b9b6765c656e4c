/**
 * All canonical events: the facts that the journal holds and that both gateways render. Each gateway has a
 * row for every one of them, or says why it is silent; the compiler holds it to that.
 */
import type { z } from "zod";
import { anyOf } from "../shapes.ts";
import { attachmentEvents } from "./attachment.ts";
import { channelEvents } from "./channel.ts";
import { emojiEvents } from "./emoji.ts";
import { importEvents } from "./import.ts";
import { inviteEvents } from "./invite.ts";
import { journalEvents } from "./journal.ts";
import { leaderEvents } from "./leader.ts";
import { linkEvents } from "./link.ts";
import { messageEvents } from "./message.ts";
import { moderationEvents } from "./moderation.ts";
import { pinEvents } from "./pin.ts";
import { pollEvents } from "./poll.ts";
import { presenceEvents } from "./presence.ts";
import { pushEvents } from "./push.ts";
import { reactionEvents } from "./reaction.ts";
import { roleEvents } from "./role.ts";
import { serverEvents } from "./server.ts";
import { sessionEvents } from "./session.ts";
import { slashEvents } from "./slash.ts";
import { statusEvents } from "./status.ts";
import { threadEvents } from "./thread.ts";
import { tokenEvents } from "./token.ts";
import { unreadEvents } from "./unread.ts";
import { userEvents } from "./user.ts";
import { voiceEvents } from "./voice.ts";
import { webhookEvents } from "./webhook.ts";

export type { Carried } from "./import.ts";
export { missedMax } from "./session.ts";

export const eventShapes = {
  ...leaderEvents,
  ...journalEvents,
  ...importEvents,
  ...serverEvents,
  ...roleEvents,
  ...channelEvents,
  ...threadEvents,
  ...pollEvents,
  ...userEvents,
  ...linkEvents,
  ...inviteEvents,
  ...tokenEvents,
  ...sessionEvents,
  ...presenceEvents,
  ...statusEvents,
  ...messageEvents,
  ...reactionEvents,
  ...pinEvents,
  ...moderationEvents,
  ...unreadEvents,
  ...attachmentEvents,
  ...emojiEvents,
  ...webhookEvents,
  ...voiceEvents,
  ...slashEvents,
  ...pushEvents,
} as const;

type Shapes = typeof eventShapes;
export type EventType = keyof Shapes;
/** One event by its type, e.g. `EventOf<"message.posted">`. */
export type EventOf<T extends EventType> = z.infer<Shapes[T]>;
export type Event = { [T in EventType]: EventOf<T> }[EventType];

export const Event: z.ZodType<Event> = anyOf(eventShapes);
export const eventTypes = Object.keys(eventShapes) as readonly EventType[];
