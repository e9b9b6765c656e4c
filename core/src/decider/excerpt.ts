/** Words that stand for a message, and the message that words stand for. */
import {
  type About,
  type CommandOf,
  excerptOf,
  type Message,
  oneLine,
  type Place,
  textOf,
  treeOf,
} from "@dragoman/bus-schema";
import { personCalled, placeKey } from "../state/find.ts";
import type { Reading, State } from "../state/shape.ts";

/** The fields by which an event names the message that it is about. */
export function about(message: Message): About {
  const { messageId, number, place, author } = message;
  return { messageId, number, place, author, excerpt: excerptOf(message) };
}

/** The newest of a place's recent messages by somebody of this name that begins with these words; undefined: none. */
export function quotedMessage(
  state: Reading<State>,
  place: Place,
  { name, words }: NonNullable<CommandOf<"message.post">["quote"]>,
): Message | undefined {
  const wanted = oneLine(words.replace(/(?:…|\.\.\.)\s*$/u, "")).toLowerCase();
  const author = personCalled(state, name);
  if (wanted === "" || author === undefined) return undefined;
  const entries = state.rings.get(placeKey(place))?.entries ?? [];
  for (const { messageId } of [...entries].reverse()) {
    const message = state.recent.get(messageId)?.message;
    if (message?.author.kind !== "user") continue;
    if (message.author.userId !== author.user.userId) continue;
    const { content } = message;
    const written = [textOf(treeOf(content)), content.text];
    if (written.some((text) => oneLine(text).toLowerCase().startsWith(wanted))) return message;
  }
  return undefined;
}
