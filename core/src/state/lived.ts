/** Where anything was said already, as far as the state knows: what it does not know counts as said. */
import type { Channel, Place } from "@dragoman/bus-schema";
import { placeKey } from "./find.ts";
import type { Fact, Reading, State } from "./shape.ts";

/** The line which says that a channel was made, where nothing else was ever said there; else undefined. */
export function lineOfMaking(state: Reading<State>, place: Place): Fact | undefined {
  const [line, second] = state.rings.get(placeKey(place))?.entries ?? [];
  if (line === undefined || second !== undefined) return undefined;
  // That line is a place's first: as long as it stands, no older one has been pushed out of the ring.
  const fact = state.recent.get(line.messageId);
  return fact?.author.kind === "system" && fact.message?.webhook === undefined ? fact : undefined;
}

function isSilent(state: Reading<State>, place: Place): boolean {
  return !state.rings.has(placeKey(place)) || lineOfMaking(state, place) !== undefined;
}

/** Whether a channel is as it was made: nobody's own, without a password, without threads and webhooks, and silent. */
export function isUntouched(state: Reading<State>, channel: Channel): boolean {
  const { channelId, kind, ownerId, temporary, hasPassword } = channel;
  if (kind === "whisper" || ownerId !== undefined || temporary || hasPassword) return false;
  if (!isSilent(state, { channelId })) return false;
  const isHere = (each: { readonly channelId: string }): boolean => each.channelId === channelId;
  return ![...state.threads.values()].some(isHere) && ![...state.webhooks.values()].some(isHere);
}

/** Whether anything was said anywhere. */
export function hasLived(state: Reading<State>): boolean {
  return [...state.rings.values()].some(({ place }) => !isSilent(state, place));
}
