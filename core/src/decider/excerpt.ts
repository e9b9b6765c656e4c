/** Words that stand for a message, and the message that words stand for. */
import {
  type About,
  type CommandOf,
  excerptOf,
  type Message,
  type NewestBy,
  oneLine,
  type Place,
  textOf,
  treeOf,
  withNames,
  withoutUnseen,
  withRoleNames,
} from "@dragoman/bus-schema";
import { isOf, personCalled, placeKey } from "../state/find.ts";
import { namesIn } from "../state/names.ts";
import type { Person, Reading, State } from "../state/shape.ts";

/** The fields by which an event names the message that it is about. */
export function about(message: Message): About {
  const { messageId, number, place, author } = message;
  return { messageId, number, place, author, excerpt: excerptOf(message) };
}

/**
 * The newest of a place's recent messages by somebody of this name that begins with these words; undefined: none. Words are
 * compared as readers see and copy them: with `:name:` for an emoji, and without what shows as nothing.
 */
export function quotedMessage(
  state: Reading<State>,
  place: Place,
  { name, words }: NonNullable<CommandOf<"message.post">["quote"]>,
): Message | undefined {
  const names = namesIn(state);
  const seen = (text: string): string =>
    oneLine(withoutUnseen(withRoleNames(withNames(text, names), names))).toLowerCase();
  const wanted = seen(words.replace(/(?:…|\.\.\.)\s*$/u, ""));
  const author = personCalled(state, name);
  if (wanted === "" || author === undefined) return undefined;
  return newestOf(state, place, (message) => {
    if (!isBy(state, message, author)) return false;
    const { content } = message;
    const written = [textOf(treeOf(content)), content.text];
    return written.some((text) => seen(text).startsWith(wanted));
  });
}

/** The newest of a place's recent messages by that person, or by any; undefined: none. */
export function newestBy(
  state: Reading<State>,
  place: Place,
  { newestBy: name }: NewestBy,
): Message | undefined {
  const person = name === null ? undefined : personCalled(state, name);
  if (name !== null && person === undefined) return undefined;
  // The answer to a slash command is nobody's line to those who do not see it as a message.
  return newestOf(
    state,
    place,
    (message) => message.interaction === undefined && isBy(state, message, person),
  );
}

/** Whether somebody wrote it; undefined: anybody. */
function isBy(state: Reading<State>, { author }: Message, person: Person | undefined): boolean {
  if (author.kind !== "user") return false;
  return person === undefined || isOf(state, author.userId, person.user.userId);
}

/** The newest of a place's recent messages that is one of those. */
function newestOf(
  state: Reading<State>,
  place: Place,
  accept: (message: Message) => boolean,
): Message | undefined {
  const entries = state.rings.get(placeKey(place))?.entries ?? [];
  for (const { messageId } of [...entries].reverse()) {
    const message = state.recent.get(messageId)?.message;
    if (message != null && accept(message)) return message;
  }
  return undefined;
}
