/**
 * Who has read a place to its end. Of read marks that is all that decisions ask for, and it is over with the next
 * message: the marks themselves stand in the projection.
 */
import type { MessageId, Place, UserId } from "@dragoman/bus-schema";
import { PackedMap } from "@dragoman/service-kit";
import { placeKey } from "./find.ts";
import type { Reading, State } from "./shape.ts";

/** Whether a person's mark stands on a message, the newest of its place. */
export function hasRead(
  state: Reading<State>,
  userId: UserId,
  place: Place,
  messageId: MessageId | undefined,
): boolean {
  const readers = state.readers.get(placeKey(place));
  return readers?.messageId === messageId && readers?.userIds.has(userId) === true;
}

/** Whether a person has read a place to its end, as of one without messages everybody has. */
export function hasReadAll(state: Reading<State>, userId: UserId, place: Place): boolean {
  const newest = state.rings.get(placeKey(place))?.entries.at(-1);
  return newest === undefined || hasRead(state, userId, place, newest.messageId);
}

/** A person's mark was moved to a message. */
export function moveMark(state: State, userId: UserId, place: Place, messageId: MessageId): void {
  const key = placeKey(place);
  const readers = state.readers.get(key);
  if (state.rings.get(key)?.entries.at(-1)?.messageId !== messageId) {
    readers?.userIds.delete(userId);
  } else if (readers === undefined) {
    state.readers.set(key, { messageId, userIds: new PackedMap([[userId, true]]) });
  } else readers.userIds.set(userId, true);
}

/** A person had read up to a message, or is further: where that is the newest, to the end. */
export function moveMarkOn(state: State, userId: UserId, place: Place, messageId: MessageId): void {
  const newest = state.rings.get(placeKey(place))?.entries.at(-1)?.messageId;
  if (newest === messageId) moveMark(state, userId, place, messageId);
}

/** Where either account had read to the end, the one that remains has. */
export function joinReaders(state: State, intoId: UserId, fromId: UserId): void {
  for (const { userIds } of state.readers.values()) {
    if (userIds.delete(fromId)) userIds.set(intoId, true);
  }
}

/** Forgets what a person has read. */
export function forgetReader(state: State, userId: UserId): void {
  for (const { userIds } of state.readers.values()) userIds.delete(userId);
}
