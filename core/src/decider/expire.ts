/**
 * The end of messages that are kept no longer. Each is an event of its own, and the same that a deletion is: whoever
 * follows the journal forgets it as he forgets what was deleted, also a process of an older version.
 */
import type { Event } from "@dragoman/bus-schema";
import { attachmentsShownBy } from "../state/file.ts";
import { newestWithout } from "../state/recent.ts";
import { attachmentDeletedEvent } from "./attachment.ts";
import type { BodyOf, Decision } from "./contract.ts";
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
  for (const { messageId, number, place, author } of present) {
    if (events.length >= eventsMax) break;
    const newest = newestWithout(state, { messageId, place }, going);
    events.push({
      type: "message.deleted",
      messageId,
      number,
      place,
      author,
      byId: null,
      expired: true,
      ...(newest === undefined ? {} : { newest }),
    });
    for (const held of attachmentsShownBy(state, messageId)) {
      events.push(attachmentDeletedEvent(held, "message", null));
    }
  }
  return accept(...events);
}
