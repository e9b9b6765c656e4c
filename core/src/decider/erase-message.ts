/** What a person who is forgotten said, and how it is taken away: by the events of every deletion (`erase.ts`). */
import type { Event } from "@dragoman/bus-schema";
import { placeKey } from "../state/find.ts";
import type { BodyOf, Decision } from "./contract.ts";
import { deletedEvents } from "./deletion.ts";
import { about } from "./excerpt.ts";
import { accept, type CoreAsker, type DecisionContext } from "./row.ts";

type Own = DecisionContext<CoreAsker>;

/** Events of one command: its commit stays small. */
const eventsMax = 40;

/**
 * Decides `message.erase`: each as if it were deleted, by nobody. Clients are told of those that they may have on their
 * screens; with what is older it is as with what is kept no longer (docs/retention.md).
 */
export function eraseMessages({ state }: Own, { messages }: BodyOf<"message.erase">): Decision {
  const present = messages.filter(({ messageId }) => state.recent.get(messageId)?.message !== null);
  const going = new Set(present.map(({ messageId }) => messageId));
  const events: Event[] = [];
  for (const message of present) {
    if (events.length >= eventsMax) break;
    const { messageId, place } = message;
    const ring = state.rings.get(placeKey(place))?.entries ?? [];
    const isShown =
      state.recent.has(messageId) || ring.some((entry) => entry.messageId === messageId);
    const told = isShown ? { going } : { going, expired: true as const };
    events.push(...deletedEvents(state, message, null, told));
  }
  return accept(...events);
}

/** Decides `reaction.erase`: the person's reactions to messages of others. */
export function eraseReactions(
  { state }: Own,
  { userIds, messages }: BodyOf<"reaction.erase">,
): Decision {
  const events = messages.flatMap((message) => {
    if (state.recent.get(message.messageId)?.message === null) return [];
    return (message.reactions ?? []).flatMap((reaction) =>
      reaction.userIds.flatMap((userId): Event[] =>
        userIds.includes(userId)
          ? [{ type: "reaction.removed", ...about(message), emoji: reaction.emoji, userId }]
          : [],
      ),
    );
  });
  return accept(...events.slice(0, eventsMax));
}
