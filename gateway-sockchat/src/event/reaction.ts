/**
 * Reactions: no packet exists for them, so a while after the last change of a message one notice says what
 * changed (bridge table, Messages: reaction). The kit gathers the events; this says when and how.
 */
import type { Event, EventOf, UserId } from "@dragoman/bus-schema";
import { type Gathering, silent, type View } from "@dragoman/gateway-kit";
import { settings } from "../settings.ts";
import { type Html, join, safe } from "../text.ts";
import { ToldLines } from "../told.ts";
import { aboutText, emojiText, nameById } from "../view.ts";
import { renderAbout } from "./about.ts";
import type { Delivery, Rows } from "./row.ts";

type Reacted = EventOf<"reaction.added"> | EventOf<"reaction.removed">;

function isReaction(event: Event): event is Reacted {
  return event.type === "reaction.added" || event.type === "reaction.removed";
}

/** How long a reaction waits to be told together with others; undefined: it is none, or none are told of. */
export function reactionGathering(event: Event, { config }: View): Gathering | undefined {
  const { digestMs, digestAgainMs } = settings(config);
  if (!isReaction(event) || digestMs === 0) return undefined;
  return { key: event.messageId, afterMs: digestMs, againMs: digestAgainMs };
}

/** Who has newly reacted, or no longer reacts, by emoji. What was done and undone meanwhile is neither. */
function changesOf(
  events: readonly Reacted[],
  added: boolean,
): ReadonlyMap<string, readonly UserId[]> {
  const sums = new Map<string, { readonly event: Reacted; sum: number }>();
  for (const event of events) {
    const key = `${event.userId} ${event.emoji}`;
    const known = sums.get(key) ?? { event, sum: 0 };
    sums.set(key, known);
    known.sum += event.type === "reaction.added" ? 1 : -1;
  }
  const changes = new Map<string, UserId[]>();
  for (const { event, sum } of sums.values()) {
    if (sum !== (added ? 1 : -1)) continue;
    changes.set(event.emoji, [...(changes.get(event.emoji) ?? []), event.userId]);
  }
  return changes;
}

/**
 * What is said of one message's changes: `👍 ada, mona; no more 🎉 ben on a message by ada: first words…`, with the
 * words that it has now. Undefined: nothing has changed.
 */
function digestText(
  events: readonly Reacted[],
  of: Reacted,
  excerpt: string,
  view: View,
): Html | undefined {
  const { roster } = view;
  const phrases = [true, false].flatMap((added) =>
    [...changesOf(events, added)].map(([emoji, userIds]) => {
      const people = join(
        userIds.map((userId) => nameById(userId, roster)),
        ", ",
      );
      const shown = emojiText(emoji, roster);
      return added ? safe`${shown} ${people}` : safe`no more ${shown} ${people}`;
    }),
  );
  if (phrases.length === 0) return undefined;
  return safe`${join(phrases, "; ")} on ${aboutText({ ...of, excerpt }, roster)}`;
}

/**
 * One notice for the reactions to one message that were gathered; nothing where they cancel each other out, or where
 * the message is gone.
 */
export function renderReactions(events: readonly Event[], view: View): readonly Delivery[] {
  const reacted = events.filter(isReaction);
  const [of] = reacted;
  const words = of === undefined ? null : view.roster.extension(ToldLines).takeWords(of.messageId);
  if (of === undefined || words === null) return [];
  const text = digestText(reacted, of, words, view);
  return text === undefined ? [] : renderAbout(of, text, view);
}

const gathered = silent("told of together, some time after the last change of the message");

export const reactionRows: Rows<"reaction"> = {
  "reaction.added": gathered,
  "reaction.removed": gathered,
};
