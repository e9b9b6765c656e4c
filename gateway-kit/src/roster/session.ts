import type { Family } from "./row.ts";
import type { RosterSession, RosterState } from "./state.ts";
import { touch } from "./user.ts";

/** What the events of sessions change in the roster. */
export const sessionRows: Family<"session"> = {
  "session.opened": (state, { session }) => {
    addSession(state, { ...session, dropped: false });
    return "audience";
  },
  "session.moved": (state, { sessionId, to }) => {
    const session = state.sessions.get(sessionId);
    if (session !== undefined) state.sessions.set(sessionId, { ...session, place: to });
    return "audience";
  },
  "session.dropped": (state, { sessionId }) => {
    const session = state.sessions.get(sessionId);
    if (session !== undefined) state.sessions.set(sessionId, { ...session, dropped: true });
    return "people";
  },
  "session.closed": (state, { session: { sessionId, userId } }) => {
    state.sessions.delete(sessionId);
    state.sessionsOf.get(userId)?.delete(sessionId);
    touch(state, userId);
    return "audience";
  },
};

export function addSession(state: RosterState, session: RosterSession): void {
  state.sessions.set(session.sessionId, session);
  touch(state, session.userId);
  const own = state.sessionsOf.get(session.userId);
  if (own === undefined) state.sessionsOf.set(session.userId, new Set([session.sessionId]));
  else own.add(session.sessionId);
}
