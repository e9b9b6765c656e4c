/** What time alone takes out of the state: outcomes of commands, what people spent, how far they had read when they went, polls that
 * have ended, older messages of quiet places, invites. */
import { dropPoll } from "./place.ts";
import {
  minuteMs,
  newestCount,
  pollOverMs,
  quietCount,
  type Seen,
  type Spent,
  type State,
  seenMs,
} from "./shape.ts";

/** Forgets what is too old to count, once a minute (by `at`). */
export function sweep(state: State): void {
  if (state.at - state.sweptAt < minuteMs) return;
  state.sweptAt = state.at;
  forgetOrigins(state);
  forgetPolls(state);
  shortenQuietRings(state);
  const isOver = (at: number | undefined): boolean => (at ?? 0) <= state.at - minuteMs;
  const isSpent = ({ messages, acts, marks }: Spent): boolean =>
    [messages, acts, marks].every((times) => isOver(times.at(-1)));
  const isForgotten = (seen: readonly Seen[]): boolean =>
    (seen.at(-1)?.at ?? 0) <= state.at - seenMs;
  forget(state.spends, isSpent);
  forget(state.uploads, (times) => isOver(times.at(-1)));
  forget(state.webhookSpends, (times) => isOver(times.at(-1)));
  forget(state.seen, isForgotten);
  forget(state.invites, ({ invite }) => invite.expiresAtMs <= state.at);
}

/** By their time: the first that is not over is the last that is looked at. */
function forgetOrigins(state: State): void {
  for (const [origin, dueMs] of state.originsOver) {
    if (dueMs > state.at) return;
    state.originsOver.delete(origin);
    state.origins.delete(origin);
  }
}

/** What has ended is history; the messages show it from now on. */
function forgetPolls(state: State): void {
  for (const [pollId, { overAt = Number.POSITIVE_INFINITY }] of state.polls) {
    if (overAt > state.at - pollOverMs) continue;
    dropPoll(state, pollId);
    state.pollsForgotten = state.seq;
  }
}

/** Of thousands of places few are talked in at a time: the others keep what they are asked for. */
function shortenQuietRings(state: State): void {
  for (const { entries } of state.rings.values()) {
    const newest = entries.at(-1)?.number ?? 0;
    const spare = entries.length - newestCount;
    if (spare > 0 && newest + quietCount <= state.lastMessageNumber) entries.splice(0, spare);
  }
}

function forget<K, V>(from: Map<K, V>, isOver: (value: V) => boolean): void {
  for (const [key, value] of from) if (isOver(value)) from.delete(key);
}
