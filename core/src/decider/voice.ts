/** Voice channels: who is in which one, until they leave, their session ends or the channel is theirs no longer. */
import {
  type CommandOf,
  type Event,
  type SessionId,
  type UserId,
  type VoicePresence,
  views,
} from "@dragoman/bus-schema";
import { actorOf, admissionOf } from "../state/find.ts";
import type { Reading, State } from "../state/shape.ts";
import { placeNotFound } from "../state/sight.ts";
import type { Decision } from "./contract.ts";
import { visible } from "./place.ts";
import { accept, type CommandRows, type EventRows, refuse, type SessionContext } from "./row.ts";
import type { ViewChange } from "./view-change.ts";

/** Voice channels that one person is in at once, by different sessions: the commit that ends them all is bounded. */
const voicesMax = 10;

function leftEvent({ channelId, userId, sessionId }: VoicePresence): Event {
  return { type: "voice.left", channelId, userId, sessionId };
}

/** `voice.left` of a session that ends; none where it is in no voice channel. */
export function voiceLeftEvents(state: Reading<State>, sessionId: SessionId): readonly Event[] {
  const present = state.voices.get(sessionId);
  return present === undefined ? [] : [leftEvent(present)];
}

/** `voice.left` of everybody in a voice channel of whom the condition is true. */
export function voiceLeftEventsWhere(
  state: Reading<State>,
  leaves: (present: VoicePresence) => boolean,
): readonly Event[] {
  return [...state.voices.values()].filter(leaves).map(leftEvent);
}

/** `voice.left` of those who may not view their voice channel once the change is made. */
export function voiceExpelledEvents(state: Reading<State>, change: ViewChange): readonly Event[] {
  const { channel: changed } = change;
  return voiceLeftEventsWhere(state, ({ channelId, userId }) => {
    if (changed !== undefined && changed.channelId !== channelId) return false;
    const channel = changed ?? state.channels.get(channelId);
    if (channel?.kind !== "voice") return true;
    const actor = change.actorOf?.(userId) ?? actorOf(state, userId);
    return !views(channel, actor, admissionOf(state, channelId, userId));
  });
}

function othersOf(state: Reading<State>, userId: UserId, sessionId: SessionId): number {
  let count = 0;
  for (const present of state.voices.values()) {
    if (present.userId === userId && present.sessionId !== sessionId) count += 1;
  }
  return count;
}

function join(context: SessionContext, { channelId, peerId }: CommandOf<"voice.join">): Decision {
  const channel = visible(context, { channelId });
  if (channel === undefined) return refuse(placeNotFound({ channelId }));
  if (channel.kind !== "voice") {
    return refuse({ code: "invalid", field: "channel", why: channel.kind });
  }
  const { sessionId, userId } = context.asker.live.session;
  if (othersOf(context.state, userId, sessionId) >= voicesMax) {
    return refuse({ code: "limit_reached", what: "voice channels", max: voicesMax });
  }
  return accept(...voiceLeftEvents(context.state, sessionId), {
    type: "voice.joined",
    channelId,
    userId,
    sessionId,
    muted: false,
    peerId,
  });
}

const nowhere = refuse({ code: "not_found", what: "channel", given: "" });

function leave({ state, asker }: SessionContext): Decision {
  const events = voiceLeftEvents(state, asker.live.session.sessionId);
  return events.length === 0 ? nowhere : accept(...events);
}

function mute({ state, asker }: SessionContext, { muted }: CommandOf<"voice.mute">): Decision {
  const present = state.voices.get(asker.live.session.sessionId);
  if (present === undefined) return nowhere;
  const { channelId, userId, sessionId } = present;
  return accept({ type: "voice.muted", channelId, userId, sessionId, muted });
}

export const voiceCommands: CommandRows<"voice"> = {
  "voice.join": { by: "session", decide: join },
  "voice.leave": { by: "session", decide: leave },
  "voice.mute": { by: "session", decide: mute },
};

export const voiceEvents: EventRows<"voice"> = {
  "voice.joined": (state, { type: _, ...present }) => {
    for (const [sessionId, { userId, channelId }] of state.voices) {
      const stands = userId === present.userId && channelId === present.channelId;
      if (stands || sessionId === present.sessionId) state.voices.delete(sessionId);
    }
    state.voices.set(present.sessionId, present);
  },
  "voice.left": (state, { sessionId }) => {
    state.voices.delete(sessionId);
  },
  "voice.muted": (state, { sessionId, muted }) => {
    const present = state.voices.get(sessionId);
    if (present !== undefined) state.voices.set(sessionId, { ...present, muted });
  },
};
