/**
 * What happened to messages that state does not remember whole. A fact is changed in place; where there is none
 * the change itself is kept, and is put upon what a lookup finds if that is older (docs/journal.md 2.8).
 */
import {
  type Message,
  type MessageId,
  type Reaction,
  withoutReaction,
  withReaction,
} from "@dragoman/bus-schema";
import { remember } from "./recent.ts";
import { type MessageChange, type Reading, recentMax, type State, type Touch } from "./shape.ts";

function withReactions(message: Message, reactions: Reaction[]): Message {
  const { reactions: _, ...bare } = message;
  return reactions.length === 0 ? bare : { ...bare, reactions };
}

function withPin(message: Message, isPinned: boolean): Message {
  const { pinned: _, ...bare } = message;
  return isPinned ? { ...bare, pinned: true } : bare;
}

/** A message after a change. An edit changes neither pin nor reactions, whatever its event says of them. */
export function withChange(message: Message, change: MessageChange): Message {
  switch (change.kind) {
    case "edited":
      return withPin(
        withReactions(change.message, message.reactions ?? []),
        message.pinned === true,
      );
    case "pinned":
      return withPin(message, change.pinned);
    case "ended":
      return { ...message, poll: change.poll };
    case "reacted":
      return withReactions(
        message,
        (change.added ? withReaction : withoutReaction)(
          message.reactions,
          change.emoji,
          change.userId,
        ),
      );
  }
}

/** Takes in a change of a message at a sequence. */
export function touch(
  state: State,
  messageId: MessageId,
  change: MessageChange,
  seq: number,
): void {
  const fact = state.recent.get(messageId);
  if (fact === undefined) keep(state, { messageId, change, seq });
  else if (fact.message !== null) {
    remember(state, { ...fact, message: withChange(fact.message, change), seq });
  }
}

function keep(state: State, next: Touch): void {
  state.touches.set(next.messageId, [...(state.touches.get(next.messageId) ?? []), next]);
  state.touchOrder.push(next);
  if (state.touchOrder.length - state.touchHead <= recentMax) return;
  const oldest = state.touchOrder[state.touchHead];
  state.touchHead += 1;
  if (oldest !== undefined) lose(state, oldest);
  if (state.touchHead < recentMax) return;
  state.touchOrder.splice(0, state.touchHead);
  state.touchHead = 0;
}

function lose(state: State, oldest: Touch): void {
  const [first, ...rest] = state.touches.get(oldest.messageId) ?? [];
  if (first !== oldest) return;
  if (rest.length === 0) state.touches.delete(oldest.messageId);
  else state.touches.set(oldest.messageId, rest);
  state.touchedThrough = oldest.seq;
}

/** A message as a lookup had it at the sequence `through`, with what came later. */
export function upToDate(state: Reading<State>, message: Message, through: number): Message {
  return (state.touches.get(message.messageId) ?? [])
    .filter(({ seq }) => seq > through)
    .reduce((now, { change }) => withChange(now, change), message);
}
