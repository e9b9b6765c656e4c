/** What state remembers of messages: the newest facts by id and number, and per place the newest present ones. */
import type { Message, MessageId } from "@dragoman/bus-schema";
import { placeKey } from "./find.ts";
import { type Fact, type Reading, recentMax, ringMax, type State } from "./shape.ts";

/**
 * Enters the last that happened to a message, and forgets the oldest fact above `recentMax`. A list with a
 * moving head, since the first entry of a Map behind many deleted ones is slow to find.
 */
export function remember(state: State, fact: Fact): void {
  state.recent.set(fact.messageId, fact);
  state.touches.delete(fact.messageId);
  state.recentNumbers.set(fact.number, fact.messageId);
  state.recentOrder.push(fact);
  if (state.recentOrder.length - state.recentHead <= recentMax) return;
  const oldest = state.recentOrder[state.recentHead];
  state.recentHead += 1;
  if (oldest !== undefined && state.recent.get(oldest.messageId) === oldest) {
    state.recent.delete(oldest.messageId);
    state.recentNumbers.delete(oldest.number);
    state.evictedThrough = oldest.seq;
  }
  if (state.recentHead < recentMax) return;
  state.recentOrder.splice(0, state.recentHead);
  state.recentHead = 0;
}

/** A message in its present form as a fact. */
export function presentFact(message: Message, seq: number): Fact {
  const { messageId, number, place, author } = message;
  return { messageId, number, place, author, message, seq };
}

/** Puts a new message at the end of its place's ring. */
export function pushNewest(state: State, message: Message): void {
  const { messageId, number, place, createdAtUs } = message;
  const key = placeKey(place);
  const ring = state.rings.get(key) ?? { place, entries: [] };
  state.rings.set(key, ring);
  state.readers.delete(key);
  ring.entries.push({ messageId, number, createdAtUs });
  if (ring.entries.length > ringMax) ring.entries.shift();
}

/** Takes a deleted message out of its place's ring. */
export function dropNewest(state: State, fact: Pick<Fact, "messageId" | "place">): void {
  const key = placeKey(fact.place);
  const entries = state.rings.get(key)?.entries ?? [];
  const index = entries.findLastIndex(({ messageId }) => messageId === fact.messageId);
  if (index === -1) return;
  if (index === entries.length - 1) state.readers.delete(key);
  entries.splice(index, 1);
}

/**
 * What is a place's newest message once this one, its newest, is gone; undefined where it is not the newest.
 * @param going what goes with it
 */
export function newestWithout(
  state: Reading<State>,
  { messageId, place }: Pick<Message, "messageId" | "place">,
  going: ReadonlySet<MessageId> = new Set([messageId]),
): { readonly messageId: MessageId; readonly createdAtUs: number } | null | undefined {
  const entries = state.rings.get(placeKey(place))?.entries ?? [];
  if (entries.at(-1)?.messageId !== messageId) return undefined;
  const next = entries.findLast((entry) => !going.has(entry.messageId));
  return next === undefined ? null : { messageId: next.messageId, createdAtUs: next.createdAtUs };
}
