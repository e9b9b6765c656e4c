/** New messages of one decision: their ids, numbers and times (docs/journal.md 2.7). */
import type {
  EventOf,
  Message,
  MessageId,
  MessageNumber,
  Place,
  UserId,
} from "@dragoman/bus-schema";
import { placeKey } from "../state/find.ts";
import type { DecisionContext } from "./row.ts";

export type Draft = Omit<Message, "messageId" | "number" | "createdAtUs">;

/**
 * A maker of `message.posted` for the messages of one decision: it gives each its id, its number above all before, and
 * as its time that of people's clocks, above all before in its place: some clients sort by it (docs/journal.md 1.6).
 */
export function drafts(context: DecisionContext): (draft: Draft) => EventOf<"message.posted"> {
  let number = context.state.lastMessageNumber;
  const lastUs = new Map<string, number>();
  return (draft) => {
    number += 1;
    const key = placeKey(draft.place);
    const beforeUs =
      lastUs.get(key) ?? context.state.rings.get(key)?.entries.at(-1)?.createdAtUs ?? 0;
    const createdAtUs = Math.max(context.inputs.clockMs * 1000, beforeUs + 1);
    lastUs.set(key, createdAtUs);
    const message: Message = {
      ...draft,
      messageId: context.inputs.newUuid() as MessageId,
      number: number as MessageNumber,
      createdAtUs,
    };
    return { type: "message.posted", message };
  };
}

/**
 * The draft of a line by the server itself.
 * @param concernsId whose name, or whose words, stand in it
 */
export function systemLine(place: Place, text: string, concernsId?: UserId): Draft {
  return {
    place,
    author: { kind: "system" },
    kind: "text",
    content: { text, markup: "markdown" },
    ...(concernsId === undefined ? {} : { concernsId }),
  };
}
