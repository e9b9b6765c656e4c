/** Signed-in connections: their rows, and how they are lost and ended; and gateways that are gone. */
import type { CommandOf } from "@dragoman/bus-schema";
import { graceKey, sessionsAt } from "../state/find.ts";
import { enterSession, forgetSession, keepAway, keepSeen, takeSeen } from "../state/session.ts";
import { type LiveSession, originMs, type Reading, type State } from "../state/shape.ts";
import type { BodyOf, Decision } from "./contract.ts";
import { open } from "./entering.ts";
import { move, moveNeeds } from "./moving.ts";
import { type ClosedWhy, closed, closedAll } from "./presence.ts";
import {
  accept,
  type CommandRows,
  type CoreAsker,
  type DecisionContext,
  type EventRows,
  type SessionContext,
} from "./row.ts";
import { readOnLeavingEvents } from "./unread.ts";

/** How long a flood keeps somebody out (Sock Chat reference, section 7). */
const floodMs = 30_000;
/** Sessions that one `gateway.lost` closes, so that its commit stays below `commitBytesMax`. */
export const closedAtOnceMax = 80;
/** Ends by which a person is put out. */
const putOut: ReadonlySet<ClosedWhy> = new Set<ClosedWhy>(["kick", "ban", "flood", "merged"]);

function close(context: SessionContext, { why, seen }: CommandOf<"session.close">): Decision {
  const { live } = context.asker;
  const { graceMs } = context.inputs;
  const upTo = seen === undefined ? {} : { seen };
  const isGone = live.droppedUntilMs !== null;
  const read =
    isGone || seen === undefined ? [] : readOnLeavingEvents(context.state, live.session, seen);
  if (why !== "lost" || graceMs === 0) {
    const events = closed(context.state, [live], why === "lost" ? "leave" : why);
    return accept(
      ...read,
      ...events.map((event) => (event.type === "session.closed" ? { ...event, ...upTo } : event)),
    );
  }
  if (isGone) return accept();
  const { sessionId } = live.session;
  const untilMs = context.nowMs + graceMs;
  return accept(...read, { type: "session.dropped", sessionId, untilMs, ...upTo });
}

/** What a flood brings is the session's trait: the end of the connection, or a kick of the person for a time. */
function flood(context: SessionContext): Decision {
  const { live, actor } = context.asker;
  if (live.session.traits.flood === "close") {
    return accept(...closed(context.state, [live], "flood"));
  }
  const { userId } = actor;
  return accept(
    {
      type: "moderation.kicked",
      userId,
      byId: null,
      reason: "flood",
      why: "flood",
      untilMs: context.nowMs + floodMs,
    },
    ...closedAll(context.state, userId, "flood"),
  );
}

function expire(
  context: DecisionContext<CoreAsker>,
  { sessionId }: BodyOf<"session.expire">,
): Decision {
  const live = context.state.sessions.get(sessionId);
  if (live === undefined || live.droppedUntilMs === null) return accept();
  if (live.droppedUntilMs > context.nowMs) return accept();
  return accept(...closed(context.state, [live], "leave"));
}

/** As many as one commit holds; what a session leaves behind counts too. */
function fewOf(state: Reading<State>, sessions: readonly LiveSession[]): readonly LiveSession[] {
  let left = closedAtOnceMax;
  return sessions.filter(({ session: { sessionId } }, index) => {
    left -= 1 + (state.voices.has(sessionId) ? 1 : 0) + (state.slashes.has(sessionId) ? 8 : 0);
    return index === 0 || left >= 0;
  });
}

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
    decide: ({ state }, { gatewayId }) =>
      accept(...closed(state, fewOf(state, sessionsAt(state, gatewayId)), "gateway")),
  },
};

export const sessionEvents: EventRows<"session"> = {
  "session.opened": (state, { session, addressTag, since }, { position }) => {
    const live = { session, addressTag, droppedUntilMs: null };
    enterSession(state, since === undefined ? live : { ...live, since });
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
