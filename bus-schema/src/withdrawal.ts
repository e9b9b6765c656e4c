/**
 * Which events put somebody out or may take from somebody the right to read (docs/journal.md 4.5). Whoever brought one
 * about is told so when every gateway has applied it, or delivers nothing any more: it is so everywhere then.
 */
import type { Event, EventOf } from "./event/index.ts";

const closings = new Set<EventOf<"session.closed">["why"]>([
  "kick",
  "ban",
  "flood",
  "depart",
  "password",
  "merged",
]);

const withdrawing = new Set<Event["type"]>([
  "moderation.banned",
  "moderation.kicked",
  "user.assigned",
  "user.merged",
  "user.departed",
  "role.updated",
  "role.deleted",
  "role.reordered",
  "channel.updated",
  "channel.deleted",
  "channel.dismissed",
  "thread.updated",
  "thread.deleted",
]);

/** Whether the event puts somebody out, or may take from somebody the right to read. */
export function withdraws(event: Event): boolean {
  return event.type === "session.closed" ? closings.has(event.why) : withdrawing.has(event.type);
}
