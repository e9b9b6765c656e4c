/** What a person read and chose under an account that became part of another (bridge table, account). */
import type { MessageId, OptionId, UserId } from "@dragoman/bus-schema";
import { factOf } from "./find.ts";
import type { State } from "./shape.ts";

/** Of two marks in a place the newer stays, as far as the state knows of which message it is; else the remaining account's. */
export function joinMarks(state: State, intoId: UserId, fromId: UserId): void {
  const moved = state.marks.get(fromId);
  state.marks.delete(fromId);
  if (moved === undefined) return;
  const own = state.marks.get(intoId) ?? new Map<string, MessageId>();
  state.marks.set(intoId, own);
  const numberOf = (id: MessageId): number => factOf(state, id)?.number ?? 0;
  for (const [place, messageId] of moved) {
    const present = own.get(place);
    if (present === undefined || numberOf(present) < numberOf(messageId)) own.set(place, messageId);
  }
}

/** A vote goes along where the remaining account has none; where both voted, both stay as they were counted. */
export function joinVotes(state: State, intoId: UserId, fromId: UserId): void {
  for (const [pollId, votes] of state.votes) {
    if (!votes.has(fromId) || votes.has(intoId)) continue;
    const inOrder = [...votes].map(([userId, chosen]): [UserId, readonly OptionId[]] => [
      userId === fromId ? intoId : userId,
      chosen,
    ]);
    state.votes.set(pollId, new Map(inOrder));
  }
}
