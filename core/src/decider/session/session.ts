/** Signed-in connections: the rows of their commands and events, and those of gateways that are gone. */
import {
  enterSession,
  forgetSession,
  giveGrace,
  keepAway,
  keepSeen,
  rememberAddress,
  takeSeen,
} from "../../state/session.ts";
import { originMs } from "../../state/shape.ts";
import { useToken } from "../../state/token.ts";
import type { CommandRows, EventRows } from "../row.ts";
import { close, evict, expire, flood, loseGateway } from "./leave.ts";
import { move, moveNeeds } from "./move.ts";
import { open } from "./open.ts";
import type { ClosedWhy } from "./presence.ts";

/** Ends by which a person is put out. */
const putOut: ReadonlySet<ClosedWhy> = new Set<ClosedWhy>([
  "kick",
  "ban",
  "flood",
  "merged",
  "phase",
]);

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
  "session.evict": { by: "core", decide: evict },
  "gateway.lost": {
    by: "core",
    decide: loseGateway,
  },
};

export const sessionEvents: EventRows<"session"> = {
  "session.opened": (state, { session, addressTag, since, tokenId, client }, { position }) => {
    enterSession(state, {
      session,
      addressTag,
      droppedUntilMs: null,
      ...(since === undefined ? {} : { since }),
      openedMs: position.at,
      ...(client === undefined ? {} : { client }),
    });
    if (tokenId !== undefined) useToken(state, session.userId, tokenId);
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
    giveGrace(state, live, untilMs, untilMs - position.at);
    keepAway(state, live.session.userId, seen);
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
