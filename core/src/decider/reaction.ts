/** Reactions of people to messages (OriginChats part 2, section 7). */
import {
  allows,
  type CommandOf,
  type Event,
  type EventOf,
  emojiCodePointsMax,
  hasRoomFor,
  isLonger,
  isSeen,
  type Message,
  type Rejection,
  type Result,
  reactionsMax,
  type UserId,
} from "@dragoman/bus-schema";
import { isOf, standsIn } from "../state/find.ts";
import { threadOf } from "../state/place.ts";
import { placeNotFound } from "../state/sight.ts";
import { touch } from "../state/touch.ts";
import type { Decision } from "./contract.ts";
import { eraseReactions } from "./erase-message.ts";
import { about } from "./excerpt.ts";
import { notPermitted } from "./guard.ts";
import { messageByRef, messageNeed, typedIn } from "./message-ref.ts";
import { closedBy, visible } from "./place.ts";
import { accept, type CommandRows, type EventRows, refuse, type SessionContext } from "./row.ts";

type Body = CommandOf<"reaction.add"> | CommandOf<"reaction.remove">;

/** The message, where whoever asks may see the place and react in it; refused otherwise, first by the list. */
function reactable(context: SessionContext, { place, message: ref }: Body): Result<Message> {
  const channel = visible(context, place);
  if (channel === undefined) return refuse(placeNotFound(place));
  if (!allows(channel, "react", context.asker.actor)) return notPermitted("react");
  const found = messageByRef(context, ref, place);
  if (found.ok && !standsIn(found.value.place, place)) {
    return refuse({ code: "not_found", what: "message", given: typedIn(ref) });
  }
  const closed = found.ok ? closedBy(threadOf(context.state, found.value.place)) : null;
  return closed === null ? found : refuse(closed);
}

/** The accounts under which whoever asks has reacted with an emoji: the own, and those that became part of it. */
function reactedAs(
  { state, asker }: SessionContext,
  { reactions = [] }: Message,
  emoji: string,
): readonly UserId[] {
  const { userIds = [] } = reactions.find((each) => each.emoji === emoji) ?? {};
  return userIds.filter((userId) => isOf(state, userId, asker.actor.userId));
}

function add(context: SessionContext, body: CommandOf<"reaction.add">): Decision {
  const found = reactable(context, body);
  if (!found.ok) return found;
  const message = found.value;
  const { emoji } = body;
  const { userId } = context.asker.actor;
  if (reactedAs(context, message, emoji).length > 0) {
    return refuse({ code: "already_exists", what: "reaction", given: emoji });
  }
  if (!hasRoomFor(message.reactions, emoji)) {
    return refuse({ code: "limit_reached", what: "reactions", max: reactionsMax });
  }
  return accept({ type: "reaction.added", ...about(message), emoji, userId });
}

function remove(context: SessionContext, body: CommandOf<"reaction.remove">): Decision {
  const found = reactable(context, body);
  if (!found.ok) return found;
  const { emoji } = body;
  const accountIds = reactedAs(context, found.value, emoji);
  if (accountIds.length === 0) {
    return refuse({ code: "not_found", what: "reaction", given: emoji });
  }
  return accept(
    ...accountIds.map((userId): Event => {
      return { type: "reaction.removed", ...about(found.value), emoji, userId };
    }),
  );
}

function checkEmoji(_context: unknown, { emoji }: Body): Rejection | null {
  return isLonger(emoji, emojiCodePointsMax)
    ? { code: "invalid", field: "emoji", why: "too long" }
    : null;
}

/** What makes no sign but moves or hides others; an emoji is joined by U+200D, and flags of regions are spelt in tags. */
const unfit = /[\p{Cc}\p{Surrogate}\p{Zl}\p{Zp}]|(?!\u200D)\p{Cf}/u;
const regionFlag = /\u{1F3F4}[\u{E0030}-\u{E007A}]{1,6}\u{E007F}/gu;

/** What others are shown: a taken-back reaction may be any that was given before. */
function checkShown(context: unknown, body: CommandOf<"reaction.add">): Rejection | null {
  const plain = body.emoji.replace(regionFlag, "\u{1F3F4}");
  return isSeen(plain) && !unfit.test(plain)
    ? checkEmoji(context, body)
    : { code: "invalid", field: "emoji", why: "unseen" };
}

export const reactionCommands: CommandRows<"reaction"> = {
  "reaction.add": {
    by: "session",
    speaks: () => true,
    shape: checkShown,
    needs: (state, { message, place }, command) => messageNeed(state, command, message, place),
    decide: add,
  },
  "reaction.remove": {
    by: "session",
    speaks: () => true,
    shape: checkEmoji,
    needs: (state, { message, place }, command) => messageNeed(state, command, message, place),
    decide: remove,
  },
  "reaction.erase": { by: "core", decide: eraseReactions },
};

const change = (event: EventOf<"reaction.added"> | EventOf<"reaction.removed">, added: boolean) =>
  ({ kind: "reacted", emoji: event.emoji, userId: event.userId, added }) as const;

export const reactionEvents: EventRows<"reaction"> = {
  "reaction.added": (state, event, { position }) =>
    touch(state, event.messageId, change(event, true), position.seq),
  "reaction.removed": (state, event, { position }) =>
    touch(state, event.messageId, change(event, false), position.seq),
};
