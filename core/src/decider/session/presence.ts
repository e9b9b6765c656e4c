/**
 * Presence: one over all sessions and both protocols. State keeps none, it follows from the sessions; here is
 * what closing them yields.
 */
import {
  type Event,
  type EventOf,
  rememberHere,
  type SessionId,
  type UserId,
} from "@dragoman/bus-schema";
import { sessionsOf } from "../../state/find.ts";
import type { LiveSession, Reading, State } from "../../state/shape.ts";
import { lastingNicknameEvents } from "../nickname.ts";
import type { EventRows } from "../row.ts";
import { slashRemovedEvents } from "../slash.ts";
import { endAway } from "../status.ts";
import { voiceLeftEvents } from "../voice.ts";
import { abandonedChannelEvents } from "./place.ts";

export type ClosedWhy = EventOf<"session.closed">["why"];

/** What goes with a session, before it (OriginChats part 1, 2.6). */
export function sessionEndEvents(state: Reading<State>, sessionId: SessionId): readonly Event[] {
  return [...voiceLeftEvents(state, sessionId), ...slashRemovedEvents(state, sessionId)];
}

/**
 * `session.closed` for each, then `presence.ended` for everybody who has no other session: the nickname that
 * lasts returns to them. Last the end of temporary channels that nobody keeps any longer.
 */
export function closedEvents(
  state: Reading<State>,
  closing: readonly LiveSession[],
  why: ClosedWhy,
): Event[] {
  const counts = new Map<UserId, number>();
  const events: Event[] = [];
  for (const { session } of closing) {
    counts.set(session.userId, (counts.get(session.userId) ?? 0) + 1);
    events.push(...sessionEndEvents(state, session.sessionId), {
      type: "session.closed",
      session,
      why,
    });
  }
  for (const [userId, count] of counts) {
    if (sessionsOf(state, userId).length === count) {
      events.push({ type: "presence.ended", userId, why });
      const person = why === "depart" ? undefined : state.people.get(userId);
      if (person !== undefined) events.push(...lastingNicknameEvents(person));
    }
  }
  return [...events, ...abandonedChannelEvents(state, closing)];
}

/** The same for all sessions of a person; a ban ends them in its own commit (journal 4.5). */
export function allClosedEvents(state: Reading<State>, userId: UserId, why: ClosedWhy): Event[] {
  return closedEvents(state, sessionsOf(state, userId), why);
}

export const presenceEvents: EventRows<"presence"> = {
  "presence.began": (state, { userId }) => rememberHere(state.hereLast, userId),
  "presence.ended": (state, { userId }) => {
    rememberHere(state.hereLast, userId);
    endAway(state, userId);
  },
};
