/** What there is of an account that became part of another is the other's (bridge table, Linking). */
import {
  mergedChannels,
  mergedThread,
  namesInThread,
  type OptionId,
  type UserId,
} from "@dragoman/bus-schema";
import { pairKey } from "./find.ts";
import { setThread } from "./place.ts";
import { joinReaders } from "./readers.ts";
import { rememberAddress } from "./session.ts";
import type { State } from "./shape.ts";

interface Merge {
  readonly intoId: UserId;
  readonly fromId: UserId;
}

/** All but the accounts themselves. */
export function joinBelongings(state: State, merge: Merge): void {
  const { intoId, fromId } = merge;
  for (const tag of state.knownAddresses.get(fromId) ?? []) rememberAddress(state, intoId, tag);
  state.knownAddresses.delete(fromId);
  joinReaders(state, intoId, fromId);
  joinVotes(state, merge);
  joinPlaces(state, merge);
  for (const [subscriptionId, userId] of state.pushes) {
    if (userId === fromId) state.pushes.set(subscriptionId, intoId);
  }
  state.spends.delete(fromId);
}

/** A vote goes along where the remaining account has none; where both voted, both stay as they were counted. */
function joinVotes(state: State, { intoId, fromId }: Merge): void {
  for (const [pollId, votes] of state.votes) {
    if (!votes.has(fromId) || votes.has(intoId)) continue;
    const inOrder = [...votes].map(([userId, chosen]): [UserId, readonly OptionId[]] => [
      userId === fromId ? intoId : userId,
      chosen,
    ]);
    state.votes.set(pollId, new Map(inOrder));
  }
}

function joinPlaces(state: State, merge: Merge): void {
  const { intoId, fromId } = merge;
  for (const channel of mergedChannels(state.channels.values(), merge)) {
    const { channelId, peopleIds, formerId } = channel;
    const before = state.channels.get(channelId)?.peopleIds;
    state.channels.set(channelId, channel);
    if (before === undefined || peopleIds === undefined) continue;
    const key = pairKey(...before);
    if (state.whispers.get(key) === channelId) state.whispers.delete(key);
    if (formerId === undefined) state.whispers.set(pairKey(...peopleIds), channelId);
  }
  for (const [, thread] of [...state.threads.holding(fromId)]) {
    if (namesInThread(thread, fromId)) setThread(state, mergedThread(thread, merge));
  }
  for (const people of state.admissions.values()) {
    const passwordId = people.get(fromId);
    if (passwordId !== undefined && !people.has(intoId)) people.set(intoId, passwordId);
  }
}
