/**
 * Whom lists name of those who are there by OriginChats alone: everybody, until they are too many; then only who
 * spoke lately (bridge table, Rules). Decided once, as somebody comes: lists that were given are not taken back.
 */
import type { Message, UserId } from "@dragoman/bus-schema";
import type { RosterState } from "./state.ts";

const dayUs = 86_400_000_000;

function isThere(state: RosterState, userId: UserId): boolean {
  for (const id of state.sessionsOf.get(userId) ?? []) {
    if (state.sessions.get(id)?.protocol === "originchats") return true;
  }
  return false;
}

/** Decides about somebody whose OriginChats session is about to be entered. */
export function nameIfRoom(state: RosterState, userId: UserId): void {
  const { named, namedMax, spoke } = state;
  if (isThere(state, userId)) return;
  // Who went is forgotten only now: what tells of the going still asks.
  if (named.size >= namedMax) {
    for (const id of named) if (!isThere(state, id)) named.delete(id);
  }
  const spokeAtUs = spoke.get(userId);
  const lately = spokeAtUs !== undefined && spokeAtUs > state.lastSpokeUs - dayUs;
  if (named.size < namedMax || lately) named.add(userId);
  else named.delete(userId);
}

/** Remembers when people spoke last, for a day by the time of the messages themselves. */
export function keepSpoke(state: RosterState, { author, createdAtUs }: Message): void {
  state.lastSpokeUs = Math.max(state.lastSpokeUs, createdAtUs);
  if (author.kind !== "user") return;
  // The oldest come first.
  state.spoke.delete(author.userId);
  state.spoke.set(author.userId, createdAtUs);
  for (const [userId, atUs] of state.spoke) {
    if (atUs > state.lastSpokeUs - dayUs) break;
    state.spoke.delete(userId);
  }
}
