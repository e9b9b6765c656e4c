/** What a person chose under an account that became part of another (bridge table, account). */
import type { OptionId, UserId } from "@dragoman/bus-schema";
import type { State } from "./shape.ts";

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
