/** How sessions are lost and ended, one by one or with their gateway. */
import type { CommandOf } from "@dragoman/bus-schema";
import { sessionsAt } from "../../state/find.ts";
import type { LiveSession, Reading, State } from "../../state/shape.ts";
import type { BodyOf, Decision } from "../contract.ts";
import { evicted } from "../phase.ts";
import { accept, type CoreAsker, type DecisionContext, type SessionContext } from "../row.ts";
import { readOnLeavingEvents } from "../unread.ts";
import { allClosedEvents, closedEvents } from "./presence.ts";

/** How long a flood keeps somebody out (Sock Chat reference, section 7). */
const floodMs = 30_000;
/** Sessions that one `gateway.lost` closes, so that its commit stays below `commitBytesMax`. */
export const closedAtOnceMax = 80;

/** Decides `session.close`. */
export function close(
  context: SessionContext,
  { why, seen }: CommandOf<"session.close">,
): Decision {
  const { live } = context.asker;
  const { graceMs } = context.inputs;
  const upTo = seen === undefined ? {} : { seen };
  const isGone = live.droppedUntilMs !== null;
  const read =
    isGone || seen === undefined ? [] : readOnLeavingEvents(context.state, live.session, seen);
  if (why !== "lost" || graceMs === 0) {
    const events = closedEvents(context.state, [live], why === "lost" ? "leave" : why);
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
export function flood(context: SessionContext): Decision {
  const { live, actor } = context.asker;
  if (live.session.traits.flood === "close") {
    return accept(...closedEvents(context.state, [live], "flood"));
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
    ...allClosedEvents(context.state, userId, "flood"),
  );
}

/** Decides `session.expire`: a lost session ends once its grace is over. */
export function expire(
  context: DecisionContext<CoreAsker>,
  { sessionId }: BodyOf<"session.expire">,
): Decision {
  const live = context.state.sessions.get(sessionId);
  if (live === undefined || live.droppedUntilMs === null) return accept();
  if (live.droppedUntilMs > context.nowMs) return accept();
  return accept(...closedEvents(context.state, [live], "leave"));
}

/** As many as one commit holds; what a session leaves behind counts too. */
function fewOf(state: Reading<State>, sessions: readonly LiveSession[]): readonly LiveSession[] {
  let left = closedAtOnceMax;
  return sessions.filter(({ session: { sessionId } }, index) => {
    left -= 1 + (state.voices.has(sessionId) ? 1 : 0) + (state.slashes.has(sessionId) ? 8 : 0);
    return index === 0 || left >= 0;
  });
}

/** Decides `session.evict`: as many sessions of a closed protocol end as one commit holds. */
export function evict(
  { state }: DecisionContext<CoreAsker>,
  { protocol }: BodyOf<"session.evict">,
): Decision {
  return accept(...closedEvents(state, fewOf(state, [...evicted(state, protocol)]), "phase"));
}

/** Decides `gateway.lost`: as many of the gateway's sessions end as one commit holds. */
export function loseGateway(
  { state }: DecisionContext<CoreAsker>,
  { gatewayId, only }: BodyOf<"gateway.lost">,
): Decision {
  const lost = sessionsAt(state, gatewayId).filter(
    ({ session: { sessionId } }) => only === undefined || only.includes(sessionId),
  );
  return accept(...closedEvents(state, fewOf(state, lost), "gateway"));
}
