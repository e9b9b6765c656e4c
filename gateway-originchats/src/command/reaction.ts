/** Reacting to messages (part 2, section 7). */
import {
  allows,
  type CommandOf,
  emojiCodePointsMax,
  isLonger,
  MessageId,
} from "@dragoman/bus-schema";
import type { Step } from "@dragoman/gateway-kit";
import { z } from "zod";
import { type Ask, echo, fail } from "../answer.ts";
import { messageReact } from "../packet.ts";
import { refuse } from "../rejection.ts";
import {
  type CommandRows,
  findOpen,
  hasRoles,
  noRoles,
  optionalText,
  placeFields,
  row,
} from "./row.ts";

const Shape = z.object({ ...placeFields, id: optionalText, emoji: optionalText });

type Type = "reaction.add" | "reaction.remove";

/** What the two commands differ in. */
interface Words {
  readonly type: Type;
  readonly forbidden: string;
  readonly failed: string;
}

const adding: Words = {
  type: "reaction.add",
  forbidden: "You do not have permission to add reactions to this message",
  failed: "Failed to add reaction",
};
const removing: Words = {
  type: "reaction.remove",
  forbidden: "You do not have permission to remove reactions from this message",
  failed: "Failed to remove reaction",
};

/** The place's list is asked before the message. */
function react(packet: z.infer<typeof Shape>, ask: Ask, words: Words): readonly Step[] {
  const { id, emoji } = packet;
  if (!id || !emoji) return fail(ask, "Message ID and emoji are required");
  if (isLonger(emoji, emojiCodePointsMax)) return fail(ask, "Invalid emoji");
  if (!hasRoles(ask)) return fail(ask, noRoles);
  if (!packet.channel && !packet.thread_id) return fail(ask, "Channel or thread_id required");
  const found = findOpen(ask, packet);
  if (!found.ok) return fail(ask, found.error);
  const { channel } = found;
  const { userId } = ask.session;
  if (!allows(channel, "react", ask.view.roster.actor(userId))) return fail(ask, words.forbidden);
  const notThere = packet.thread_id ? "Message not found" : words.failed;
  if (!MessageId.safeParse(id).success) return fail(ask, notThere);
  const body: CommandOf<Type> = {
    type: words.type,
    place: found.place,
    message: id,
    emoji,
  };
  return [
    {
      do: "command",
      body,
      settle: echo(ask, ask.cmd, (commit, { roster }) => {
        const event = commit.events.find(
          (each) => each.type === "reaction.added" || each.type === "reaction.removed",
        );
        return event && messageReact(event, channel, userId, roster);
      }),
      refuse: refuse(ask, {
        not_permitted: (rejection) => (rejection.need === "react" ? words.forbidden : undefined),
        invalid: () => "Invalid emoji",
        already_exists: () => words.failed,
        not_found: ({ what }) => {
          if (what === "message") return notThere;
          return what === "reaction" ? words.failed : undefined;
        },
      }),
    },
  ];
}

export const reactionCommands = {
  message_react_add: row({
    shape: Shape,
    translate: (packet, ask) => react(packet, ask, adding),
  }),
  message_react_remove: row({
    shape: Shape,
    translate: (packet, ask) => react(packet, ask, removing),
  }),
} as const satisfies CommandRows;
