/**
 * The end of messages that are kept no longer. Each is an event of its own, and the same that a deletion is: whoever
 * follows the journal forgets it as he forgets what was deleted, also a process of an older version.
 */
import type { Event } from "@dragoman/bus-schema";
import type { BodyOf, Decision } from "./contract.ts";
import { deletedEvents } from "./deletion.ts";
import { accept, type CoreAsker, type DecisionContext } from "./row.ts";

/** Events of one command, but for the uploads of the last message: the commit stays small. */
const eventsMax = 100;

/** Decides `message.expire`: each message as if it were deleted, by nobody. */
export function expireMessages(
  { state }: DecisionContext<CoreAsker>,
  { messages }: BodyOf<"message.expire">,
): Decision {
  const present = messages.filter(({ messageId }) => state.recent.get(messageId)?.message !== null);
  const going = new Set(present.map(({ messageId }) => messageId));
  const events: Event[] = [];
  for (const message of present) {
    if (events.length >= eventsMax) break;
    events.push(...deletedEvents(state, message, null, { expired: true, going }));
  }
  return accept(...events);
}
