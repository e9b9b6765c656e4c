/** Signed-in connections: the rows of their commands and events, and those of gateways that are gone. */
import { graceKey } from "../../state/find.ts";
import {
  enterSession,
  forgetSession,
  keepAway,
  keepSeen,
  rememberAddress,
  takeSeen,
} from "../../state/session.ts";
import { originMs } from "../../state/shape.ts";
import type { CommandRows, EventRows } from "../row.ts";
import { close, expire, flood, loseGateway } from "./leave.ts";
import { move, moveNeeds } from "./move.ts";
import { open } from "./open.ts";
import type { ClosedWhy } from "./presence.ts";

/** Ends by which a person is put out. */
const putOut: ReadonlySet<ClosedWhy> = new Set<ClosedWhy>(["kick", "ban", "flood", "merged"]);

export const sessionCommands: CommandRows<"session" | "gateway"> = {
  "session.open": {
    by: "newcomer",
    needs: (_, { ticket }) => [{ kind: "ticket", ticket }],
    decide: open,
  },
  "session.move": { by: "session", needs: moveNeeds, decide: move },
  "session.close": { by: "session", evenDropped: true, decide: close },
  "session.flood": { by: "session", evenDropped: true, decide: flood },
  "session.expire": { by: "core", decide: expire },
  "gateway.lost": {
    by: "core",
    decide: loseGateway,
  },
};

export const sessionEvents: EventRows<"session"> = {
  "session.opened": (state, { session, addressTag, since }, { position }) => {
    const live = { session, addressTag, droppedUntilMs: null };
    enterSession(state, since === undefined ? live : { ...live, since });
    rememberAddress(state, session.userId, addressTag);
    if (since !== undefined) takeSeen(state, session, since, position.at);
    state.originsOver.delete(session.sessionId);
  },
  "session.moved": (state, { sessionId, to }) => {
    const live = state.sessions.get(sessionId);
    if (live === undefined) return;
    state.sessions.set(sessionId, { ...live, session: { ...live.session, place: to } });
  },
  "session.dropped": (state, { sessionId, untilMs, seen }, { position }) => {
    const live = state.sessions.get(sessionId);
    if (live === undefined) return;
    keepSeen(state, live, seen, position.at);
    state.sessions.set(sessionId, { ...live, droppedUntilMs: untilMs });
    keepAway(state, live.session.userId, seen);
    const key = graceKey(sessionId);
    state.timers.set(key, { dueMs: untilMs, key, body: { type: "session.expire", sessionId } });
  },
  "session.closed": (state, { session, why, seen }, { position }) => {
    const live = state.sessions.get(session.sessionId);
    if (live !== undefined && live.droppedUntilMs === null) {
      // Whoever is put out was sent all that there was.
      const all = putOut.has(why) ? state.lastMessageNumber : undefined;
      keepSeen(state, live, seen ?? all, position.at);
    }
    forgetSession(state, session);
    keepAway(state, session.userId, seen);
    if (!state.origins.has(session.sessionId)) return;
    state.originsOver.delete(session.sessionId);
    state.originsOver.set(session.sessionId, position.at + originMs);
  },
};
