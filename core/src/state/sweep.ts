/** What time alone takes out of the state: outcomes of commands, what people spent, how far they had read when they went, polls that
 * have ended. */
import { dropPoll } from "./place.ts";
import { minuteMs, pollOverMs, type Seen, type Spent, type State, seenMs } from "./shape.ts";

/** Forgets what is too old to count, once a minute (by `at`). */
export function sweep(state: State): void {
  if (state.at - state.sweptAt < minuteMs) return;
  state.sweptAt = state.at;
  forgetOrigins(state);
  forgetPolls(state);
  const isOver = (at: number | undefined): boolean => (at ?? 0) <= state.at - minuteMs;
  const isSpent = ({ messages, acts, marks }: Spent): boolean =>
    [messages, acts, marks].every((times) => isOver(times.at(-1)));
  const isForgotten = (seen: readonly Seen[]): boolean =>
    (seen.at(-1)?.at ?? 0) <= state.at - seenMs;
  forget(state.spends, isSpent);
  forget(state.uploads, (times) => isOver(times.at(-1)));
  forget(state.webhookSpends, (times) => isOver(times.at(-1)));
  forget(state.seen, isForgotten);
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

function forget<K, V>(from: Map<K, V>, isOver: (value: V) => boolean): void {
  for (const [key, value] of from) if (isOver(value)) from.delete(key);
}
