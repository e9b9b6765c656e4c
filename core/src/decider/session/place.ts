/**
 * Where sessions stand that stand in one place, and what moves them without their asking: a channel that goes or
 * that they may not view any longer. Everything here is a consequence of something else in the same commit.
 */
import {
  type Actor,
  type Channel,
  type ChannelId,
  type Event,
  type EventOf,
  type Place,
  type Session,
  type SessionId,
  samePlace,
  type UserId,
  views,
} from "@dragoman/bus-schema";
import { actorOf, admissionOf, sessionsOf, viewsNow } from "../../state/find.ts";
import type { LiveSession, Reading, State } from "../../state/shape.ts";
import type { ViewChange } from "../view-change.ts";
import { voiceExpelledEvents, voiceLeftEventsWhere } from "../voice.ts";

/** Moves that one commit holds at most, so that it stays below `commitBytesMax`. */
export const movedAtOnceMax = 200;
/** The same where the commit ends sessions too. */
const movedBesideMax = 60;

type World = Reading<State>;

/**
 * The place for a session that stands nowhere yet: the default channel, else the first text channel that the person
 * may view; undefined when there is none.
 */
export function placeFor(state: World, actor: Actor, except?: ChannelId): Place | undefined {
  const { server, channels } = state;
  const fits = (channel: Channel | undefined): channel is Channel =>
    channel?.kind === "text" && channel.channelId !== except && viewsNow(state, channel, actor);
  const first = server === undefined ? undefined : channels.get(server.defaultChannelId);
  if (fits(first)) return { channelId: first.channelId };
  for (const channel of channels.values()) {
    if (fits(channel)) return { channelId: channel.channelId };
  }
  return undefined;
}

/** Sessions that stand in a channel, or in a thread of it. */
export function standingIn(state: World, channelId: ChannelId): readonly LiveSession[] {
  return [...state.sessions.values()].filter(
    ({ session }) => session.place?.channelId === channelId,
  );
}

/** `session.moved` from where the session stands to `to`. */
export function movedEvent(
  { sessionId, userId, place }: Session,
  to: Place,
  why?: EventOf<"session.moved">["why"],
): Event {
  return {
    type: "session.moved",
    sessionId,
    userId,
    from: place ?? to,
    to,
    ...(why === undefined ? {} : { why }),
  };
}

/** `session.moved` of all who stand in a thread that is about to close; null when that are too many for one commit. */
export function emptiedThreadEvents(state: World, thread: Place): Event[] | null {
  const inside = standingIn(state, thread.channelId).filter(
    ({ session: { place } }) => place !== undefined && samePlace(place, thread),
  );
  if (inside.length > movedAtOnceMax) return null;
  return inside.map(({ session }) => movedOutEvent(state, session, thread.channelId, "deleted"));
}

/** `session.moved` out of the channel `from`, to the place that the person gets without it. */
export function movedOutEvent(
  state: World,
  session: Session,
  from: ChannelId,
  why: "expelled" | "deleted",
  actor: Actor = actorOf(state, session.userId),
): Event {
  const fallback = { channelId: state.server?.defaultChannelId ?? from };
  return movedEvent(session, placeFor(state, actor, from) ?? fallback, why);
}

/**
 * `voice.left` and `session.moved` of everybody in a channel, then its `channel.deleted`.
 * @param without sessions that leave it in the same commit anyway
 * @returns null when more stand in it than one commit can move
 */
export function channelEndEvents(
  state: World,
  channel: Channel,
  why: "deleted" | "abandoned",
  without: ReadonlySet<SessionId> = new Set(),
  max = movedAtOnceMax,
): Event[] | null {
  const inside = standingIn(state, channel.channelId).filter(
    ({ session }) => !without.has(session.sessionId),
  );
  const voices = voiceLeftEventsWhere(
    state,
    ({ channelId, sessionId }) => channelId === channel.channelId && !without.has(sessionId),
  );
  if (inside.length + voices.length > max) return null;
  const moves = inside.map(({ session }) =>
    movedOutEvent(state, session, channel.channelId, "deleted"),
  );
  return [...voices, ...moves, { type: "channel.deleted", channel, why }];
}

/** Whether a session is in a channel: it stands there, or has all channels at once. */
function isIn({ traits, place }: Session, channelId: ChannelId): boolean {
  return traits.stands === "everywhere" || place?.channelId === channelId;
}

/** Whether the owner of a temporary channel still keeps it (bridge table, temporary channel). */
function isKept(
  state: World,
  { channelId, ownerId }: Channel,
  leaving: ReadonlySet<SessionId>,
  arriving: Session | undefined,
): boolean {
  if (ownerId === undefined) return true;
  if (arriving?.userId === ownerId && isIn(arriving, channelId)) return true;
  return sessionsOf(state, ownerId).some(
    ({ session }) => !leaving.has(session.sessionId) && isIn(session, channelId),
  );
}

/**
 * The ends of temporary channels whose owner leaves them. One in which more people stand than the commit
 * can move stays until somebody else leaves it.
 * @param leaving sessions that end, or leave the place where they stand
 * @param arriving what one of them becomes, or the session that comes instead
 */
export function abandonedChannelEvents(
  state: World,
  leaving: readonly LiveSession[],
  arriving?: Session,
): Event[] {
  const ids = new Set(leaving.map(({ session }) => session.sessionId));
  const owners = new Set<UserId>(leaving.map(({ session }) => session.userId));
  const places = new Set(leaving.map(({ session }) => session.place?.channelId));
  const events: Event[] = [];
  let left = movedBesideMax;
  for (const channel of state.channels.values()) {
    const { temporary, ownerId, channelId } = channel;
    if (!temporary || ownerId === undefined) continue;
    if (!owners.has(ownerId) && !places.has(channelId)) continue;
    if (isKept(state, channel, ids, arriving)) continue;
    const end = channelEndEvents(state, channel, "abandoned", ids, left);
    if (end === null) continue;
    left -= end.length - 1;
    events.push(...end);
  }
  return events;
}

/**
 * What follows when a session leaves its place by its owner's wish: the password has to be given again next
 * time, unless the person is still there in another way; and a temporary channel of its own goes.
 */
export function leftPlaceEvents(state: World, live: LiveSession, arriving: Session): Event[] {
  const { session } = live;
  const { userId, place } = session;
  const channel = place && state.channels.get(place.channelId);
  if (channel === undefined) return [];
  const { channelId } = channel;
  const stays = sessionsOf(state, userId).some(
    ({ session: other }) => other.sessionId !== session.sessionId && isIn(other, channelId),
  );
  const isAdmitted = admissionOf(state, channelId, userId) !== undefined;
  return [
    ...(isAdmitted && !stays ? [{ type: "channel.dismissed" as const, channelId, userId }] : []),
    ...abandonedChannelEvents(state, [live], arriving),
  ];
}

/**
 * `voice.left` and `session.moved` of sessions that may not view the place where they are once the change is made.
 * What does not fit into the commit stays where it is and hears nothing.
 */
export function expelledEvents(state: World, change: ViewChange, max = movedAtOnceMax): Event[] {
  const events: Event[] = [...voiceExpelledEvents(state, change)];
  const { channel: changed } = change;
  for (const { session } of state.sessions.values()) {
    const { place, userId } = session;
    if (place === undefined || events.length >= max) continue;
    const { channelId, threadId } = place;
    if (changed !== undefined && channelId !== changed.channelId) continue;
    const channel = changed ?? state.channels.get(channelId);
    const actor = change.actorOf?.(userId) ?? actorOf(state, userId);
    const admission =
      change.admitted?.has(userId) === true
        ? channel?.passwordId
        : admissionOf(state, channelId, userId);
    const holds = threadId === undefined ? "text" : "forum";
    if (channel?.kind === holds && views(channel, actor, admission)) continue;
    events.push(movedOutEvent(state, session, channelId, "expelled", actor));
  }
  return events;
}
