/** Read marks, one per person and place (OriginChats part 2, section 11). */
import {
  type CommandOf,
  type Event,
  type MessageId,
  type Session,
  samePlace,
} from "@dragoman/bus-schema";
import { charge, spentBy } from "../state/budget.ts";
import { placeKey } from "../state/find.ts";
import { hasRead, moveMark } from "../state/readers.ts";
import type { Reading, State } from "../state/shape.ts";
import { placeNotFound } from "../state/sight.ts";
import type { Decision } from "./contract.ts";
import { messageByRef, messageNeed } from "./message-ref.ts";
import { visible } from "./place.ts";
import {
  accept,
  type CommandRows,
  type DecisionContext,
  type EventRows,
  refuse,
  type SessionContext,
} from "./row.ts";

function mark(context: SessionContext, body: CommandOf<"unread.mark">): Decision {
  const { place, messageId } = body;
  if (visible(context, place) === undefined) return refuse(placeNotFound(place));
  if (messageId === undefined) return marked(context, body, newestOf(context, body));
  const found = messageByRef(context, messageId, place);
  if (!found.ok) return found.rejection.code === "not_found" ? accept() : found;
  return samePlace(found.value.place, place) ? marked(context, body, messageId) : accept();
}

function newestOf(
  { state }: DecisionContext,
  { place }: CommandOf<"unread.mark">,
): MessageId | undefined {
  return state.rings.get(placeKey(place))?.entries.at(-1)?.messageId;
}

/** Accepts `unread.marked`, also further back; without events where the mark stands on the newest message already. */
function marked(
  context: SessionContext,
  { place }: CommandOf<"unread.mark">,
  messageId: MessageId | undefined,
): Decision {
  const { userId } = context.asker.actor;
  return messageId === undefined || hasRead(context.state, userId, place, messageId)
    ? accept()
    : accept({ type: "unread.marked", userId, place, messageId });
}

/**
 * Whoever was shown the one place where it stood to its end and leaves it has read it (bridge table, read mark). A part of it
 * is not marked: clients take a mark for the whole place (OriginChats part 2, section 11).
 * @param upTo the number up to which the session was sent all messages; absent: all that there are
 */
export function readOnLeavingEvents(
  state: Reading<State>,
  session: Session,
  upTo = Number.POSITIVE_INFINITY,
): readonly Event[] {
  const { place } = session;
  const newest = place && state.rings.get(placeKey(place))?.entries.at(-1);
  if (place === undefined || newest === undefined || upTo < newest.number) return [];
  const { userId } = session;
  const { messageId } = newest;
  return hasRead(state, userId, place, messageId)
    ? []
    : [{ type: "unread.marked", userId, place, messageId }];
}

export const unreadCommands: CommandRows<"unread"> = {
  "unread.mark": {
    by: "session",
    needs: (state, { messageId, place }, command) => messageNeed(state, command, messageId, place),
    decide: mark,
  },
};

export const unreadEvents: EventRows<"unread"> = {
  // The marks that come with messages and moves count, too, but nothing refuses them.
  "unread.marked": (state, { userId, place, messageId }, { position }) => {
    charge(spentBy(state.spends, userId).marks, position.at);
    moveMark(state, userId, place, messageId);
  },
};
