/** What a message answers: the original that was named, or that its first line quotes, with the words of it. */
import {
  type CommandOf,
  excerptOf,
  type Message,
  type MessageRef,
  type Place,
  type Result,
  samePlace,
  trimmed,
} from "@dragoman/bus-schema";
import type { Reading, State } from "../state/shape.ts";
import { quotedMessage } from "./excerpt.ts";
import { messageByRef, typedIn } from "./message-ref.ts";
import { refuse, type SessionContext } from "./row.ts";

/** The reply of a new message; refused where the original is not there or stands in another place. */
export function replyOf(
  context: SessionContext,
  replyTo: MessageRef | undefined,
  place: Place,
): Result<Pick<Message, "replyTo">> {
  if (replyTo === undefined) return { ok: true, value: {} };
  const original = messageByRef(context, replyTo, place);
  if (!original.ok) return original;
  return samePlace(original.value.place, place)
    ? { ok: true, value: { replyTo: replyTarget(original.value) } }
    : refuse({ code: "not_found", what: "message", given: typedIn(replyTo) });
}

function replyTarget(original: Message): NonNullable<Message["replyTo"]> {
  const { messageId, author } = original;
  const excerpt = excerptOf(original);
  return { messageId, author, ...(excerpt === "" ? {} : { excerpt }) };
}

/** What a reply answers, with the words that this has now; without any where it is gone or too old to be known. */
export function presentReply(
  state: Reading<State>,
  { messageId, author }: NonNullable<Message["replyTo"]>,
): NonNullable<Message["replyTo"]> {
  const original = state.recent.get(messageId)?.message;
  return original == null ? { messageId, author } : replyTarget(original);
}

/** What a post whose first line quotes a recent message becomes; undefined: no such message, or no more text. */
export function quotedBy(
  context: SessionContext,
  { quote, content }: Pick<CommandOf<"message.post">, "quote" | "content">,
  place: Place,
): Required<Pick<Message, "content" | "replyTo">> | undefined {
  const text = trimmed(content.text.slice(content.text.indexOf("\n") + 1));
  if (quote === undefined || text === "" || !content.text.includes("\n")) return undefined;
  const original = quotedMessage(context.state, place, quote);
  return original && { content: { ...content, text }, replyTo: replyTarget(original) };
}
