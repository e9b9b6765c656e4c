import type { VoicePresence } from "@dragoman/bus-schema";
import type { Family } from "./row.ts";
import type { RosterState } from "./state.ts";

/** What the events of voice channels change in the roster. */
export const voiceRows: Family<"voice"> = {
  "voice.joined": (state, { type: _, ...present }) => {
    join(state, present);
    return "people";
  },
  "voice.left": (state, { sessionId }) => {
    state.voices.delete(sessionId);
    return "people";
  },
  "voice.muted": (state, { sessionId, muted }) => {
    const present = state.voices.get(sessionId);
    if (present !== undefined) state.voices.set(sessionId, { ...present, muted });
    return "people";
  },
};

/** A person stands once in a channel, a session in one channel. */
function join(state: RosterState, present: VoicePresence): void {
  for (const [sessionId, { userId, channelId }] of state.voices) {
    const stands = userId === present.userId && channelId === present.channelId;
    if (stands || sessionId === present.sessionId) state.voices.delete(sessionId);
  }
  state.voices.set(present.sessionId, present);
}
